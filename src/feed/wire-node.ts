import type { IncomingText } from '../model/incoming.ts';
import { placeAttribute, textMark, type WireTables } from './canonical-xml.ts';
import { createResolver, findWebUrl, type ResolveUrl } from './resolve-url.ts';
import type { WirePlace } from './wire-scope.ts';

/** An element as rss-parser hands it on: its text, or an object with `_` (text), `$` (attributes) and its children by name. */
export type WireNode = string | { _?: unknown; $?: Record<string, string>; [child: string]: unknown };

const listNames = new Map<string, string>();

/** Where rss-parser keeps all elements of a name, since it keeps its own choice under the plain name. */
export function listName(name: string): string {
  let listed = listNames.get(name);
  if (listed === undefined) {
    listed = `*${name}`;
    listNames.set(name, listed);
  }
  return listed;
}

/** A feed or item as rss-parser hands it on. */
export type WireFields = Record<string, unknown>;

const nothing: readonly WireNode[] = [];

/** Reads the nodes of one document. */
export class WireReader {
  private readonly documentWebUrl: string | undefined;

  constructor(
    private readonly tables: WireTables,
    /** What relative addresses are resolved against where no xml:base is in force. */
    readonly documentUrl: string | undefined,
    readonly resolve: ResolveUrl = createResolver(),
  ) {
    this.documentWebUrl = findWebUrl(documentUrl);
  }

  /** All elements of a name, in document order. */
  list(fields: WireFields | WireNode | undefined, name: string): readonly WireNode[] {
    if (typeof fields !== 'object') return nothing;
    const value = (fields as WireFields)[listName(name)] ?? (fields as WireFields)[name];
    return Array.isArray(value) ? (value as WireNode[]) : nothing;
  }

  /** The characters of an element, trimmed; undefined when there are none. */
  text(node: WireNode | undefined): string | undefined {
    const own = typeof node === 'string' ? node : typeof node?._ === 'string' ? node._ : '';
    const text = this.unmark(own).trim();
    return text === '' ? undefined : text;
  }

  attribute(node: WireNode | undefined, name: string): string | undefined {
    const value = typeof node === 'object' ? node.$?.[name] : undefined;
    const text = value === undefined ? undefined : this.unmark(value).trim();
    return text === '' ? undefined : text;
  }

  /** Text of the first element of the names that has any. */
  first(fields: WireFields | WireNode | undefined, ...names: string[]): string | undefined {
    for (const name of names) {
      for (const node of this.list(fields, name)) {
        const text = this.text(node);
        if (text !== undefined) return text;
      }
    }
    return undefined;
  }

  /** As `first`, for dates: a text without any digit counts only when there is nothing else. */
  firstDate(fields: WireFields | WireNode | undefined, ...names: string[]): string | undefined {
    for (const name of names) {
      for (const node of this.list(fields, name)) {
        const text = this.text(node);
        if (text !== undefined && /\p{N}/u.test(text)) return text;
      }
    }
    return this.first(fields, ...names);
  }

  /** The base in force at an element: of the nearest xml:base, else the document's. */
  base(node: WireNode | undefined): string | undefined {
    return this.place(node)?.base ?? this.documentUrl;
  }

  /** The nearest xml:lang; undefined when there is none, or it is empty. */
  language(node: WireNode | undefined): string | undefined {
    return this.place(node)?.language || undefined;
  }

  /** An element's text as an absolute address. */
  url(node: WireNode | undefined): string | undefined {
    return this.resolve(this.text(node), this.base(node));
  }

  attributeUrl(node: WireNode | undefined, name: string): string | undefined {
    return this.resolve(this.attribute(node, name), this.base(node));
  }

  /** A text with the base and language in force at its element. */
  incomingText(
    node: WireNode,
    kind: IncomingText['kind'],
    value = this.text(node),
  ): IncomingText | undefined {
    if (value === undefined) return undefined;
    const text: IncomingText = { value, kind };
    const baseUrl = this.webBase(node);
    const language = this.language(node);
    if (baseUrl) text.baseUrl = baseUrl;
    if (language) text.language = language;
    return text;
  }

  private webBase(node: WireNode): string | undefined {
    const own = this.place(node)?.base;
    return own === undefined ? this.documentWebUrl : findWebUrl(own);
  }

  private place(node: WireNode | undefined): WirePlace | undefined {
    const index = typeof node === 'object' ? node.$?.[placeAttribute] : undefined;
    return index === undefined ? undefined : this.tables.places[Number(index)];
  }

  private unmark(text: string): string {
    return text.startsWith(textMark) ? (this.tables.texts[Number(text.slice(1))] ?? '') : text;
  }
}

/** A number written in decimal digits; undefined for anything else. */
export function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Seconds of `90`, `1:30` or `1:02:03` (itunes:duration); undefined for anything else. */
export function parseDuration(text: string | undefined): number | undefined {
  if (!text || !/^\d{1,9}(:\d{1,2}){0,2}(\.\d{1,9})?$/.test(text)) return undefined;
  return Math.round(text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0));
}

/** The object without its undefined and empty-list fields, so that what is missing is missing. */
export function compact<T extends object>(value: T): T {
  for (const key of Object.keys(value) as (keyof T)[]) {
    const field = value[key];
    if (field === undefined || (Array.isArray(field) && field.length === 0)) delete value[key];
  }
  return value;
}

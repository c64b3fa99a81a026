import type { FeedFormat } from '../model/incoming.ts';
import type { RawTag } from './read-tags.ts';
import { listAttributes, type WireScope } from './wire-scope.ts';
import { escapeAttribute } from './wire-text.ts';

/** In front of an index into `texts`; a non-character that is stripped from every document, so no document can forge it. */
export const textMark = '\uFDD0';

const keptAttributes = new Set(
  `version href rel type hreflang title length url domain scheme label term mode src ispermalink text role medium
  filesize duration isdefault width height rdf:about rdf:resource`.split(/\s+/),
);

/** Writes a feed as well-formed XML: the feed's own elements first, then the items that were finished. */
export class CanonicalXml {
  /** Names of the elements that were written. */
  readonly names = new Set<string>();
  /** Texts that the XML only refers to: long ones, and those with markup. No parser has to look at them. */
  readonly texts: string[] = [];
  private readonly head: string[] = [];
  private readonly items: string[] = [];
  private feedAttributes = '';
  private item: string[] | undefined;

  get itemCount(): number {
    return this.items.length;
  }

  get isItemOpen(): boolean {
    return this.item !== undefined;
  }

  openFeed(attributes: string): void {
    this.feedAttributes = attributes;
  }

  openItem(name: string, attributes: string): void {
    this.item = [`<${name}${attributes}>`];
  }

  closeItem(name: string): void {
    if (!this.item) return;
    // Without anything in it rss-parser would take the item for a string.
    if (this.item.length === 1 && this.item[0] === `<${name}>`) this.item[0] = `<${name} empty="yes">`;
    this.items.push(`${this.item.join('')}</${name}>`);
    this.item = undefined;
  }

  /** Forgets the item that is open. */
  dropItem(): void {
    this.item = undefined;
  }

  openParent(name: string, attributes: string): void {
    this.names.add(name);
    this.write(`<${name}${attributes}>`);
  }

  closeParent(name: string, characters: string): void {
    this.write(`${this.toToken(characters)}</${name}>`);
  }

  writeText(name: string, attributes: string, value: string): void {
    this.names.add(name);
    this.write(`<${name}${attributes}>${this.toToken(value)}</${name}>`);
  }

  /** An Atom link with its address between the tags; rss-parser can't bear a link without attributes. */
  writeLink(attributes: string, url: string): void {
    this.names.add('link');
    if (url) this.write(`<link href="${this.toToken(url)}"${attributes}/>`);
  }

  /** The attributes that are read, each once, and the base and language in force. */
  toAttributes(tag: RawTag, scope: WireScope): string {
    let written = '';
    const seen: string[] = [];
    for (const { prefix, local, value } of listAttributes(tag, scope)) {
      const name = prefix ? `${prefix}:${local}` : local;
      if (!keptAttributes.has(name) || seen.includes(name)) continue;
      seen.push(name);
      written += ` ${name}="${value.length > 256 ? this.toToken(value) : escapeAttribute(value)}"`;
    }
    if (scope.base !== undefined) written += ` xml:base="${escapeAttribute(scope.base)}"`;
    if (scope.language !== undefined) written += ` xml:lang="${escapeAttribute(scope.language)}"`;
    return written;
  }

  toXml(format: FeedFormat, version: string | undefined): string {
    const head = this.head.join('');
    const items = this.items.join('');
    // Without an attribute rss-parser wouldn't know an empty feed for one.
    if (format === 'atom') return `<feed empty="no"${this.feedAttributes}>${head}${items}</feed>`;
    if (format === 'rdf') {
      return `<rdf:RDF><channel${this.feedAttributes}>${head}</channel>${items}</rdf:RDF>`;
    }
    const declared = version ? ` version="${escapeAttribute(version)}"` : '';
    return `<rss${declared}><channel${this.feedAttributes}>${head}${items}</channel></rss>`;
  }

  private write(xml: string): void {
    (this.item ?? this.head).push(xml);
  }

  private toToken(value: string): string {
    if (value.length <= 64 && !/[&<>"\r]/.test(value)) return value;
    return `${textMark}${this.texts.push(value) - 1}`;
  }
}

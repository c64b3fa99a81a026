import type { RawTag } from './read-tags.ts';
import { resolveUrl } from './resolve-url.ts';
import { findPrefix, findUndeclaredPrefix } from './wire-names.ts';

/** An attribute with the prefix that we know its namespace by; '' for none. */
export interface WireAttribute {
  prefix: string;
  local: string;
  value: string;
}

/** What an element hands down to its children: namespaces, xml:base, xml:lang. */
export interface WireScope {
  /** Declared prefixes (lower case; '' the default) and the ones that we know them by; undefined for unknown namespaces. */
  namespaces: ReadonlyMap<string, string | undefined>;
  /** Absolute, of the nearest xml:base; undefined when no element gave one. */
  base?: string;
  language?: string;
}

/** Both are written again on every element below. */
const maxBaseLength = 2048;
const maxLanguageLength = 64;
/** Prefixes that are known at one place. */
const maxNamespaces = 250;

export const outerScope: WireScope = { namespaces: new Map() };

/** The scope inside an element; the very same object when the element changes nothing. */
export function enterScope(outer: WireScope, tag: RawTag, documentUrl: string | undefined): WireScope {
  if (!tag.attributes.some(([name]) => name.startsWith('xml'))) return outer;
  const scope = { ...outer };
  let namespaces: Map<string, string | undefined> | undefined;
  for (const [name, value] of tag.attributes) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      namespaces ??= new Map(outer.namespaces);
      if (namespaces.size < maxNamespaces)
        namespaces.set(name.slice(6), value.trim() === '' ? '' : findPrefix(value));
    } else if (name === 'xml:base') {
      scope.base = resolveUrl(value.slice(0, maxBaseLength), outer.base ?? documentUrl) ?? scope.base;
    } else if (name === 'xml:lang') {
      scope.language = value.slice(0, maxLanguageLength).trim();
    }
  }
  if (namespaces) scope.namespaces = namespaces;
  return scope;
}

/** The prefix that we know a name's namespace by, and its local part. */
export function splitName(name: string, scope: WireScope): { prefix: string | undefined; local: string } {
  const colon = name.indexOf(':');
  if (colon < 0) return { prefix: scope.namespaces.has('') ? scope.namespaces.get('') : '', local: name };
  const prefix = name.slice(0, colon);
  const known = scope.namespaces.has(prefix) ? scope.namespaces.get(prefix) : findUndeclaredPrefix(prefix);
  return { prefix: known, local: name.slice(colon + 1) };
}

/** Attributes without those that only set the scope. An attribute without prefix has no namespace, whatever the default. */
export function listAttributes(tag: RawTag, scope: WireScope): WireAttribute[] {
  const list: WireAttribute[] = [];
  for (const [name, value] of tag.attributes) {
    if (name.startsWith('xml')) continue;
    if (!name.includes(':')) list.push({ prefix: '', local: name, value });
    else {
      const { prefix, local } = splitName(name, scope);
      if (prefix) list.push({ prefix, local, value });
    }
  }
  return list;
}

import type { RawTag } from './read-tags.ts';
import type { ResolveUrl } from './resolve-url.ts';
import { findPrefix, findUndeclaredPrefix } from './wire-names.ts';

/** An attribute with the prefix that we know its namespace by; '' for none. */
export interface WireAttribute {
  prefix: string;
  local: string;
  value: string;
}

/** xml:base and xml:lang in force at an element; one object for all the elements that they are handed down to. */
export interface WirePlace {
  /** Absolute, of the nearest xml:base; undefined when no element gave one. */
  base?: string;
  language?: string;
}

/** What an element hands down to its children. */
export interface WireScope {
  /** Declared prefixes (lower case; '' the default) and the ones that we know them by; undefined for unknown namespaces. */
  namespaces: ReadonlyMap<string, string | undefined>;
  place: WirePlace;
}

/** A longer base is none. */
const maxBaseLength = 2048;
const maxLanguageLength = 64;
/** Prefixes that are known at one place; the list is copied where it changes. */
const maxNamespaces = 40;

export const outerScope: WireScope = { namespaces: new Map(), place: {} };

/** The scope inside an element; it shares with the outer one what the element doesn't change. */
export function enterScope(
  outer: WireScope,
  tag: RawTag,
  documentUrl: string | undefined,
  resolve: ResolveUrl,
): WireScope {
  if (!tag.attributes.some(([name]) => name.startsWith('xml'))) return outer;
  let { namespaces } = outer;
  const place = { ...outer.place };
  for (const [name, value] of tag.attributes) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      namespaces = declareNamespace(namespaces, name.slice(6), value);
    } else if (name === 'xml:base') {
      place.base = findBase(value, outer.place.base ?? documentUrl, resolve) ?? place.base;
    } else if (name === 'xml:lang') {
      place.language = value.slice(0, maxLanguageLength).trim();
    }
  }
  const isSamePlace = place.base === outer.place.base && place.language === outer.place.language;
  return { namespaces, place: isSamePlace ? outer.place : place };
}

function findBase(value: string, outer: string | undefined, resolve: ResolveUrl): string | undefined {
  const base = value.length > maxBaseLength ? undefined : resolve(value, outer);
  return base && base.length <= maxBaseLength ? base : undefined;
}

/** The namespaces with one more; the very same map when that changes no name, as with prefixes and addresses unknown to us. */
function declareNamespace(
  namespaces: WireScope['namespaces'],
  prefix: string,
  uri: string,
): WireScope['namespaces'] {
  const known = prefix === '' && uri.trim() === '' ? '' : findPrefix(uri);
  const isDeclared = namespaces.has(prefix);
  if (known === namespaces.get(prefix) && (isDeclared || prefix !== '')) return namespaces;
  if (!isDeclared && namespaces.size >= maxNamespaces) return namespaces;
  return new Map(namespaces).set(prefix, known);
}

/** The scope in which names without a prefix are the format's own, whatever the default namespace. */
export function toOwnScope(scope: WireScope): WireScope {
  const { namespaces, place } = scope;
  if ((namespaces.has('') ? namespaces.get('') : '') === '') return scope;
  return { namespaces: new Map(namespaces).set('', ''), place };
}

/**
 * The prefix that we know a name's namespace by, and its local part. A prefix of ours that stands for an address unknown to
 * us is taken at its word: the address is misspelt more often than another meant.
 */
export function splitName(name: string, scope: WireScope): { prefix: string | undefined; local: string } {
  const colon = name.indexOf(':');
  if (colon < 0) return { prefix: scope.namespaces.has('') ? scope.namespaces.get('') : '', local: name };
  const prefix = name.slice(0, colon);
  return {
    prefix: scope.namespaces.get(prefix) ?? findUndeclaredPrefix(prefix),
    local: name.slice(colon + 1),
  };
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

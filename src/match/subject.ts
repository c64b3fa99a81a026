import { domainToUnicode } from 'node:url';
import { parseUrl } from '../model/parse-url.ts';

import { FieldText } from './field-text.ts';
import type { FieldName } from './rule-tree.ts';

/** What rules are matched against: the fields of one entry. Made once, then cheap for every rule. */
export type MatchSubject = Readonly<Record<FieldName, FieldText>>;

/** The parts of an entry and its source that rules see; all texts plain, without markup. */
export interface SubjectParts {
  title: string;
  text: string;
  /** Names. */
  authors?: readonly string[] | undefined;
  categories?: readonly string[] | undefined;
  sourceTitle?: string | undefined;
  /** Any address of the source; rules see its host. */
  sourceUrl?: string | undefined;
  /** BCP 47 tag. */
  language?: string | undefined;
  /** The entry's own address. */
  url?: string | undefined;
}

/**
 * Makes the subject of an entry. A part is read and folded when the first rule asks for it, and once, so parts may be
 * getters. Nothing is refused.
 */
export function createSubject(parts: SubjectParts): MatchSubject {
  const language = parts.language === undefined ? undefined : toCanonicalLanguage(parts.language);
  const field = (getValues: () => readonly (string | undefined)[]) => new FieldText(getValues, language);
  return {
    title: field(() => [parts.title]),
    text: field(() => [parts.text]),
    author: field(() => parts.authors ?? []),
    category: field(() => parts.categories ?? []),
    source: field(() => [parts.sourceTitle, toReadableHost(parts.sourceUrl)]),
    lang: field(() => [language]),
    url: field(() => [toReadableUrl(parts.url)]),
  };
}

/** A language tag in canonical form and lower case: "en_GB" → "en-gb", "eng" → "en"; an invalid one in lower case. */
export function toCanonicalLanguage(tag: string): string {
  const hyphened = tag.trim().replaceAll('_', '-');
  try {
    return (Intl.getCanonicalLocales(hyphened)[0] ?? hyphened).toLowerCase();
  } catch {
    return hyphened.toLowerCase();
  }
}

function toReadableHost(url: string | undefined): string | undefined {
  if (url === undefined || !isReadable(url)) return undefined;
  const { hostname } = new URL(url);
  return domainToUnicode(hostname) || hostname;
}

/** The address as people write it: punycode and percent-encoding undone; as given when it is no address. */
function toReadableUrl(url: string | undefined): string | undefined {
  if (url === undefined || !isReadable(url)) return url;
  const { protocol, hostname, port, pathname, search, hash } = new URL(url);
  const host = domainToUnicode(hostname) || hostname;
  return `${protocol}//${host}${port && `:${port}`}${decode(pathname + search + hash)}`;
}

/** Hosts are normalised, which takes quadratic time; no address that works is longer. */
function isReadable(url: string): boolean {
  return url.length <= 8_192 && parseUrl(url) !== undefined;
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

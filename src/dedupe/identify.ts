import type { IdentifiedEntry, NewEntry } from '../model/entry.ts';
import { hashContent, hashText } from './content-hash.ts';
import { hashFields, joinFields } from './hash.ts';

/** An entry with the key that it would have alone, and what tells it from others of that key. */
interface Candidate {
  entry: NewEntry;
  index: number;
  key: readonly [kind: string, ...values: string[]];
  /** The article's address with a fragment that may name a part of a page; undefined without an address. */
  place?: string;
}

/**
 * Gives each entry of one document its identity inside the source: guid, else canonical URL, else content.
 *
 * - A guid is compared character by character, never normalised, even when it is a URL (RFC 4287 §4.2.6.1).
 * - A guid that all of several different entries share, and one that is only a site's front page, is no guid.
 * - The same guid twice: with the same address, or without any and the same title, it is one entry that the document
 *   repeats; the newer one is kept, at the place of the first. With different addresses they are different entries
 *   (publishers number per section, or copy a template): the address, else the title, joins the identity, of every
 *   one of them and whatever the order. The price is that such an entry is taken for a new one when the last
 *   of its namesakes leaves the document.
 * - The same address twice without a guid: the title joins, as on pages that are one long list of news.
 *
 * Pure; the order of the result is that of the document.
 */
export function identifyEntries(entries: NewEntry[]): IdentifiedEntry[] {
  const shared = findSharedGuid(entries);
  const groups = new Map<string, Candidate[]>();
  for (const [index, entry] of entries.entries()) {
    const candidate = toCandidate(entry, index, shared);
    const key = joinFields(candidate.key);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [candidate]);
    else group.push(candidate);
  }
  return [...groups.values()]
    .flatMap((group) => [...tellApart(group)])
    .sort(([, one], [, other]) => one.index - other.index)
    .map(([identity, { entry }]) => ({ ...entry, identity, contentHash: hashContent(entry) }));
}

/** The guid that every one of two or more entries has although they differ: a constant of the publisher's template. */
function findSharedGuid(entries: NewEntry[]): string | undefined {
  const guid = entries[0]?.guid;
  if (guid === undefined || entries.some((entry) => entry.guid !== guid)) return undefined;
  const kinds = new Set(entries.map((entry) => entry.canonicalUrl ?? entry.title));
  return kinds.size > 1 ? guid : undefined;
}

function toCandidate(entry: NewEntry, index: number, sharedGuid: string | undefined): Candidate {
  const place = findPlace(entry);
  const base = { entry, index, place };
  const { guid } = entry;
  if (guid !== undefined && guid !== sharedGuid && !isFrontPage(guid))
    return { ...base, key: ['guid', guid] };
  if (place === undefined) return { ...base, key: ['content', hashText(entry)] };
  return { ...base, key: isFrontPage(place) ? ['url', place, entry.title] : ['url', place] };
}

/** A fragment names the item on pages that list many; one with a `=` (`#xtor=RSS-1`) only says how one came there. */
function findPlace({ url, canonicalUrl }: NewEntry): string | undefined {
  if (canonicalUrl === undefined || url === undefined || canonicalUrl.includes('#')) return canonicalUrl;
  const { hash } = new URL(url);
  return hash.length > 1 && !hash.includes('=') ? canonicalUrl + hash : canonicalUrl;
}

function isFrontPage(text: string): boolean {
  return /^https?:\/\/[^/?#]{1,253}\/?$/i.test(text);
}

function tellApart(group: Candidate[]): Map<string, Candidate> {
  const told = new Map<string, Candidate>();
  const partOf = ({ key, place, entry }: Candidate) =>
    key[0] === 'guid' ? (place ?? entry.title) : entry.title;
  const alone = new Set(group.map(partOf)).size === 1;
  for (const one of group) {
    const identity = hashFields(alone ? one.key : [...one.key, 'of-several', partOf(one)]);
    const known = told.get(identity);
    if (known === undefined) told.set(identity, one);
    else if (isNewer(one.entry, known.entry)) told.set(identity, { ...one, index: known.index });
  }
  return told;
}

function isNewer(one: NewEntry, other: NewEntry): boolean {
  return dateOf(one) > dateOf(other);
}

function dateOf({ updatedAt, publishedAt }: NewEntry): number {
  return (updatedAt ?? publishedAt)?.getTime() ?? Number.NEGATIVE_INFINITY;
}

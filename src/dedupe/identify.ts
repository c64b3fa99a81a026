import type { IdentifiedEntry, NewEntry } from '../model/entry.ts';
import { hashContent, hashText } from './content-hash.ts';
import { hashFields, joinFields } from './hash.ts';

/** An entry with the key that it would have alone, and what tells it from others of that key. */
interface Candidate {
  entry: NewEntry;
  index: number;
  key: readonly string[];
  /** The article's address with a fragment that may name a part of a page; undefined without an address. */
  place?: string;
}

/**
 * Gives each entry of one document its identity inside the source: guid, else canonical URL, else content.
 *
 * - A guid is compared character by character, never normalised, even when it is a URL (RFC 4287 §4.2.6.1).
 * - A guid that all of several different entries share, and one that is only a site's front page, is no guid.
 * - The same guid twice, at the same address and with the same title, is one entry that the document repeats; the newer
 *   one is kept, at the place of the first. With different addresses they are different entries (publishers number
 *   per section, or copy a template), and so they are with different titles at one address (anchors and front pages):
 *   what differs joins the identity, of every one of them and whatever the order. The price is that the last one to
 *   stay in the document, alone with its guid, is taken for a new entry.
 * - The same address twice without a guid: the title joins, as on pages that are one long list of news.
 *
 * No identity depends on a date, since those are clamped to our clock. The result is in the order of the document.
 */
export function identifyEntries(entries: NewEntry[]): IdentifiedEntry[] {
  const shared = findSharedGuid(entries);
  const candidates = entries.map((entry, index) => toCandidate(entry, index, shared));
  const groups = groupBy(candidates, ({ key }) => joinFields(key));
  return [...groups.values()]
    .flatMap((group) => tellApart(group, group[0]?.key ?? [], distinctions))
    .sort((one, other) => one.candidate.index - other.candidate.index)
    .map(({ key, candidate: { entry } }) => ({
      ...entry,
      identity: hashFields(key),
      contentHash: hashContent(entry),
    }));
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

/** What tells entries of one key apart, the strongest first. */
const distinctions: ((candidate: Candidate) => string)[] = [
  ({ place }) => place ?? '',
  ({ entry }) => entry.title,
];

interface Told {
  key: readonly string[];
  candidate: Candidate;
}

function tellApart(
  group: Candidate[],
  key: readonly string[],
  [distinguish, ...others]: typeof distinctions,
): Told[] {
  const [first, ...rest] = group;
  if (first === undefined) return [];
  if (distinguish === undefined || rest.length === 0) {
    const kept = rest.reduce((best, one) => (isNewer(one.entry, best.entry) ? one : best), first);
    return [{ key, candidate: { ...kept, index: first.index } }];
  }
  const parts = groupBy(group, distinguish);
  if (parts.size === 1) return tellApart(group, key, others);
  return [...parts].flatMap(([part, members]) => tellApart(members, [...key, 'of-several', part], others));
}

function groupBy(candidates: Candidate[], keyOf: (candidate: Candidate) => string): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = keyOf(candidate);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [candidate]);
    else group.push(candidate);
  }
  return groups;
}

function isNewer(one: NewEntry, other: NewEntry): boolean {
  return dateOf(one) > dateOf(other);
}

function dateOf({ updatedAt, publishedAt }: NewEntry): number {
  return (updatedAt ?? publishedAt)?.getTime() ?? Number.NEGATIVE_INFINITY;
}

import type { IdentifiedEntry, NewEntry } from '../model/entry.ts';
import { hashContent, hashText } from './content-hash.ts';
import { hashFields, joinFields } from './hash.ts';
import { createOtherArticle } from './other-article.ts';

/** An entry with the key that it would have alone, and what tells it from others of that key. */
interface Candidate {
  entry: NewEntry;
  index: number;
  key: readonly string[];
  /** The article's canonical address; undefined without one. */
  place?: string;
  /** Its guid and its address name an article: then the same two are the same one, whatever the title says. */
  namesArticle: boolean;
}

/**
 * Gives each entry of one document its identity inside the source: guid, else canonical URL, else content.
 *
 * - A guid is compared character by character, never normalised, even when it is a URL (RFC 4287 §4.2.6.1).
 * - A guid that all of several different entries share, and one that is only a site's front page, is no guid.
 * - The same guid twice at the same address is one entry that the document repeats, also under a corrected headline;
 *   the newer one is kept, at the place of the first.
 * - The same guid at different addresses means different entries (publishers number per section, or copy a template).
 *   So do different titles where the address names no article (none, a front page, a page that several guids share), and
 *   where the texts have nothing in common (see isOtherArticle). What differs joins the identity, of every one of them
 *   and whatever the order. The price is that the last one to stay in the document, alone with its guid, is taken for a
 *   new entry.
 * - The same address twice without a guid: the title joins, as on pages that are one long list of news.
 *
 * No identity depends on a date, since those are clamped to our clock. The result is in the order of the document.
 */
export function identifyEntries(entries: NewEntry[]): IdentifiedEntry[] {
  const shared = findSharedGuid(entries);
  const lists = findListPages(entries);
  const candidates = entries.map((entry, index) => toCandidate(entry, index, shared, lists));
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

/** The addresses that entries of different guids have: pages that list many items. */
function findListPages(entries: NewEntry[]): ReadonlySet<string> {
  const guids = new Map<string, string>();
  const lists = new Set<string>();
  for (const { guid, canonicalUrl } of entries) {
    if (guid === undefined || canonicalUrl === undefined) continue;
    const known = guids.get(canonicalUrl);
    if (known === undefined) guids.set(canonicalUrl, guid);
    else if (known !== guid) lists.add(canonicalUrl);
  }
  return lists;
}

function toCandidate(
  entry: NewEntry,
  index: number,
  sharedGuid: string | undefined,
  lists: ReadonlySet<string>,
): Candidate {
  const { guid, canonicalUrl: place } = entry;
  const base = { entry, index, place, namesArticle: false };
  if (guid !== undefined && guid !== sharedGuid && !isFrontPage(guid)) {
    const namesArticle = place !== undefined && !isFrontPage(place) && !lists.has(place);
    return { ...base, namesArticle, key: ['guid', guid] };
  }
  if (place === undefined) return { ...base, key: ['content', hashText(entry)] };
  return { ...base, key: isFrontPage(place) ? ['url', place, entry.title] : ['url', place] };
}

function isFrontPage(text: string): boolean {
  return /^https?:\/\/[^/?#]{1,253}\/?$/i.test(text);
}

/** Parts of a group by what tells them apart. */
type Distinguish = (group: Candidate[]) => Map<string, Candidate[]>;

/** What tells entries of one key apart, the strongest first. */
const distinctions: Distinguish[] = [
  (group) => groupBy(group, ({ place }) => place ?? ''),
  (group) => groupBy(group, group.every((one) => one.namesArticle) ? toArticleNamer(group) : toTitle),
];

function toTitle({ entry }: Candidate): string {
  return entry.title;
}

/** Names each entry by its title; what may be a version of the newest one has the title of that. */
function toArticleNamer(group: Candidate[]): (candidate: Candidate) => string {
  const newest = group.map(({ entry }) => entry).reduce((best, one) => (isAhead(one, best) ? one : best));
  const isOther = createOtherArticle(newest);
  return ({ entry }) => (isOther(entry) ? entry.title : newest.title);
}

/** Newer, or of the same date and first by its words: never by the order of the document. */
function isAhead(one: NewEntry, other: NewEntry): boolean {
  if (dateOf(one) !== dateOf(other)) return isNewer(one, other);
  if (one.title !== other.title) return one.title < other.title;
  return one.summary === other.summary ? one.contentHtml < other.contentHtml : one.summary < other.summary;
}

interface Told {
  key: readonly string[];
  candidate: Candidate;
}

function tellApart(
  group: Candidate[],
  key: readonly string[],
  [distinguish, ...others]: Distinguish[],
): Told[] {
  const [first, ...rest] = group;
  if (first === undefined) return [];
  if (distinguish === undefined || rest.length === 0) {
    const kept = rest.reduce((best, one) => (isNewer(one.entry, best.entry) ? one : best), first);
    return [{ key, candidate: { ...kept, index: first.index } }];
  }
  const parts = distinguish(group);
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

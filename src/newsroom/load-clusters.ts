import type { Db } from '../../db/connect.ts';
import { listTermsOfEntries, type PackedTerms, type StoredTerms } from '../../db/entry-terms.ts';
import type { PlacedFact } from '../../db/story-facts.ts';
import type { Key } from '../dedupe/choose-keys.ts';
import { type Comparable, toComparable } from '../dedupe/compare.ts';
import type { EntryTerms } from '../dedupe/entry-terms.ts';
import type { StoryCluster } from '../dedupe/group-entries.ts';
import { toCluster } from '../dedupe/likeness.ts';
import { packShingles, packTerms, unpackShingles, unpackTerms } from '../dedupe/pack-terms.ts';
import type { TermCounts } from '../dedupe/term-counts.ts';
import type { TermBook } from './term-book.ts';

/** The counts of all these languages, ready at hand. */
export async function readCounts(
  db: Db,
  terms: TermBook,
  languages: Iterable<string>,
): Promise<Map<string, TermCounts>> {
  const counts = new Map<string, TermCounts>();
  for (const language of new Set(languages)) counts.set(language, await terms.read(db, language));
  return counts;
}

/** What is stored of an entry to compare it by. */
export function toPackedTerms(
  about: Pick<PackedTerms, 'entryId' | 'sourceId' | 'datedAt'>,
  own: EntryTerms,
  keys: Key[],
): PackedTerms {
  return {
    ...about,
    language: own.language,
    terms: packTerms(own.terms),
    shingles: packShingles(own.shingles),
    days: own.days,
    keys: keys.map(({ key }) => key),
  };
}

/** A stored entry made ready to be compared. */
export async function toStoredComparable(db: Db, terms: TermBook, row: StoredTerms): Promise<Comparable> {
  return toComparable(
    { ...row, terms: unpackTerms(row.terms), shingles: unpackShingles(row.shingles) },
    await terms.read(db, row.language),
  );
}

/**
 * Stories as clusters, given the ids of their entries; entries that the term book keeps are not read again. Stories of
 * which nothing can be compared are left out.
 */
export async function loadClusters(
  db: Db,
  terms: TermBook,
  members: ReadonlyMap<string, string[]>,
): Promise<Map<string, StoryCluster>> {
  const wanted = [...new Set([...members.values()].flat())];
  const found = new Map<string, Comparable>();
  for (const id of wanted) {
    const kept = terms.recall(id);
    if (kept) found.set(id, kept);
  }
  const missing = wanted.filter((id) => !found.has(id));
  for (const row of await listTermsOfEntries(db, missing)) {
    const entry = await toStoredComparable(db, terms, row);
    terms.remember(entry, row.language);
    found.set(row.entryId, entry);
  }
  const clusters = new Map<string, StoryCluster>();
  for (const [storyId, ids] of members) {
    const list = ids.flatMap((id) => found.get(id) ?? []);
    if (list.length === 0) continue;
    clusters.set(storyId, { ...toCluster(list), storyId, age: Number(storyId), entryIds: new Set(ids) });
  }
  return clusters;
}

/** Whether an editor keeps two entries apart; the clusters learn which of their entries facts speak of. */
export function applyFacts(
  facts: PlacedFact[],
  clusters: ReadonlyMap<string, StoryCluster>,
): (entryId: string, otherId: string) => boolean {
  const apart = new Set<string>();
  for (const { kind, entryId, otherId, storyId, otherStoryId } of facts) {
    if (kind !== 'apart') continue;
    apart.add(toPair(entryId, otherId));
    clusters.get(storyId)?.entryIds.add(entryId);
    clusters.get(otherStoryId)?.entryIds.add(otherId);
  }
  return (entryId, otherId) => apart.size > 0 && apart.has(toPair(entryId, otherId));
}

function toPair(one: string, other: string): string {
  return Number(one) < Number(other) ? `${one} ${other}` : `${other} ${one}`;
}

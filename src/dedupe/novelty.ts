import type { Comparable } from './compare.ts';

/** An entry that joins a story is news from this share on: other tellings of what is known use other words, too. */
export const newsFrom = 0.5;
/** A changed entry is news from this share on, and so many new terms: less is a correction. */
const revisionFrom = 0.25;
const revisionTerms = 3;

/** Whether an entry, changed, says something that it did not say before: more than a correction of a word or two. */
export function isRevision(entry: Comparable, before: Comparable): boolean {
  const known = new Set(before.hashes);
  const added = entry.hashes.filter((hash) => !known.has(hash)).length;
  return added >= revisionTerms && measureNovelty(entry, [before]) >= revisionFrom;
}

/** What share of what an entry says, weighed by rarity, none of the others says: 0 to 1; 1 when there are no others. */
export function measureNovelty(entry: Comparable, others: Iterable<Comparable>): number {
  const known = new Set<number>();
  for (const other of others) for (const hash of other.hashes) known.add(hash);
  let share = 0;
  entry.hashes.forEach((hash, place) => {
    if (!known.has(hash)) share += (entry.all[place] ?? 0) ** 2;
  });
  return share;
}

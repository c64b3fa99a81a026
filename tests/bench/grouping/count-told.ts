import type { ComparedEntry } from '../../../src/dedupe/compare.ts';
import { TermCounts } from '../../../src/dedupe/term-counts.ts';
import { getVocabulary } from '../../../src/dedupe/vocabulary.ts';

/**
 * Counts terms once a story, as the product does, where `eventOf` says what is one story; entries of which it says nothing
 * stand alone. All of one language.
 */
export function countTold(
  entries: readonly ComparedEntry[],
  eventOf: (entry: ComparedEntry) => string | undefined,
): TermCounts {
  const stories = new Map<string, Set<number>>();
  for (const entry of entries) {
    const story = eventOf(entry) ?? `alone ${entry.entryId}`;
    const hashes = stories.get(story) ?? new Set();
    for (const { hash } of entry.terms) hashes.add(hash);
    stories.set(story, hashes);
  }
  const counts = new TermCounts(getVocabulary(entries[0]?.language ?? 'und').shares);
  for (const hashes of stories.values()) counts.add(1, new Map([...hashes].map((hash) => [hash, 1])));
  return counts;
}

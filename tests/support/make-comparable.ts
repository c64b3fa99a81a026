import { type Comparable, toComparable } from '../../src/dedupe/compare.ts';
import { readTerms, type SourceHabits } from '../../src/dedupe/entry-terms.ts';
import type { StoryCluster } from '../../src/dedupe/group-entries.ts';
import { toCluster } from '../../src/dedupe/likeness.ts';
import { TermCounts } from '../../src/dedupe/term-counts.ts';
import { getVocabulary } from '../../src/dedupe/vocabulary.ts';

/** An entry as a test tells it. */
export interface Telling {
  id?: string;
  title: string;
  summary?: string;
  text?: string;
  language?: string;
  source?: string;
  at?: string;
  habits?: SourceHabits;
}

let lastId = 0;
const countsOf = new Map<string, TermCounts>();

/** An entry ready to be compared, weighed by what is known of its language alone; of a source of its own unless told. */
export function makeComparable(telling: Telling): Comparable {
  const { title, summary = '', text = '', language = 'en', at = '2026-02-17T10:00:00Z', habits } = telling;
  const id = telling.id ?? String(++lastId);
  const datedAt = new Date(at);
  const counts = countsOf.get(language) ?? new TermCounts(getVocabulary(language).shares);
  countsOf.set(language, counts);
  const terms = readTerms({ title, summary, text, language, datedAt }, habits);
  return toComparable(
    { ...terms, entryId: id, sourceId: telling.source ?? `source of ${id}`, datedAt },
    counts,
  );
}

/** A story of these entries; the number is its id and its age. */
export function makeStory(number: number, ...members: Comparable[]): StoryCluster {
  return {
    ...toCluster(members),
    storyId: String(number),
    age: number,
    entryIds: new Set(members.map(({ entryId }) => entryId)),
  };
}

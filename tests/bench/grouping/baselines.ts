import { toStoryKey } from '../../../src/newsroom/group-stored.ts';
import type { CorpusEntry, NewsCorpus } from './corpus.ts';
import { type Measures, scoreTogether, toMeasures } from './score.ts';
import { listLikePairs } from './tf-idf.ts';
import { groupHours } from './through-postgres.ts';

/** A simple way to group, to compare with. */
export interface Baseline {
  name: string;
  measures: Measures;
}

/** Whether two entries are put together. */
type Rule = (one: CorpusEntry, other: CorpusEntry) => boolean;

/** The precision that a threshold has to keep. */
const leastPrecision = 0.95;

/**
 * Each entry alone; entries of one address; and TF-IDF cosine with the threshold that is best here, first by its pairs as
 * they are, then with everything that pairs connect in one cluster.
 */
export function measureBaselines(corpus: NewsCorpus): Baseline[] {
  const keys = new Map(corpus.entries.map((one) => [one, toStoryKey(one.entry) ?? one]));
  const pairs = listLikePairs(corpus.entries, groupHours);
  const asPairs = findBest(corpus, (threshold) => {
    const like = new Map<CorpusEntry, Set<CorpusEntry>>();
    for (const { one, other, cosine } of pairs) {
      if (cosine < threshold) continue;
      like.set(one, (like.get(one) ?? new Set()).add(other));
      like.set(other, (like.get(other) ?? new Set()).add(one));
    }
    return (one, other) => like.get(one)?.has(other) ?? false;
  });
  const connected = findBest(corpus, (threshold) => {
    const roots = connect(pairs.filter(({ cosine }) => cosine >= threshold));
    return (one, other) => (roots.get(one) ?? one) === (roots.get(other) ?? other);
  });
  return [
    { name: 'each entry alone', measures: measure(corpus, () => false) },
    {
      name: 'canonical address alone',
      measures: measure(corpus, (one, other) => keys.get(one) === keys.get(other)),
    },
    { name: `TF-IDF cosine ≥ ${asPairs.threshold.toFixed(2)}, pairs`, measures: asPairs.measures },
    { name: `TF-IDF cosine ≥ ${connected.threshold.toFixed(2)}, connected`, measures: connected.measures },
  ];
}

function measure({ entries, gold }: NewsCorpus, isTogether: Rule): Measures {
  const judged = new Map(entries.map((one) => [one.item, one]));
  return toMeasures(
    scoreTogether(gold, (item, otherItem) => {
      const [one, other] = [judged.get(item), judged.get(otherItem)];
      return one !== undefined && other !== undefined && isTogether(one, other);
    }),
  );
}

/** The threshold with the highest recall among those that are precise enough. */
function findBest(
  corpus: NewsCorpus,
  toRule: (threshold: number) => Rule,
): { threshold: number; measures: Measures } {
  const thresholds = Array.from({ length: 90 }, (_, n) => (n + 5) / 100);
  return thresholds
    .map((threshold) => ({ threshold, measures: measure(corpus, toRule(threshold)) }))
    .filter(({ measures }) => measures.precision >= leastPrecision)
    .reduce((best, one) => (one.measures.recall > best.measures.recall ? one : best));
}

/** Entry → the entry that stands for all that pairs connect it with. */
function connect(pairs: { one: CorpusEntry; other: CorpusEntry }[]): Map<CorpusEntry, CorpusEntry> {
  const parent = new Map<CorpusEntry, CorpusEntry>();
  const find = (one: CorpusEntry): CorpusEntry => {
    const above = parent.get(one) ?? one;
    return above === one ? one : find(above);
  };
  for (const { one, other } of pairs) parent.set(find(other), find(one));
  return new Map(pairs.flatMap(({ one, other }) => [one, other].map((end) => [end, find(end)] as const)));
}

import { toAlgorithm, toStem } from '../../../src/text/stem.ts';
import type { CorpusEntry } from './corpus.ts';

export interface LikePair {
  one: CorpusEntry;
  other: CorpusEntry;
  cosine: number;
}

/**
 * All pairs of entries dated within so many hours, by the cosine of their tf × idf vectors: stems of the title, counted
 * twice, and of the summary. Of the usual variants (stop words, logarithms, the body too) this does best on the corpus.
 */
export function listLikePairs(entries: readonly CorpusEntry[], hours: number): LikePair[] {
  const vectors = toVectors(entries.map(({ entry }) => `${entry.title} ${entry.title} ${entry.summary}`));
  const pairs: LikePair[] = [];
  for (const [i, one] of entries.entries()) {
    for (const [j, other] of entries.entries()) {
      const apart = Math.abs(one.datedAt.getTime() - other.datedAt.getTime()) / 3_600_000;
      if (i >= j || apart > hours) continue;
      pairs.push({ one, other, cosine: toCosine(vectors[i], vectors[j]) });
    }
  }
  return pairs;
}

function toVectors(texts: string[]): Map<string, number>[] {
  const algorithm = toAlgorithm('en');
  const bags = texts.map((text) => {
    const stems = Array.from(text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu), ([word]) =>
      toStem(word, algorithm),
    );
    return countEach(stems);
  });
  const having = countEach(bags.flatMap((bag) => [...bag.keys()]));
  return bags.map((bag) => {
    const weighed = [...bag].map(
      ([word, count]) => [word, count * Math.log(texts.length / (having.get(word) ?? 1))] as const,
    );
    const length = Math.sqrt(weighed.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    return new Map(weighed.map(([word, weight]) => [word, weight / length]));
  });
}

function countEach(words: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function toCosine(one: Map<string, number> = new Map(), other: Map<string, number> = new Map()): number {
  let sum = 0;
  for (const [word, weight] of one) sum += weight * (other.get(word) ?? 0);
  return sum;
}

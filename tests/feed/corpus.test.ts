import { describe, expect, it } from 'vitest';
import { percent, type Score } from '../bench/parsing/corpus.ts';
import { findKnownDifference } from '../bench/parsing/known-differences.ts';
import { scoreFeedparser } from '../bench/parsing/score-feedparser.ts';
import { scoreReal } from '../bench/parsing/score-real.ts';
import { findCorpus } from '../support/corpus.ts';

const corpus = findCorpus();

const listUnexplained = ({ misses }: Score): string[] =>
  misses.filter(({ key }) => !findKnownDifference(key)).map(({ key }) => key);

/** Counts a difference as right only where the oracle is the one who is wrong. */
const percentExplained = (score: Score): number =>
  percent({
    right: score.right + score.misses.filter(({ key }) => findKnownDifference(key)?.side === 'theirs').length,
    total: score.total,
  });

describe.skipIf(!corpus)('the corpus', () => {
  it('reads at least 97 % of feedparser’s core field checks as feedparser does', async () => {
    const scores = [...(await scoreFeedparser(corpus ?? '')).values()];
    const right = scores.reduce((sum, score) => sum + score.right, 0);
    const total = scores.reduce((sum, score) => sum + score.total, 0);
    expect(total).toBe(714);
    expect(percent({ right, total })).toBeGreaterThanOrEqual(97);
    expect(scores.flatMap(listUnexplained)).toEqual([]);
  });

  it('reads every real feed, and its titles, links and dates', async () => {
    const scores = await scoreReal(corpus ?? '');
    expect(percent(scores.parsed)).toBe(100);
    expect(percent(scores.items)).toBe(100);
    expect(scores.title.right).toBeGreaterThanOrEqual(2605);
    expect(scores.link.right).toBeGreaterThanOrEqual(2601);
    expect(scores.date.right).toBeGreaterThanOrEqual(2570);
    for (const score of [scores.title, scores.link, scores.date]) {
      expect(score.total).toBeGreaterThan(2600);
      expect(percentExplained(score)).toBeGreaterThanOrEqual(99.5);
      expect(listUnexplained(score)).toEqual([]);
    }
  });
});

import { describe, expect, test } from 'vitest';
import { type NextCheckInput, toNextCheckAt } from '../../src/newsroom/next-check.ts';

const now = new Date('2026-02-16T09:30:00Z'); // a Monday
const base: NextCheckInput = { now, refreshSeconds: 1_800, failures: 0, freshness: {}, hints: {}, random: 0 };
const waits = (change: Partial<NextCheckInput>) =>
  (toNextCheckAt({ ...base, ...change }).getTime() - now.getTime()) / 1000;

describe('toNextCheckAt', () => {
  test.each<[string, Partial<NextCheckInput>, number]>([
    ['nothing asks for longer: our interval', {}, 1_800],
    ['spread by a tenth at most', { random: 1 }, 1_980],
    ['a fresh answer is not asked again before', { freshness: { freshForSeconds: 7_200 } }, 7_200],
    ['a shorter freshness does not hurry us', { freshness: { freshForSeconds: 60 } }, 1_800],
    ['a freshness of a year counts as a day', { freshness: { freshForSeconds: 31_536_000 } }, 86_400],
    ['ttl and sy: count', { hints: { asksSeconds: 3_600 } }, 3_600],
    ['Retry-After is kept', { freshness: { retryAfterSeconds: 10_000 } }, 10_000],
    ['Retry-After of a year counts as a day', { freshness: { retryAfterSeconds: 31_536_000 } }, 86_400],
    ['the first failure: five minutes', { failures: 1 }, 300],
    ['doubled with each further one', { failures: 4 }, 2_400],
    ['a day at most', { failures: 50 }, 86_400],
    ['an operator in a hurry retries in a hurry', { failures: 1, refreshSeconds: 60 }, 60],
    ['a failure with Retry-After', { failures: 1, freshness: { retryAfterSeconds: 4_000 } }, 4_000],
    ['freshness of a failure does not count', { failures: 1, freshness: { freshForSeconds: 9_000 } }, 300],
    ['a skipped hour is waited out', { hints: { skipHours: [10, 11] } }, 2.5 * 3_600],
    ['hour 24 is hour 0', { hints: { skipHours: [24] } }, 1_800],
    ['a skipped day is waited out', { hints: { skipDays: ['Monday'] } }, 14.5 * 3_600],
    [
      'all hours skipped: asked nonetheless',
      { hints: { skipHours: Array.from({ length: 24 }, (_, n) => n) } },
      1_800,
    ],
    ['unknown day names skip nothing', { hints: { skipDays: ['Funday', ''] } }, 1_800],
  ])('%s', (_name, change, seconds) => {
    expect(waits(change)).toBe(seconds);
  });
});

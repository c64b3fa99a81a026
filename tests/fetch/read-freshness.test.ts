import { describe, expect, test } from 'vitest';
import { readFreshness } from '../../src/fetch/read-freshness.ts';

const now = new Date('2026-02-16T12:00:00Z');
const date = 'Mon, 16 Feb 2026 12:00:00 GMT';
const later = 'Mon, 16 Feb 2026 13:00:00 GMT';
const earlier = 'Mon, 16 Feb 2026 11:00:00 GMT';

describe('how long an answer stays fresh', () => {
  test.each<[string, Record<string, string | string[]>, number | undefined]>([
    ['nothing said', {}, undefined],
    ['max-age', { 'cache-control': 'max-age=600' }, 600],
    ['among others', { 'cache-control': 'public, max-age=600, must-revalidate' }, 600],
    ['in capitals', { 'cache-control': 'Public, Max-Age=600' }, 600],
    ['quoted', { 'cache-control': 'max-age="600"' }, 600],
    ['spaces around =', { 'cache-control': 'max-age = 600' }, 600],
    ['less Age', { 'cache-control': 'max-age=600', age: '100' }, 500],
    ['older than that', { 'cache-control': 'max-age=600', age: '1000' }, 0],
    ['Age is rubbish', { 'cache-control': 'max-age=600', age: '-5' }, 600],
    ['zero', { 'cache-control': 'max-age=0' }, 0],
    ['negative', { 'cache-control': 'max-age=-1' }, 0],
    ['rubbish', { 'cache-control': 'max-age=soon' }, 0],
    ['without a value', { 'cache-control': 'max-age' }, 0],
    ['a fraction', { 'cache-control': 'max-age=1.5' }, 0],
    ['over all bounds', { 'cache-control': `max-age=${'9'.repeat(25)}` }, 2_147_483_648],
    ['the first of two', { 'cache-control': 'max-age=600, max-age=60' }, 600],
    ['two lines', { 'cache-control': ['public', 'max-age=600'] }, 600],
    ['no-cache', { 'cache-control': 'no-cache, max-age=600' }, 0],
    ['no-store', { 'cache-control': 'max-age=600, no-store' }, 0],
    ['no-cache of one field', { 'cache-control': 'no-cache="set-cookie, x", max-age=600' }, 600],
    ['shared caches alone', { 'cache-control': 's-maxage=600' }, undefined],
    ['shared caches otherwise', { 'cache-control': 's-maxage=60, max-age=600' }, 600],
    ['a name inside a string', { 'cache-control': 'x="max-age=5", max-age=600' }, 600],
    ['a name that ends so', { 'cache-control': 'x-max-age=5' }, undefined],
    ['an open string', { 'cache-control': 'x="max-age=5' }, undefined],
    ['stale-if-error is none', { 'cache-control': 'stale-if-error=86400' }, undefined],
    ['Expires', { date, expires: later }, 3_600],
    ['Expires less Age', { date, expires: later, age: '600' }, 3_000],
    ['Expires without Date', { expires: later }, 3_600],
    ['Expires with a wrong clock there', { date: later, expires: later }, 0],
    ['Expires and Date both off', { date: earlier, expires: date }, 3_600],
    ['Expires in the past', { date, expires: earlier }, 0],
    ['Expires: 0', { date, expires: '0' }, 0],
    ['Expires: -1', { date, expires: '-1' }, 0],
    ['Expires is rubbish', { date, expires: 'tomorrow' }, 0],
    ['max-age goes before Expires', { date, expires: later, 'cache-control': 'max-age=60' }, 60],
    ['Date is rubbish', { date: 'today', expires: later }, 3_600],
  ])('%s', (_name, headers, expected) => {
    expect(readFreshness(headers, now).freshForSeconds).toBe(expected);
  });

  test('hostile Cache-Control headers are read in linear time', () => {
    for (const value of [
      'a'.repeat(500_000),
      'a="'.repeat(200_000),
      `a${' '.repeat(500_000)}b`,
      '"'.repeat(500_000),
    ])
      expect(readFreshness({ 'cache-control': value }, now)).toEqual({});
  });
});

describe('Retry-After', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '120' }, 120],
    ['zero', { 'retry-after': '0' }, 0],
    ['with spaces', { 'retry-after': ' 120 ' }, 120],
    ['a date', { date, 'retry-after': later }, 3_600],
    ['a date without Date', { 'retry-after': later }, 3_600],
    ['a date by their clock', { date: earlier, 'retry-after': later }, 7_200],
    ['a date in the past', { date, 'retry-after': earlier }, undefined],
    ['negative', { 'retry-after': '-5' }, undefined],
    ['a fraction', { 'retry-after': '1.5' }, undefined],
    ['rubbish', { 'retry-after': 'later' }, undefined],
    ['empty', { 'retry-after': '' }, undefined],
    ['over all bounds', { 'retry-after': '9'.repeat(20) }, 2_147_483_648],
    ['absent', {}, undefined],
  ])('%s', (_name, headers, expected) => {
    expect(readFreshness(headers, now).retryAfterSeconds).toBe(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { parseHttpDate } from '../../src/fetch/parse-http-date.ts';

const now = new Date('2026-02-16T12:00:00Z');

describe('dates in headers', () => {
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37Z'],
    ['Mon, 16 Feb 2026 12:00:00 UTC', '2026-02-16T12:00:00Z'],
    ['mon, 16 feb 2026 12:00:00 gmt', '2026-02-16T12:00:00Z'],
    ['16 Feb 2026 12:00:00 +0000', '2026-02-16T12:00:00Z'],
    ['Fri, 6 Mar 2026 1:02:03 GMT', '2026-03-06T01:02:03Z'],
    ['Friday, 06-Mar-76 01:02:03 GMT', '2076-03-06T01:02:03Z'],
    ['Sunday, 06-Mar-77 01:02:03 GMT', '1977-03-06T01:02:03Z'],
    ['Sat, 31 Dec 2016 23:59:60 GMT', '2016-12-31T23:59:59Z'],
  ])('%s', (text, expected) => {
    expect(parseHttpDate(text, now)).toEqual(new Date(expected));
  });

  test.each([
    undefined,
    '',
    '0',
    '-1',
    'never',
    '2026-02-16T12:00:00Z',
    'Tue, 32 Feb 2026 12:00:00 GMT',
    'Mon, 30 Feb 2026 12:00:00 GMT',
    'Mon, 16 Foo 2026 12:00:00 GMT',
    'Mon, 16 Feb 2026 25:00:00 GMT',
    'Mon, 16 Feb 2026 12:61:00 GMT',
    'Mon, 16 Feb 2026 12:00:00 +0500',
    `Mon, ${'1'.repeat(50_000)}`,
    ' '.repeat(50_000),
  ])('%.40s is none', (text) => {
    expect(parseHttpDate(text, now)).toBeUndefined();
  });
});

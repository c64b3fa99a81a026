import { describe, expect, it } from 'vitest';
import { findFreshTag, parseHttpDate } from '../../src/http/conditional-get.ts';

const sent = {
  etags: ['"abc"', '"abc-gzip"', '"abc-br"'],
  lastModifiedMs: Date.UTC(2026, 10, 24, 11, 29, 30, 417),
  lastModified: 'Tue, 24 Nov 2026 11:29:30 GMT',
};

describe('If-None-Match (RFC 9110 §13.1.2)', () => {
  it.each([
    ['the same tag', '"abc"', '"abc"'],
    ['the tag of another coding', '"abc-gzip"', '"abc-gzip"'],
    ['a weak tag: the comparison is weak', 'W/"abc-br"', '"abc-br"'],
    ['a list', '"x", W/"y",\t"abc-br" , "z"', '"abc-br"'],
    ['a list without spaces', '"x","abc"', '"abc"'],
    ['an empty member of a list', ', ,"abc",', '"abc"'],
    ['a comma inside a tag', '"a,b", "abc"', '"abc"'],
    ['anything', '*', '*'],
    ['anything, with space around', ' * ', '*'],
    ['another tag', '"abd"', undefined],
    ['a tag that only begins alike', '"abcd"', undefined],
    ['our tag inside of another one', '"x"abc"y"', undefined],
    ['no quotes at all', 'abc', undefined],
    ['a quote that does not close', '"abc', undefined],
    ['nothing', '', undefined],
    ['a star among tags', '"x", *', undefined],
  ])('%s: %s', (_, field, expected) => {
    expect(findFreshTag(field, null, sent)).toBe(expected);
  });

  it('decides alone: If-Modified-Since is not looked at', () => {
    expect(findFreshTag('"other"', sent.lastModified, sent)).toBeUndefined();
    expect(findFreshTag('"abc"', 'Mon, 01 Jan 1990 00:00:00 GMT', sent)).toBe('"abc"');
  });

  it('takes no more than linear time', () => {
    expect(findFreshTag('"a",'.repeat(200_000), null, sent)).toBeUndefined();
    expect(findFreshTag(`"${' '.repeat(500_000)}`, null, sent)).toBeUndefined();
    expect(findFreshTag('"abc"  x'.repeat(50_000), null, sent)).toBeUndefined();
  });
});

describe('If-Modified-Since (RFC 9110 §13.1.3)', () => {
  it.each([
    ['the same second, for the field has no finer', 'Tue, 24 Nov 2026 11:29:30 GMT', '*'],
    ['later', 'Tue, 24 Nov 2026 11:29:31 GMT', '*'],
    ['a second earlier', 'Tue, 24 Nov 2026 11:29:29 GMT', undefined],
    ['RFC 850 form', 'Tuesday, 24-Nov-26 11:29:30 GMT', '*'],
    ['asctime form', 'Tue Nov 24 11:29:30 2026', '*'],
    ['asctime form, one digit', 'Sat Nov  7 11:29:30 2026', undefined],
    ['ISO form is no HTTP date', '2027-01-01T00:00:00Z', undefined],
    ['a day that no calendar has', 'Tue, 31 Feb 2027 11:29:30 GMT', undefined],
    ['another zone', 'Tue, 24 Nov 2027 11:29:30 +0100', undefined],
    ['two values', 'Tue, 24 Nov 2027 11:29:30 GMT, Tue, 24 Nov 2027 11:29:30 GMT', undefined],
    ['nonsense', 'yesterday', undefined],
    ['nothing', '', undefined],
  ])('%s: %s', (_, field, expected) => {
    expect(findFreshTag(null, field, sent)).toBe(expected);
  });

  it('is ignored for content without a date', () => {
    expect(findFreshTag(null, sent.lastModified, { etags: ['"abc"'] })).toBeUndefined();
  });
});

describe('parseHttpDate', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['Sat, 31 Dec 2016 24:00:00 GMT', undefined],
    ['Sat, 00 Dec 2016 23:00:00 GMT', undefined],
    ['Sat, 31 Dez 2016 23:00:00 GMT', undefined],
  ])('%s', (text, expected) => {
    expect(parseHttpDate(text)).toBe(expected);
  });
});

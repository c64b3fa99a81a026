import { expect, test } from 'vitest';
import { cutColumns } from '../../src/cli/story-report.ts';

test.each([
  ['short', 10, 'short'],
  ['exactly ten', 11, 'exactly ten'],
  ['one too many', 11, 'one too ma…'],
  ['ends at a gap', 8, 'ends at…'],
  ['東京で地震', 10, '東京で地震'],
  ['東京で地震が', 10, '東京で地…'],
  ['e\u0301te\u0301', 3, 'e\u0301te\u0301'],
  ['😀😀😀', 4, '😀…'],
  ['', 5, ''],
  ['x'.repeat(100_000), 5, 'xxxx…'],
])('%s in %i columns is %s', (text, columns, expected) => {
  expect(cutColumns(text, columns)).toBe(expected);
});

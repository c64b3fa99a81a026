import { expect, it } from 'vitest';
import { chooseCoding } from '../../src/http/content-coding.ts';

it.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['GZIP;Q=0.5', 'gzip'],
  ['gzip;q=1.0, br;q=0.5', 'gzip'],
  ['gzip;q=0.5,br;q=0.5', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0, gzip;q=0.000', 'identity'],
  ['*', 'br'],
  ['*;q=0.1', 'br'],
  ['br;q=0, *', 'gzip'],
  ['*;q=0', 'identity'],
  ['identity', 'identity'],
  ['gzip;q=0.5, identity', 'identity'],
  ['gzip;q=0.5, identity;q=0.5', 'gzip'],
  ['identity;q=0', 'identity'],
  ['identity;q=0, gzip', 'gzip'],
  ['identity;q=0, *;q=0', 'identity'],
  ['deflate', 'identity'],
  ['gzip ; q=0.8 , br ; q=0.9', 'br'],
  ['gzip;q=2', 'identity'],
  ['gzip;q=', 'identity'],
  ['gzip;q=0.1234', 'identity'],
  ['gzip;level=9;q=0.3', 'gzip'],
  [';;,,;q=1', 'identity'],
  ['gzip, gzip;q=0', 'gzip'],
  [`${'x,'.repeat(100_000)}gzip`, 'identity'],
] as const)('Accept-Encoding: %s → %s', (field, coding) => {
  expect(chooseCoding(field?.toString())).toBe(coding);
});

import { describe, expect, test } from 'vitest';
import { follow, startTrail, toMovedTo } from '../../src/fetch/trail.ts';

/** Where a source has moved to after redirects of `[status, Location]`. */
const walk = (start: string, ...hops: [number, string][]) =>
  toMovedTo(
    hops.reduce((trail, [status, location]) => follow(trail, { status, location }, 5), startTrail(start)),
  );

describe('moves between http and https', () => {
  test.each<[string, string, [number, string][], string | undefined]>([
    ['up', 'http://a.example/', [[301, 'https://a.example/']], 'https://a.example/'],
    ['down', 'https://a.example/', [[301, 'http://a.example/']], undefined],
    [
      'down on the second hop',
      'https://a.example/',
      [
        [301, 'https://b.example/'],
        [301, 'http://b.example/x'],
      ],
      'https://b.example/',
    ],
    [
      'down and up again',
      'https://a.example/',
      [
        [301, 'http://a.example/'],
        [301, 'https://a.example/x'],
      ],
      undefined,
    ],
    ['nowhere', 'https://a.example/', [], undefined],
  ])('%s', (_name, start, hops, expected) => {
    expect(walk(start, ...hops)).toBe(expected);
  });

  test('a name and a password stay behind when the scheme, the host or the port changes', () => {
    const start = 'http://ann:x@a.example/';
    expect(walk(start, [301, '/b'])).toBe('http://ann:x@a.example/b');
    expect(walk(start, [301, 'https://a.example/b'])).toBe('https://a.example/b');
    expect(walk(start, [301, 'http://a.example:81/b'])).toBe('http://a.example:81/b');
    expect(walk(start, [301, 'http://www.a.example/b'])).toBe('http://www.a.example/b');
    expect(
      follow(startTrail(start), { status: 302, location: 'https://a.example/' }, 5).authorization,
    ).toBeUndefined();
  });
});

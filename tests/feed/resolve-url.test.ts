import { describe, expect, it } from 'vitest';
import { createResolver, resolveUrl } from '../../src/feed/resolve-url.ts';

const base = 'https://x.example/a/';

describe('resolveUrl', () => {
  it.each<[string | undefined, string | undefined]>([
    ['b', 'https://x.example/a/b'],
    [' /b\n', 'https://x.example/b'],
    ['HTTP://y.example', 'HTTP://y.example'],
    ['www.y.example', 'http://www.y.example'],
    ['WWW.y.example/b?c', 'http://WWW.y.example/b?c'],
    ['www.html', 'https://x.example/a/www.html'],
    ['www.a b.example/', 'https://x.example/a/www.a%20b.example/'],
    [' ', undefined],
    [undefined, undefined],
  ])('%s', (written, url) => {
    expect(resolveUrl(written, base)).toBe(url);
  });
});

describe('createResolver', () => {
  it('resolves until the document has had its share, and leaves the rest as written', () => {
    const resolve = createResolver(100);
    expect(Array.from({ length: 4 }, () => resolve('b', base))).toEqual([
      `${base}b`,
      `${base}b`,
      `${base}b`,
      'b',
    ]);
    expect(resolve('https://y.example/', base)).toBe('https://y.example/');
  });
});

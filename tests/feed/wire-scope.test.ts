import { describe, expect, it } from 'vitest';
import { resolveUrl } from '../../src/feed/resolve-url.ts';
import { enterScope, outerScope, type WireScope } from '../../src/feed/wire-scope.ts';

const enter = (outer: WireScope, ...attributes: [string, string][]): WireScope =>
  enterScope(outer, { name: 'a', attributes }, 'http://x.example/', resolveUrl);

describe('enterScope', () => {
  it('copies nothing where an element changes nothing', () => {
    const root = enter(outerScope, ['xmlns:dc', 'http://purl.org/dc/elements/1.1/'], ['xml:lang', 'de']);
    expect(enter(root, ['title', 'x'])).toBe(root);
    const inner = enter(
      root,
      ['xmlns:b', ''],
      ['xmlns:c', 'urn:c'],
      ['xmlns:dc', 'http://purl.org/dc/elements/1.1/'],
      ['xml:lang', 'de'],
    );
    expect(inner.namespaces).toBe(root.namespaces);
    expect(inner.place).toBe(root.place);
  });

  it('knows so many prefixes at one place and no more', () => {
    let scope = outerScope;
    for (let n = 0; n < 300; n++) scope = enter(scope, [`xmlns:p${n}`, 'http://purl.org/dc/terms/']);
    expect(scope.namespaces.size).toBe(40);
    expect(enter(scope, ['xmlns:p1', 'http://search.yahoo.com/mrss/']).namespaces.get('p1')).toBe('media');
  });

  it('takes no base for one that is too long', () => {
    const base = `http://a.example/${'a'.repeat(2000)}/`;
    const scope = enter(outerScope, ['xml:base', base]);
    expect(scope.place).toEqual({ base });
    expect(enter(scope, ['xml:base', 'b'.repeat(100)]).place).toBe(scope.place);
    expect(enter(scope, ['xml:base', `http://b.example/${'b'.repeat(3000)}`]).place).toBe(scope.place);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { parseOpml, toOpml } from '../../src/feed/opml.ts';
import { findCorpus } from '../support/corpus.ts';

const opml = (inside: string): string =>
  `<?xml version="1.0"?><opml version="2.0"><head/><body>${inside}</body></opml>`;

describe('parseOpml', () => {
  it('flattens folders into categories and takes an address once', () => {
    const text =
      opml(`<outline text="News &amp; views"><outline title="A" text="a" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
      <outline text="Europe"><OUTLINE TEXT="B" XMLURL='https://b.example/feed?x=1&y=2' category="/Local/North,Sea"/></outline></outline>
      <outline text="Again" xmlUrl="https://a.example/feed" category="Twice"/>
      <outline text="no address"/><outline text="other" xmlUrl="ftp://c.example/"/><outline xmlUrl="https://untitled.example/feed"/>`);
    expect(parseOpml(text)).toEqual([
      {
        feedUrl: 'https://a.example/feed',
        siteUrl: 'https://a.example/',
        title: 'A',
        categories: ['News & views', 'Twice'],
      },
      {
        feedUrl: 'https://b.example/feed?x=1&y=2',
        title: 'B',
        categories: ['News & views', 'Europe', 'Local', 'North', 'Sea'],
      },
      { feedUrl: 'https://untitled.example/feed', categories: [] },
    ]);
  });

  it('survives bare quotes in values, entities and a byte order mark', () => {
    const text = `\uFEFF<!DOCTYPE opml [<!ENTITY n "Name">]>${opml('<outline text="&n; &eacute;" description="calls it "the best," and so" xmlUrl="https://a.example/"/>')}`;
    expect(parseOpml(text)).toEqual([{ feedUrl: 'https://a.example/', title: 'Name é', categories: [] }]);
  });

  it('takes an empty list', () => {
    expect(parseOpml(opml(''))).toEqual([]);
  });

  it.each([
    ['', /no OPML/],
    ['<html></html>', /no OPML/],
    ['{"outlines":[]}', /no OPML/],
    ['<opml><body><outline text="a" xmlUrl="https://a.example/"/>', /breaks off/],
    ['<opml><body><outline text="a', /breaks off/],
    [opml('<outline text="a">'.repeat(100_000)), /deep/],
    [opml('<outline text="a"/>'.repeat(50_000)), /more than/],
  ])('refuses %.40s', (text, message) => {
    expect(() => parseOpml(text)).toThrow(AppError);
    expect(() => parseOpml(text)).toThrow(message);
  });
});

describe('toOpml', () => {
  it('writes what parseOpml reads again', () => {
    const sources = [
      {
        feedUrl: 'https://a.example/?x=1&y=2',
        siteUrl: 'https://a.example/',
        title: 'A "quoted" <b> & ]]>',
        categories: ['One/two', 'Three'],
      },
      { feedUrl: 'https://b.example/feed', title: 'B\u0000', categories: [] },
    ];
    const text = toOpml({ title: 'Mine & yours', sources });
    expect(text).toContain('<opml version="2.0">');
    expect(parseOpml(text)).toEqual([sources[0], { ...sources[1], title: 'B' }]);
  });

  it('writes an empty list', () => {
    expect(parseOpml(toOpml({ title: '<none>', sources: [] }))).toEqual([]);
  });
});

describe('the lists of the corpus', () => {
  const corpus = findCorpus();

  it.skipIf(!corpus)('are all read and written again', () => {
    const folder = join(corpus ?? '', 'opml');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.opml'),
    );
    expect(files).toHaveLength(118);
    const urls = new Set<string>();
    for (const file of files) {
      const sources = parseOpml(readFileSync(join(folder, file), 'utf8'));
      expect(sources.length, file).toBeGreaterThan(0);
      for (const source of sources) urls.add(source.feedUrl);
      const again = parseOpml(toOpml({ title: file, sources }));
      const sorted = (list: typeof sources): string[] => list.map((source) => source.feedUrl).sort();
      expect(sorted(again)).toEqual(sorted(sources));
    }
    expect(urls.size).toBeGreaterThanOrEqual(778);
  });
});

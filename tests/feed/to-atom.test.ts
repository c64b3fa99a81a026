import { describe, expect, it } from 'vitest';
import { toAtom } from '../../src/feed/to-atom.ts';
import { makeOutgoingFeed, makeOutgoingItem } from '../support/outgoing-cases.ts';
import { readOutgoing } from '../support/read-outgoing.ts';
import { parseXml } from '../support/xml-tree.ts';

const toEntryTree = (changes: Parameters<typeof makeOutgoingItem>[0]) => {
  const root = parseXml(toAtom(makeOutgoingFeed([makeOutgoingItem(changes)])));
  return root.children.find(({ name }) => name === 'entry')!;
};
const listLinks = (entry: ReturnType<typeof toEntryTree>, rel: string) =>
  entry.children
    .filter(({ name, attributes }) => name === 'link' && attributes.get('rel') === rel)
    .map(({ attributes }) => Object.fromEntries(attributes));

describe('toAtom', () => {
  it('writes the document that lies beside the fixture', async () => {
    await expect(toAtom(readOutgoing('world'))).toMatchFileSnapshot('../fixtures/outgoing/world.atom.xml');
  });

  it('writes dates by the feed alone, and never by the clock', () => {
    const xml = toAtom(makeOutgoingFeed([], { updatedAt: new Date('2031-05-06T07:08:09.010Z') }));
    expect(xml).toContain('<updated>2031-05-06T07:08:09.010Z</updated>');
  });

  it('writes titles as plain text, escaped once', () => {
    const title = 'AT&T <3 &apos; ]]> <![CDATA[';
    const xml = toAtom(makeOutgoingFeed([makeOutgoingItem({ title })]));
    expect(xml).toContain('<title type="text">AT&amp;T &lt;3 &amp;apos; ]]&gt; &lt;![CDATA[</title>');
  });

  it('has no white space around addresses with ampersands', () => {
    const source = { title: 'The Publisher', feedUrl: 'https://publisher.example/?a&b' };
    expect(toAtom(makeOutgoingFeed([makeOutgoingItem({ source })]))).toContain(
      '<id>https://publisher.example/?a&amp;b</id>',
    );
  });

  it('names the publisher as atom:source and as its author', () => {
    const updatedAt = new Date('2026-02-03T04:05:06Z');
    const feedUrl = 'https://publisher.example/feed';
    const entry = toEntryTree({
      source: { title: 'P & Q', feedUrl, siteUrl: 'https://publisher.example', updatedAt },
    });
    const source = entry.children.find(({ name }) => name === 'source')!;
    const texts = Object.fromEntries(source.children.map(({ name, text }) => [name, text]));
    expect(texts).toMatchObject({ id: feedUrl, title: 'P & Q', updated: '2026-02-03T04:05:06.000Z' });
    expect(source.children.find(({ name }) => name === 'author')?.children[0]?.text).toBe('P & Q');
    expect(listLinks(source, 'alternate')).toEqual([
      { rel: 'alternate', type: 'text/html', href: 'https://publisher.example/' },
    ]);
  });

  it('links our page, further coverage and related stories as related, and the article as alternate', () => {
    const coverage = [
      { title: 'One', url: 'https://one.example/', source: 'Paper' },
      { title: 'Two', url: 'https://two.example/', source: '' },
    ];
    const related = [{ title: 'Three & <more>', url: 'https://wire.example/stories/3', source: 'Wire' }];
    const entry = toEntryTree({ coverage, related });
    expect(listLinks(entry, 'alternate').map(({ href }) => href)).toEqual([
      'https://publisher.example/article-1',
    ]);
    expect(listLinks(entry, 'related').map(({ href, title }) => [href, title])).toEqual([
      ['https://wire.example/stories/1-article', 'World'],
      ['https://one.example/', 'One (Paper)'],
      ['https://two.example/', 'Two'],
      ['https://wire.example/stories/3', 'Three & <more> (Wire)'],
    ]);
  });

  it('does not link our page twice when the article is our page', () => {
    const entry = toEntryTree({ url: 'https://wire.example/stories/1-article' });
    expect(listLinks(entry, 'related')).toEqual([]);
  });

  it('leaves out the length of an enclosure that is unknown', () => {
    const enclosures = [{ url: 'https://a.example/1.mp3' }, { url: 'https://a.example/2.mp3', length: 7 }];
    expect(listLinks(toEntryTree({ enclosures }), 'enclosure').map(({ length }) => length)).toEqual([
      undefined,
      '7',
    ]);
  });

  it('gives no e-mail address away', () => {
    const authors = [{ name: 'Ada', email: 'ada@a.example' }];
    expect(toAtom(makeOutgoingFeed([makeOutgoingItem({ authors })]))).not.toContain('@');
  });
});

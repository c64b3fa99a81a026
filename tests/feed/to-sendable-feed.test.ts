import { describe, expect, it } from 'vitest';
import { toSendableFeed } from '../../src/feed/to-sendable-feed.ts';
import { makeOutgoingFeed, makeOutgoingItem } from '../support/outgoing-cases.ts';

const toItem = (changes: Parameters<typeof makeOutgoingItem>[0]) =>
  toSendableFeed(makeOutgoingFeed([makeOutgoingItem(changes)])).items[0]!;

describe('toSendableFeed', () => {
  it('leaves a clean feed as it is, so that cleaning twice is cleaning once', () => {
    const once = toSendableFeed(
      makeOutgoingFeed([makeOutgoingItem({ summary: 'S', contentHtml: '<p>C</p>' })]),
    );
    expect(toSendableFeed(once)).toEqual(once);
  });

  it('falls back where a required text is empty', () => {
    const feed = toSendableFeed(makeOutgoingFeed([], { title: '\u0000 ' }));
    expect(feed.title).toBe('wire.example');
    const item = toItem({
      title: ' ',
      source: { title: '\u0001', feedUrl: 'https://publisher.example/feed' },
    });
    expect([item.source.title, item.title]).toEqual(['publisher.example', 'publisher.example']);
  });

  it('falls back to our page where the article has no http(s) address, and to the article where the source has none', () => {
    const item = toItem({ url: 'javascript:alert(1)', source: { title: 'P', feedUrl: 'not an address' } });
    expect([item.url, item.source.feedUrl]).toEqual([item.pageUrl, item.pageUrl]);
  });

  it('does not publish the password of a source', () => {
    const source = {
      title: 'P',
      feedUrl: 'https://me:secret@p.example/feed',
      siteUrl: 'https://me:secret@p.example/',
    };
    expect(JSON.stringify(toItem({ source }))).not.toContain('secret');
  });

  it('drops repeats: items by id, categories by text, enclosures and coverage by address', () => {
    const twice = <T>(one: T): T[] => [one, structuredClone(one)];
    const item = makeOutgoingItem({
      categories: ['a', ' a ', 'A'],
      enclosures: twice({ url: 'https://a.example/x.mp3' }),
      coverage: twice({ title: 'C', url: 'https://c.example/', source: 'S' }),
    });
    const { items } = toSendableFeed(makeOutgoingFeed(twice(item)));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ categories: ['a', 'A'], enclosures: [{}], coverage: [{}] });
  });

  it('sends the first three related stories that are others and have an address', () => {
    const to = (url: string, title = url) => ({ title, url, source: ' The\u0000 Paper\n' });
    const item = toItem({
      pageUrl: 'https://wire.example/stories/1',
      related: [
        to('https://wire.example/stories/1'),
        to('javascript:alert(1)'),
        to('https://wire.example/stories/2', ' \u0001 '),
        to('https://wire.example/stories/3', 'Three'),
        to('https://wire.example/stories/3', 'Three again'),
        to('https://wire.example/stories/4', 'Four'),
        to('https://wire.example/stories/5', 'Five'),
      ],
    });
    expect(item.related.map(({ title, source }) => [title, source])).toEqual([
      ['https://wire.example/stories/2', 'The Paper'],
      ['Three', 'The Paper'],
      ['Four', 'The Paper'],
    ]);
  });

  it.each([
    [undefined, 'https://a.example/A.MP3?b=.pdf#c.gif', 'audio/mpeg'],
    [' Video/MP4; codecs="x" ', 'https://a.example/x', 'video/mp4'],
    ['mp3', 'https://a.example/x.webp', 'image/webp'],
    ['a/b/c', 'https://a.example/', 'application/octet-stream'],
    ['audio/"><script>', 'https://a.example.mp3', 'application/octet-stream'],
  ])('gives an enclosure of the type %s at %s the type %s', (type, url, expected) => {
    expect(toItem({ enclosures: [{ url, type }] }).enclosures[0]?.type).toBe(expected);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, undefined])(
    'knows that %s is no length',
    (length) => {
      const enclosures = [{ url: 'https://a.example/x.mp3', length, durationSeconds: length }];
      expect(toItem({ enclosures }).enclosures[0]?.length).toBeUndefined();
    },
  );

  it.each([
    ['-000001-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['1969-07-20T20:17:40Z', '1970-01-01T00:00:00.000Z'],
    ['2099-12-31T23:59:59.999Z', '2099-12-31T23:59:59.999Z'],
    ['+123456-01-01T00:00:00Z', '9999-12-31T23:59:59.000Z'],
  ])('sends %s as %s', (date, expected) => {
    expect(toItem({ publishedAt: new Date(date) }).publishedAt.toISOString()).toBe(expected);
  });

  it('throws on an invalid date and on an address of our own that is none: both are our bugs', () => {
    expect(() => toItem({ updatedAt: new Date('never') })).toThrow(RangeError);
    expect(() => toItem({ pageUrl: '/stories/1' })).toThrow(TypeError);
    expect(() => toSendableFeed(makeOutgoingFeed([], { pageUrl: 'topics' }))).toThrow(TypeError);
  });

  it('ends no CDATA section in HTML, and means the same', () => {
    expect(toItem({ contentHtml: '<p>a ]]> b ]]> c</p>' }).contentHtml).toBe('<p>a ]]&gt; b ]]&gt; c</p>');
  });
});

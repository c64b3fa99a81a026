import { describe, expect, it } from 'vitest';
import type { IncomingItem, IncomingText } from '../../src/model/incoming.ts';
import { type FeedContext, normaliseItem } from '../../src/normalise/normalise-item.ts';

const now = new Date('2026-02-18T12:00:00Z');
const context: FeedContext = {
  now,
  documentUrl: 'https://feeds.example/rss',
  siteUrl: 'https://news.example/',
  language: 'en',
};
const html = (value: string): IncomingText => ({ value, kind: 'html' });
const text = (value: string): IncomingText => ({ value, kind: 'text' });
const read = (item: IncomingItem, extra: Partial<FeedContext> = {}) =>
  normaliseItem(item, { ...context, ...extra });

describe('normaliseItem', () => {
  it('makes something of nothing', () => {
    expect(read({})).toEqual({
      title: 'Untitled',
      summary: '',
      contentHtml: '',
      authors: [],
      categories: [],
      enclosures: [],
      language: 'en',
    });
    expect(
      read(
        { title: html(''), summary: html(' '), content: html('<p></p>'), id: ' ', url: '' },
        { language: undefined },
      ),
    ).toEqual({
      ...{ title: 'Untitled', summary: '', contentHtml: '', authors: [], categories: [], enclosures: [] },
    });
  });

  describe('address', () => {
    it('keeps the publisher’s form and adds the canonical one', () => {
      const entry = read({ url: ' /story?utm_source=rss&id=1#top ' });
      expect(entry.url).toBe('https://news.example/story?utm_source=rss&id=1#top');
      expect(entry.canonicalUrl).toBe('https://news.example/story?id=1');
    });
    it('falls back to a permalink, then to an alternate link, never to another id', () => {
      expect(read({ id: 'https://news.example/p', idIsPermalink: true }).url).toBe('https://news.example/p');
      expect(read({ id: 'https://news.example/p', idIsPermalink: false }).url).toBeUndefined();
      expect(read({ id: 'urn:x', idIsPermalink: true }).url).toBeUndefined();
      expect(read({ id: '/p', idIsPermalink: true }).url).toBeUndefined();
      expect(
        read({
          links: [
            { rel: 'replies', url: '/r' },
            { rel: 'alternate', url: '/a' },
          ],
        }).url,
      ).toBe('https://news.example/a');
      expect(
        read({ url: 'javascript:alert(1)', id: 'https://news.example/p', idIsPermalink: true }).url,
      ).toBe('https://news.example/p');
    });
  });

  describe('title', () => {
    it('is plain text', () => {
      expect(read({ title: html('A &amp;amp; B <b>c</b>') }).title).toBe('A & B c');
      expect(read({ title: text('A <b>') }).title).toBe('A <b>');
    });
    it('is made from the summary, else from the address', () => {
      expect(
        read({ summary: html(`<p>${'The talks go on and on in the old town by the sea. '.repeat(5)}</p>`) })
          .title,
      ).toBe('The talks go on and on in the old town by the sea.');
      expect(read({ url: 'https://news.example/2026/02/talks-go_on.html?x=1' }).title).toBe('Talks go on');
      expect(read({ url: 'https://news.example/2026/02/123/' }).title).toBe('Untitled');
      expect(read({ url: 'https://news.example/%E4%B8%96%E7%95%8C' }).title).toBe('世界');
      expect(read({ url: 'https://news.example/bad%E4%zz-name' }).title).not.toBe('');
      expect(read({ url: 'https://news.example/' }).title).toBe('Untitled');
    });
  });

  describe('summary and content', () => {
    it('takes both when both are given', () => {
      const entry = read({
        summary: html('Short &amp; sweet.'),
        content: html('<p>Long <a href="/x">text</a></p>'),
      });
      expect(entry.summary).toBe('Short & sweet.');
      expect(entry.contentHtml).toBe(
        '<p>Long <a href="https://news.example/x" rel="nofollow noopener">text</a></p>',
      );
    });
    it('makes the summary from the content', () => {
      expect(read({ content: html('<p>One.</p><p>Two.</p>') }).summary).toBe('One. Two.');
    });
    it('takes a description with markup for the content too', () => {
      const entry = read({ summary: html('<p>One <b>two</b></p>') });
      expect([entry.summary, entry.contentHtml]).toEqual(['One two', '<p>One <b>two</b></p>']);
    });
    it('takes a short plain description for a summary only, and a long one for both', () => {
      expect(read({ summary: html('Plain.') }).contentHtml).toBe('');
      const long = read({ summary: text(`${'Some words. '.repeat(50)}\n\nEnd <b>.`) });
      expect(long.summary.length).toBeLessThanOrEqual(300);
      expect(long.contentHtml).toMatch(/^<p>Some words\..*<\/p><p>End &lt;b&gt;\.<\/p>$/);
    });
    it('does not repeat the title as the summary', () => {
      expect(read({ title: html('Talks go on'), summary: html('talks go on') }).summary).toBe('');
      expect(
        read({ title: html('Talks go on'), summary: html('Talks go on'), content: html('<p>They met.</p>') })
          .summary,
      ).toBe('They met.');
    });
    it('resolves links against xml:base, else the article, else the site, else the document', () => {
      const link = (entry: { contentHtml: string }) => /href="([^"]*)"/.exec(entry.contentHtml)?.[1];
      const content = html('<a href="x">y</a>');
      expect(link(read({ content: { ...content, baseUrl: 'https://base.example/b/' }, url: '/a/s' }))).toBe(
        'https://base.example/b/x',
      );
      expect(link(read({ content, url: '/a/s' }))).toBe('https://news.example/a/x');
      expect(link(read({ content }))).toBe('https://news.example/x');
      expect(link(read({ content }, { siteUrl: undefined }))).toBe('https://feeds.example/x');
      expect(link(read({ content }, { siteUrl: undefined, documentUrl: undefined }))).toBeUndefined();
    });
    it('keeps a text of pictures only, and drops leftovers', () => {
      expect(read({ content: html('<img src="/a.png">') }).contentHtml).toContain('<img ');
      expect(read({ content: html('<p>&nbsp;</p><br><script>x</script>') }).contentHtml).toBe('');
    });
  });

  describe('dates', () => {
    it('reads, clamps and leaves out', () => {
      const entry = read({ published: 'Tue, 17 Feb 2026 10:00:00 GMT', updated: '2027-01-01T00:00:00Z' });
      expect(entry.publishedAt?.toISOString()).toBe('2026-02-17T10:00:00.000Z');
      expect(entry.updatedAt).toEqual(now);
      expect(read({ published: 'yesterday' })).not.toHaveProperty('publishedAt');
    });
    it('lets created, then updated, stand in for published', () => {
      expect(
        read({
          published: 'rubbish',
          created: '2026-01-01',
          updated: '2026-01-02',
        }).publishedAt?.toISOString(),
      ).toBe('2026-01-01T00:00:00.000Z');
      expect(read({ updated: '2026-01-02' }).publishedAt?.toISOString()).toBe('2026-01-02T00:00:00.000Z');
    });
  });

  describe('language', () => {
    const german = html(
      'Die Regierung hat am Dienstag mitgeteilt, dass die Verhandlungen fortgesetzt werden sollen.',
    );
    it('prefers the item’s own, then the feed’s, then what the text says', () => {
      expect(read({ language: 'fr-fr', title: german }).language).toBe('fr-FR');
      expect(read({ content: { ...html('x'), language: 'es' } }).language).toBe('es');
      expect(read({ language: 'Klingon', title: german }).language).toBe('en');
      expect(read({ title: german }, { language: undefined }).language).toBe('de');
      expect(read({ title: html('Hallo') }, { language: undefined })).not.toHaveProperty('language');
    });
  });

  it('falls back to the feed’s authors', () => {
    expect(read({ authors: [{ name: 'Jane' }] }, { authors: [{ name: 'Desk' }] }).authors).toEqual([
      { name: 'Jane' },
    ]);
    expect(read({ authors: [{ name: ' ' }] }, { authors: [{ name: 'Desk' }] }).authors).toEqual([
      { name: 'Desk' },
    ]);
  });

  it('keeps the guid as it is, but for the white space around it', () => {
    expect(read({ id: '  HTTP://News.example/%7ejoe/?utm_source=x#Y ' }).guid).toBe(
      'HTTP://News.example/%7ejoe/?utm_source=x#Y',
    );
    expect(read({ id: 'x'.repeat(1_000_000) }).guid).toHaveLength(4096);
  });

  it('gives the same for the same item', () => {
    const item: IncomingItem = {
      title: html('T'),
      content: html('<img src="/a.png"><p>x</p>'),
      published: '2026-01-01',
    };
    expect(read(item)).toEqual(read(item));
  });

  it.each([
    ['a title of a megabyte', { title: html('<b>'.repeat(350_000)) }],
    ['a text of nested elements', { content: html('<div>'.repeat(100_000)) }],
    ['a million brackets', { title: html('<'.repeat(1_000_000)), summary: html('<'.repeat(1_000_000)) }],
    [
      'half pairs',
      {
        title: html('\ud800'),
        summary: html('\udfff'),
        categories: ['\ud800'],
        authors: [{ name: '\ud800' }],
        id: '\ud800',
      },
    ],
    [
      'ten thousand of everything',
      {
        categories: Array(10_000).fill('x'),
        authors: Array(10_000).fill({ name: 'y' }),
        imageUrls: Array(10_000).fill('data:x'),
      },
    ],
  ] satisfies [string, IncomingItem][])('survives %s', (_, item) => {
    const entry = read(item);
    expect(entry.title).not.toBe('');
    expect(entry.title.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify([entry.title, entry.summary, entry.contentHtml])).not.toMatch(/\\ud[89a-f]/);
  });
});

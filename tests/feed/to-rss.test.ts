import { describe, expect, it } from 'vitest';
import { toRss } from '../../src/feed/to-rss.ts';
import { makeOutgoingFeed, makeOutgoingItem } from '../support/outgoing-cases.ts';
import { readOutgoing } from '../support/read-outgoing.ts';

const toItemXml = (changes: Parameters<typeof makeOutgoingItem>[0]) => {
  const xml = toRss(makeOutgoingFeed([makeOutgoingItem(changes)]));
  return xml.slice(xml.indexOf('<item>'), xml.indexOf('</item>'));
};

describe('toRss', () => {
  it('writes the document that lies beside the fixture', async () => {
    await expect(toRss(readOutgoing('world'))).toMatchFileSnapshot('../fixtures/outgoing/world.rss.xml');
  });

  it('says when the feed changed by the feed alone, and never by the clock', () => {
    const xml = toRss(makeOutgoingFeed([], { updatedAt: new Date('2031-05-06T07:08:09Z') }));
    expect(xml).toContain('<lastBuildDate>Tue, 06 May 2031 07:08:09 GMT</lastBuildDate>');
  });

  it.each([
    ['AT&T <3', 'AT&#x26;T &#x3C;3'],
    ['The &amp; entity', 'The &#x26;amp; entity'],
    ['A <title> & ]]>', 'A &#x3C;title&#x3E; &#x26; ]]&#x3E;'],
  ])('escapes the title %s once, with hexadecimal references', (title, written) => {
    expect(toItemXml({ title })).toContain(`<title>${written}</title>`);
  });

  it('escapes the summary twice, as readers take a description for HTML', () => {
    const summary = 'if a<b && c';
    expect(toItemXml({ summary })).toContain(
      '<description>if a&#x26;lt;b &#x26;amp;&#x26;amp; c</description>',
    );
  });

  it('has an empty description before content:encoded when there is no summary', () => {
    const xml = toItemXml({ summary: '' });
    expect(xml.indexOf('<description></description>')).toBeGreaterThan(0);
    expect(xml.indexOf('<description></description>')).toBeLessThan(xml.indexOf('<content:encoded>'));
  });

  it('writes a guid that is no link', () => {
    expect(toItemXml({})).toContain('<guid isPermaLink="false">urn:uuid:');
  });

  it('keeps a reference in an address what it was', () => {
    const xml = toItemXml({ url: 'https://publisher.example/?a=1&amp;b' });
    expect(xml).toContain('<link>https://publisher.example/?a=1&amp;amp;b</link>');
    expect(xml).toContain('href="https://publisher.example/?a=1&amp;amp;b"');
  });

  it.each([
    ['nothing', [], undefined],
    ['the first', ['a.pdf', 'b.jpg'], 'a.pdf'],
    ['what can be played', ['a.pdf', 'b.mp3', 'c.mp4'], 'b.mp3'],
  ])('encloses %s', (_name, names, expected) => {
    const enclosures = names.map((name) => ({ url: `https://publisher.example/${name}` }));
    const urls = [...toItemXml({ enclosures }).matchAll(/<enclosure [^>]*url="([^"]*)"/g)].map(
      ([, url]) => url,
    );
    expect(urls).toEqual(expected === undefined ? [] : [`https://publisher.example/${expected}`]);
  });

  it('encloses with length 0 when the length is unknown', () => {
    const xml = toItemXml({ enclosures: [{ url: 'https://publisher.example/a.mp3' }] });
    expect(xml).toContain('<enclosure length="0" type="audio/mpeg" url="https://publisher.example/a.mp3"/>');
  });

  it('names every author as dc:creator and gives no e-mail address away', () => {
    const xml = toItemXml({ authors: [{ name: 'Ada', email: 'ada@a.example' }, { name: 'Bo' }] });
    expect([...xml.matchAll(/<dc:creator>(.*?)<\/dc:creator>/g)].map(([, name]) => name)).toEqual([
      'Ada',
      'Bo',
    ]);
    expect(xml).not.toContain('@');
  });

  it('declares its namespaces on the root, also without items', () => {
    const root = /<rss [^>]*>/.exec(toRss(makeOutgoingFeed([])))?.[0];
    for (const prefix of ['atom', 'content', 'dc', 'media']) expect(root).toContain(`xmlns:${prefix}="`);
  });
});

import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../src/feed/parse.ts';
import type { IncomingFeed, IncomingItem, IncomingPerson } from '../../src/model/incoming.ts';

const namespaces = `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dcterms="http://purl.org/dc/terms/"`;

async function readChannel(inside: string, version = 'version="2.0"'): Promise<IncomingFeed> {
  const text = `<rss ${version} ${namespaces}><channel>${inside}</channel></rss>`;
  const result = await parseFeed(new TextEncoder().encode(text), { url: 'https://x.example/feed' });
  if (!result.ok) throw new Error(result.message);
  return result.feed;
}

async function readItem(inside: string): Promise<IncomingItem> {
  return (await readChannel(`<item>${inside}</item>`)).items[0] ?? {};
}

describe('people', () => {
  it.each<[string, IncomingPerson]>([
    ['<author>me@x.example (Name Surname)</author>', { name: 'Name Surname', email: 'me@x.example' }],
    ['<author>Name Surname (me@x.example)</author>', { name: 'Name Surname', email: 'me@x.example' }],
    ['<author>Name Surname &lt;me@x.example&gt;</author>', { name: 'Name Surname', email: 'me@x.example' }],
    ['<author>"Surname, Name" me@x.example</author>', { name: 'Surname, Name', email: 'me@x.example' }],
    ['<author>me@x.example</author>', { email: 'me@x.example' }],
    ['<author>mailto:me@x.example</author>', { email: 'me@x.example' }],
    ['<author>Name (Desk)</author>', { name: 'Name (Desk)' }],
    [
      '<author><name>Name</name><email>me@x.example</email></author>',
      { name: 'Name', email: 'me@x.example' },
    ],
    ['<dc:creator><![CDATA[Name]]></dc:creator>', { name: 'Name' }],
    [
      '<atom:author><atom:name>Name</atom:name><atom:uri>/me</atom:uri></atom:author>',
      { name: 'Name', url: 'https://x.example/me' },
    ],
    ['<itunes:author>Name</itunes:author>', { name: 'Name' }],
    ['<author> </author><dc:creator>Name</dc:creator>', { name: 'Name' }],
  ])('%s', async (xml, person) => {
    expect((await readItem(xml)).authors).toEqual([person]);
  });

  it('keeps several', async () => {
    expect((await readItem('<dc:creator>A</dc:creator><dc:creator>B</dc:creator>')).authors).toEqual([
      { name: 'A' },
      { name: 'B' },
    ]);
  });
});

describe('addresses', () => {
  it.each<[string, string | undefined]>([
    ['<link> https://x.example/a\n</link>', 'https://x.example/a'],
    ['<link>/a</link>', 'https://x.example/a'],
    ['<link>www.y.example/a</link>', 'http://www.y.example/a'],
    ['<link>www.y/a</link>', 'https://x.example/www.y/a'],
    ['<link href="/a"/>', 'https://x.example/a'],
    ['<link/><guid>https://x.example/g</guid>', 'https://x.example/g'],
    ['<guid isPermaLink="false">https://x.example/g</guid>', undefined],
    ['<guid>not an address</guid>', undefined],
    ['<atom:link href="https://x.example/a"/><guid>https://x.example/g</guid>', 'https://x.example/a'],
    ['<atom:link rel="self" href="https://x.example/s"/>', undefined],
    ['<link>https://x.example/a</link><atom:link href="https://x.example/b"/>', 'https://x.example/a'],
    ['<source url="https://y.example/"><link>https://y.example/</link></source>', undefined],
  ])('%s', async (xml, url) => {
    expect((await readItem(`<title>t</title>${xml}`)).url).toBe(url);
  });
});

describe('titles', () => {
  it.each<[string, string, string]>([
    ['<title>Plain &amp; simple</title>', 'Plain & simple', 'text'],
    ['<title>AT&amp;amp;T</title>', 'AT&amp;T', 'html'],
    ['<title>&lt;b&gt;Bold&lt;/b&gt;</title>', '<b>Bold</b>', 'html'],
    ['<title><b>Bold</b> &amp; so</title>', '<b>Bold</b> &amp; so', 'html'],
    ['<title><![CDATA[5 < 6 & 7]]></title>', '5 < 6 & 7', 'text'],
    ['<title>5 < 6</title>', '5 < 6', 'text'],
    ['<media:title>Media</media:title><title>Own</title>', 'Own', 'text'],
    ['<itunes:title>Episode</itunes:title>', 'Episode', 'text'],
    ['<itunes:title>Episode</itunes:title><title>Own</title>', 'Own', 'text'],
    ['<itunes:title>Episode</itunes:title><media:title>Media</media:title>', 'Media', 'text'],
    ['<title></title><dc:title>Dublin</dc:title>', 'Dublin', 'text'],
  ])('%s', async (xml, value, kind) => {
    expect((await readItem(xml)).title).toMatchObject({ value, kind });
  });
});

describe('dates stay as written', () => {
  it.each<[string, Partial<IncomingItem>]>([
    ['<pubDate>whenever</pubDate>', { published: 'whenever' }],
    ['<pubDate>Invalid Date</pubDate><dc:date>2026</dc:date>', { published: '2026' }],
    ['<pubDate>٣ مارس</pubDate><dc:date>2026</dc:date>', { published: '٣ مارس' }],
    ['<lastBuildDate>2026</lastBuildDate>', { updated: '2026' }],
    ['<lastBuildDate>2026</lastBuildDate><atom:updated>2025</atom:updated>', { updated: '2025' }],
    ['<dc:date>2026</dc:date>', { published: '2026' }],
    [
      '<dcterms:modified>2026</dcterms:modified><dcterms:created>2025</dcterms:created>',
      { updated: '2026', created: '2025' },
    ],
    ['<atom:updated>2026</atom:updated><pubDate>2025</pubDate>', { published: '2025', updated: '2026' }],
  ])('%s', async (xml, dates) => {
    const { published, updated, created } = await readItem(xml);
    expect({ published, updated, created }).toEqual({
      published: undefined,
      updated: undefined,
      created: undefined,
      ...dates,
    });
  });
});

describe('the channel', () => {
  it('reads any version, and none', async () => {
    for (const version of ['version="0.91"', 'version="0.92"', 'version="2.0.1"', 'version="9"', '']) {
      expect((await readChannel('<item><title>t</title></item>', version)).items).toHaveLength(1);
    }
  });

  it('is not named by its image or its text input', async () => {
    const feed = await readChannel(
      '<image><title>I</title><link>https://i.example/</link></image><textInput><title>T</title><link>https://t.example/</link></textInput>',
    );
    expect([feed.title, feed.siteUrl]).toEqual([undefined, undefined]);
  });

  it.each<[string, number | undefined]>([
    ['<sy:updatePeriod>daily</sy:updatePeriod>', 86_400],
    ['<sy:updatePeriod> Hourly </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>', 900],
    ['<sy:updateFrequency>0</sy:updateFrequency>', 86_400],
    ['<sy:updatePeriod>often</sy:updatePeriod>', undefined],
    ['', undefined],
  ])('%s → every %s seconds', async (xml, seconds) => {
    expect((await readChannel(xml)).updatePeriodSeconds).toBe(seconds);
  });

  it('leaves nonsense numbers out', async () => {
    const feed = await readChannel(
      '<ttl>soon</ttl><skipHours><hour>25</hour><hour>-1</hour><hour>x</hour><hour>7</hour></skipHours>',
    );
    expect([feed.ttlMinutes, feed.skipHours]).toEqual([undefined, [7]]);
  });
});

describe('files', () => {
  it('takes an address once, from enclosures and media alike', async () => {
    const item =
      await readItem(`<enclosure url="/a.mp3" type="audio/mpeg" length="big"/><media:content url="https://x.example/a.mp3"/>
      <media:content url="/v.mp4" type="video/mp4" fileSize="9" duration="61"/><media:content url="/p.jpg?w=1"/><media:content medium="image"/>`);
    expect(item.enclosures).toEqual([
      { url: 'https://x.example/a.mp3', type: 'audio/mpeg' },
      { url: 'https://x.example/v.mp4', type: 'video/mp4', length: 9, durationSeconds: 61 },
    ]);
    expect(item.imageUrls).toEqual(['https://x.example/p.jpg?w=1']);
  });
});

import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../src/feed/parse.ts';
import type { IncomingFeed, IncomingItem } from '../../src/model/incoming.ts';

async function readFeed(
  inside: string,
  attributes = 'xmlns="http://www.w3.org/2005/Atom"',
): Promise<IncomingFeed> {
  const result = await parseFeed(new TextEncoder().encode(`<feed ${attributes}>${inside}</feed>`), {
    url: 'https://x.example/feed',
  });
  if (!result.ok) throw new Error(result.message);
  return result.feed;
}

async function readEntry(inside: string): Promise<IncomingItem> {
  return (await readFeed(`<entry>${inside}</entry>`)).items[0] ?? {};
}

describe('text constructs', () => {
  it.each<[string, string, string]>([
    ['<title>a &amp;amp; b</title>', 'a &amp; b', 'text'],
    ['<title type="html">a &amp;amp; b</title>', 'a &amp; b', 'html'],
    ['<title type="HTML"><![CDATA[<i>a</i>]]></title>', '<i>a</i>', 'html'],
    [
      '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <i>b</i> c <i>d</i></div></title>',
      'a <i>b</i> c <i>d</i>',
      'html',
    ],
    ['<title type="xhtml"><div>a</div><div>b</div></title>', '<div>a</div><div>b</div>', 'html'],
    ['<title type="text">a <i>b</i></title>', 'a <i>b</i>', 'html'],
    ['<title type="text/html" mode="escaped">a &lt;i&gt;b&lt;/i&gt;</title>', 'a <i>b</i>', 'html'],
    ['<title mode="base64" type="text/plain">YSBi</title>', 'a b', 'html'],
    ['<title xmlns="http://www.w3.org/1999/xhtml">x</title><title>y</title>', 'y', 'text'],
  ])('%s', async (xml, value, kind) => {
    expect((await readEntry(xml)).title).toMatchObject({ value, kind });
  });

  it('reads no pictures as content, but where they are', async () => {
    expect(await readEntry('<id>1</id><content type="image/png">iVBORw0KGgo=</content>')).toEqual({
      id: '1',
    });
    expect(await readEntry('<content type="image/png" src="/a.png"/>')).toEqual({
      url: 'https://x.example/a.png',
    });
  });
});

describe('links', () => {
  it.each<[string, string | undefined]>([
    ['<link href="/a"/>', 'https://x.example/a'],
    ['<link/><link rel="alternate"/><link href="/a"/>', 'https://x.example/a'],
    ['<link>/a</link>', 'https://x.example/a'],
    ['<link rel="self" href="/s"/><link rel="ALTERNATE" href="/a"/>', 'https://x.example/a'],
    [
      '<link rel="alternate" type="application/json" href="/j"/><link rel="alternate" type="text/html" href="/a"/>',
      'https://x.example/a',
    ],
    ['<link rel="alternate" type="application/pdf" href="/p"/>', 'https://x.example/p'],
    ['<link rel="self" href="/s"/>', 'https://x.example/s'],
    ['<link rel="self" href="/s"/><id>https://x.example/p</id>', 'https://x.example/p'],
    ['<id>https://x.example/p</id><link href="/a"/>', 'https://x.example/a'],
    ['<link rel="related" href="/s"/>', undefined],
    ['<link href=""/>', undefined],
    ['<source><link href="/other"/></source>', undefined],
  ])('%s', async (xml, url) => {
    expect((await readEntry(`${xml}<id>1</id>`)).url).toBe(url);
  });
});

describe('the version', () => {
  it.each([
    ['http://www.w3.org/2005/Atom', '1.0'],
    ['http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0', '1.0'],
    ['http://purl.org/atom/ns#', '0.3'],
    ['http://purl.org/pie/', '0.3'],
  ])('%s is %s', async (namespace, version) => {
    expect((await readFeed('', `xmlns="${namespace}"`)).version).toBe(version);
  });
});

describe('one bad part', () => {
  it('does not lose the others', async () => {
    const feed = await readFeed(
      '<entry><published>32 Foo</published><updated/><title>a</title></entry><entry/><entry><title>b</title><author/></entry>',
    );
    expect(feed.items.map((item) => item.title?.value)).toEqual(['a', 'b']);
    expect(feed.items[0]?.published).toBe('32 Foo');
  });

  it('reads a feed without namespace, a lone entry, and an empty feed', async () => {
    expect((await readFeed('<entry><title>a</title></entry>', '')).items).toHaveLength(1);
    const lone = await parseFeed(
      new TextEncoder().encode('<entry xmlns="http://www.w3.org/2005/Atom"><title>a</title></entry>'),
    );
    expect(lone).toMatchObject({ ok: true, feed: { format: 'atom', items: [{ title: { value: 'a' } }] } });
    expect(await readFeed('')).toEqual({ format: 'atom', version: '1.0', items: [], warnings: [] });
  });
});

describe('xml:base and xml:lang', () => {
  it('are inherited, overridden, and taken back', async () => {
    const feed = await readFeed(
      '<title>f</title><entry xml:base="sub/"><title xml:lang="fr">a</title><link href="1"/><author><name>N</name><uri>me</uri></author></entry><entry><title xml:base="//y.example/">b</title><link href="2"/></entry>',
      'xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/dir/" xml:lang="de"',
    );
    const [a, b] = feed.items;
    expect(feed.title).toEqual({
      value: 'f',
      kind: 'text',
      baseUrl: 'https://b.example/dir/',
      language: 'de',
    });
    expect(a?.title).toEqual({
      value: 'a',
      kind: 'text',
      baseUrl: 'https://b.example/dir/sub/',
      language: 'fr',
    });
    expect([a?.url, a?.language, a?.authors?.[0]?.url]).toEqual([
      'https://b.example/dir/sub/1',
      'de',
      'https://b.example/dir/sub/me',
    ]);
    expect([b?.url, b?.title?.baseUrl]).toEqual(['https://b.example/dir/2', 'https://y.example/']);
  });
});

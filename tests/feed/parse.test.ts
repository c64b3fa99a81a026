import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParseResult, parseFeed } from '../../src/feed/parse.ts';

/** Whether a failure is one of ours, which parseFeed only wraps. */
const isFault = (result: ParseResult): boolean => !result.ok && /report it as a fault/.test(result.message);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const rss = (inside: string): string =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>${inside}</channel></rss>`;
const item = (n: number): string =>
  `<item><title>Item ${n}</title><link>https://x.example/${n}</link></item>`;
const many = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join('');

async function read(text: string, url = 'https://x.example/feed') {
  const result = await parseFeed(bytes(text), { url });
  if (!result.ok) throw new Error(result.message);
  return result.feed;
}

describe('documents that hold no feed', () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', bytes(''), 'empty', /empty/],
    ['white space', bytes(' \n\t '), 'empty', /empty/],
    [
      'a page that names feeds',
      bytes('<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/feed">'),
      'html-page',
      /its feeds are: https:\/\/x\.example\/feed/,
    ],
    ['a page that names none', bytes('<html><body>Hello'), 'html-page', /names no feed/],
    ['part of a page', bytes('<div>Not found</div>'), 'html-page', /web page/],
    [
      'other XML',
      bytes('<?xml version="1.0"?><urlset><url/></urlset>'),
      'not-a-feed',
      /no RSS, Atom or JSON Feed/,
    ],
    [
      'a subscription list',
      bytes('<?xml version="1.0"?><opml><head><title>x</title></head></opml>'),
      'not-a-feed',
      /OPML/,
    ],
    ['other JSON', bytes('{"status":"ok"}'), 'not-a-feed', /not a JSON Feed/],
    ['a JSON list', bytes('[1,2]'), 'not-a-feed', /./],
    [
      'broken JSON',
      bytes('{"version":"https://jsonfeed.org/version/1.1", oops'),
      'malformed',
      /not well-formed/,
    ],
    [
      'a picture',
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73, 72, 68, 82]),
      'not-a-feed',
      /./,
    ],
    ['gzip bytes', gzipSync(rss(item(1))), 'not-a-feed', /./],
    ['zero bytes', new Uint8Array(100_000), 'not-a-feed', /./],
    ['nested without end', bytes(rss('<a>'.repeat(100_000))), 'too-deep', /256/],
    ['deep JSON', bytes(`{"a":${'['.repeat(100_000)}`), 'too-deep', /256/],
    ['ten million openings', new Uint8Array(10_000_000).fill(0x3c), 'not-a-feed', /./],
  ])('%s', async (_, document, code, message) => {
    const result = await parseFeed(document, { url: 'https://x.example/page' });
    expect(result).toMatchObject({ ok: false, code });
    if (!result.ok) expect(result.message).toMatch(message);
  });
});

describe('hostile documents', () => {
  it('reads the first 5,000 of 200,000 items and says so', async () => {
    const feed = await read(rss(many(200_000, item)));
    expect(feed.items).toHaveLength(5000);
    expect(feed.items[0]?.url).toBe('https://x.example/0');
    expect(feed.warnings).toEqual(['Only the first 5000 items were read.']);
  });

  it('keeps to the limits that it is given, in JSON too', async () => {
    const json = {
      version: 'https://jsonfeed.org/version/1.1',
      title: 'J',
      items: [{ id: '1' }, { id: '2' }],
    };
    for (const document of [rss(item(1) + item(2)), JSON.stringify(json)]) {
      const result = await parseFeed(bytes(document), { limits: { maxItems: 1 } });
      expect(result).toMatchObject({
        ok: true,
        feed: { items: [{}], warnings: ['Only the first 1 items were read.'] },
      });
    }
    const deep = await parseFeed(bytes('<rss><channel><image><url>a</url></image></channel></rss>'), {
      limits: { maxDepth: 3 },
    });
    expect(deep).toMatchObject({ ok: false, code: 'too-deep' });
  });

  it('flattens what nests too deep inside a text, and goes on', async () => {
    const deep = `${'<div>'.repeat(100_000)}deep${'</div>'.repeat(100_000)}`;
    const feed = await read(rss(`<item><title>A</title><description>${deep}</description></item>${item(2)}`));
    expect(feed.items.map((one) => one.title?.value)).toEqual(['A', 'Item 2']);
    expect(feed.items[0]?.summary?.value).toContain('deep');
    expect(feed.items[0]?.summary?.value.match(/<div>/g)?.length).toBeLessThan(256);
  });

  it('lets entity bombs die and external entities alone', async () => {
    const levels = many(12, (n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`);
    const bomb = `<!DOCTYPE r [<!ENTITY a0 "lol"><!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY loop "&loop;">${levels}]>`;
    const feed = await read(
      bomb +
        rss(
          `<item><title>t &a2; &loop; &x;</title><description>${'&a12;'.repeat(1000)}</description></item>${item(2)}`,
        ),
    );
    expect(JSON.stringify(feed).length).toBeLessThan(200_000);
    expect(feed.items[0]?.title?.value).toBe(`t ${'lol'.repeat(100)}  &x;`);
    expect(feed.items[1]?.title?.value).toBe('Item 2');
  });

  it.each<[string, string]>([
    ['an unterminated CDATA section', `<item><title><![CDATA[${'x]'.repeat(1_000_000)}`],
    ['an unterminated comment', `<!--${'-'.repeat(2_000_000)}`],
    ['a million wrong end tags', '<item><title>'.padEnd(1000, '<b>') + '</x>'.repeat(300_000)],
    ['a million bare ampersands', `<item><description>${'&a'.repeat(1_000_000)}`],
    [
      'a tag with 100,000 namespaces',
      `<item><title ${many(100_000, (n) => `xmlns:n${n}="http://purl.org/dc/terms/" `)}>x</title>`,
    ],
    ['an attribute that never ends', '<item><enclosure url="'.padEnd(1_000_000, 'x')],
    ['300,000 inline elements', `<item><description>${'a<b>c</b>'.repeat(300_000)}`],
  ])('survives %s and keeps the item before', async (_, rest) => {
    const feed = await read(`<rss version="2.0"><channel>${item(1)}${rest}`);
    expect(feed.items[0]?.title?.value).toBe('Item 1');
    expect(feed.warnings.join()).toContain('breaks off');
  });

  it('reads a document whose every element could be made a thousand times longer', async () => {
    const base = `http://a.example/${'a'.repeat(2000)}/`;
    const one = `<item><title>x</title>${'<link/>'.repeat(100)}<atom:link href="b"/></item>`;
    const feed = await read(
      `<rss version="2.0" xml:base="${base}"><channel>${one.repeat(2000)}</channel></rss>`,
    );
    expect(feed.items).toHaveLength(2000);
    expect(feed.items[0]?.title?.baseUrl).toBe(base);
    expect(feed.items[0]?.links?.[0]?.url).toBe(`${base}b`);
  });

  it.each<[string, string]>([
    ['links', '<link rel="related" href="b"/>'.repeat(100)],
    [
      'links inside a text',
      `<content type="xhtml"><p xml:base="c/">${'<a href="b"/>'.repeat(100)}</p></content>`,
    ],
    ['bases', '<summary xml:base="b/">s</summary>'.repeat(100)],
  ])('does not resolve %s without end', async (_, inside) => {
    const entries = `<entry><title>x</title>${inside}</entry>`.repeat(1000);
    const base = `http://a.example/${'a'.repeat(1900)}/`;
    const feed = await read(`<feed xml:base="${base}">${entries}</feed>`);
    expect(feed.items).toHaveLength(1000);
    const written = feed.items.flatMap((one) => [
      ...(one.links ?? []).map(({ url }) => url),
      one.content?.value ?? '',
    ]);
    expect(written.join('').length).toBeLessThan(100_000_000);
    expect(new Set(feed.items.map((one) => one.summary?.baseUrl)).size).toBeLessThan(20_000);
  });

  it('looks at end tags of nothing, and at namespaces of nothing, only once', async () => {
    const names = many(240, (n) => ` xmlns:p${n}="http://x.example/${n}"`);
    const noise = '<a xmlns:b=""/></c>'.repeat(200_000);
    const feed = await read(`<rss${names}><channel>${item(1)}<x>${'<y>'.repeat(200)}${noise}`);
    expect(feed.items).toHaveLength(1);
  });

  it('gives a value where reading fails beyond all expectation', async () => {
    const broken = {
      maxItems: 10,
      get maxDepth(): number {
        throw new Error('out of order');
      },
    };
    const result = await parseFeed(bytes(rss(item(1))), { limits: broken });
    expect(result).toMatchObject({ ok: false, code: 'malformed' });
    if (!result.ok) expect(result.message).toContain('out of order');
  });

  it('reads C1 controls as the Windows-1252 characters that they were', async () => {
    const feed = await read(rss('<item><title>don\u0092t &#146;x&#146; \u0081</title></item>'));
    expect(feed.items[0]?.title?.value).toBe('don’t ’x’');
  });

  it('stops where another document follows', async () => {
    const feed = await read(`${rss(item(1))}<rss><channel>${item(2)}</channel></rss>`);
    expect(feed.items).toHaveLength(1);
  });

  it('strips control characters, however they are written', async () => {
    const feed = await read(rss('<item><title>a\u0000\u0008b&#0;&#x1F;&#xFDD0;c\uFDD0 1</title></item>'));
    expect(feed.items[0]?.title?.value).toMatch(/^ab[\uFFFD]*c 1$/);
  });
});

describe('addresses', () => {
  it('resolves against Content-Location where there is one', async () => {
    const document = bytes(
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="a"/></entry></feed>',
    );
    const located = await parseFeed(document, { url: 'https://x.example/feed', contentLocation: '/blog/' });
    expect(located).toMatchObject({ ok: true, feed: { items: [{ url: 'https://x.example/blog/a' }] } });
    const nowhere = await parseFeed(document);
    expect(nowhere).toMatchObject({ ok: true, feed: { items: [{ url: 'a' }] } });
  });

  it('takes the language of the answer only where the document names none', async () => {
    const context = { contentLanguage: 'de' };
    expect(await parseFeed(bytes(rss('')), context)).toMatchObject({ feed: { language: 'de' } });
    expect(await parseFeed(bytes(rss('<language>fr</language>')), context)).toMatchObject({
      feed: { language: 'fr' },
    });
  });
});

describe('JSON Feed that breaks off', () => {
  it('yields its whole items', async () => {
    const feed = await read(
      '{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","content_text":"a"},{"id":"2","cont',
    );
    expect(feed.items.map((one) => one.id)).toEqual(['1']);
    expect(feed.warnings[0]).toContain('breaks off');
  });
});

const sample = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e "x">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xml:base="http://x.example/"><channel><title>T &e; &amp;</title>
<item><title><![CDATA[A <b>b</b>]]></title><link>/1</link><dc:creator>é</dc:creator><pubDate>Tue, 03 Feb 2026 09:15:00 GMT</pubDate></item>
<item><title>B</title><description><p xml:lang="de">x<br/>y</p></description><enclosure url='a.mp3' length="1"/></item></channel></rss>`;
const samples = [
  sample,
  sample
    .replace('<rss version="2.0"', '<feed xmlns="http://www.w3.org/2005/Atom"')
    .replaceAll('item>', 'entry>')
    .replace('</channel></rss>', '</feed>'),
  '{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","authors":[{"name":"a"}],"tags":["x"]},{"id":"2","attachments":[{"url":"u"}]}]}',
];

describe('any bytes', () => {
  it('never throw: samples cut off anywhere', async () => {
    for (const text of samples) {
      const whole = bytes(text);
      const all = await parseFeed(whole);
      const count = all.ok ? all.feed.items.length : 0;
      expect(count).toBeGreaterThan(0);
      for (let end = 0; end < whole.length; end++) {
        const result = await parseFeed(whole.subarray(0, end));
        expect(isFault(result)).toBe(false);
        if (result.ok) expect(result.feed.items.length).toBeLessThanOrEqual(count);
      }
    }
  });

  it('never throw: samples with bytes changed', async () => {
    const change = fc.record({
      at: fc.nat(),
      to: fc.constantFrom(...bytes('<>&;"\'/![]-={}:xa \u0000'), 0xff, 0xc3),
    });
    const property = fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(change, { minLength: 1, maxLength: 12 }),
      async (text, changes) => {
        const broken = bytes(text);
        for (const { at, to } of changes) broken[at % broken.length] = to;
        const result = await parseFeed(broken, { url: 'https://x.example/feed' });
        expect(isFault(result)).toBe(false);
      },
    );
    await fc.assert(property, { numRuns: 1500 });
  });

  it('never throw: markup at random', async () => {
    const piece = fc.constantFrom(
      '<rss>',
      '<channel>',
      '<item>',
      '</item>',
      '<feed xmlns="http://www.w3.org/2005/Atom">',
      '<entry>',
      '<title>',
      '</title>',
      '<link/>',
      '<link href="a"/>',
      '<content type="xhtml">',
      '<div>',
      '</div>',
      '<author>',
      '<name>',
      'text',
      '&amp;',
      '&x;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?x',
      '<!DOCTYPE x [',
      ']>',
      '<!ENTITY x "y">',
      '<rdf:RDF>',
      '<source>',
      '<media:group>',
      '<media:content url="a"/>',
      '<constructor>',
      '<__proto__>',
      '<published>bad</published>',
      '"',
      ' xml:base="',
    );
    const property = fc.asyncProperty(
      fc.array(piece, { maxLength: 40 }),
      fc.constantFrom('<rss><channel>', '<feed>', ''),
      async (pieces, start) => {
        const result = await parseFeed(bytes(start + pieces.join('')));
        if (start) expect(result.ok || result.code === 'too-deep').toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 1500 });
  });

  it('never throw: bytes at random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (random) => {
        const result = await parseFeed(random);
        expect([result.ok, isFault(result)]).toEqual([false, false]);
      }),
    );
  });
});

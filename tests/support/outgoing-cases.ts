import type { OutgoingFeed, OutgoingItem } from '../../src/model/outgoing.ts';

/** An item with every optional field missing. */
export function makeOutgoingItem(changes: Partial<OutgoingItem> = {}, number = 1): OutgoingItem {
  const tail = number.toString(16).padStart(12, '0');
  return {
    id: `urn:uuid:018f3c00-0000-7000-8000-${tail}`,
    url: `https://publisher.example/article-${number}`,
    pageUrl: `https://wire.example/stories/${number}-article`,
    title: `Article ${number}`,
    summary: '',
    authors: [],
    categories: [],
    enclosures: [],
    publishedAt: new Date('2026-01-02T03:04:05Z'),
    updatedAt: new Date('2026-01-02T03:04:05Z'),
    source: { title: 'The Publisher', feedUrl: 'https://publisher.example/feed' },
    coverage: [],
    related: [],
    ...changes,
  };
}

export function makeOutgoingFeed(items: OutgoingItem[], changes: Partial<OutgoingFeed> = {}): OutgoingFeed {
  const pageUrl = 'https://wire.example/topics/world';
  return {
    id: pageUrl,
    title: 'World',
    description: 'What happens',
    language: 'en',
    pageUrl,
    selfUrls: { rss: `${pageUrl}.rss`, atom: `${pageUrl}.atom`, json: `${pageUrl}.json` },
    updatedAt: new Date('2026-01-02T03:04:05Z'),
    items,
    ...changes,
  };
}

/** Contents that have broken one writer or reader or another; all must come out valid and be read back alike. */
export interface OutgoingCase {
  name: string;
  feed: OutgoingFeed;
  /** Warnings that can't be avoided: plain text that looks like HTML is no more than discouraged. */
  allowed?: RegExp;
}

const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('');
const forbidden = `${controls}\u007F\u0080\u0085\u009F\uFDD0\uFDD1\uFDD2\uFDEF\uFFFE\uFFFF\u{1FFFE}`;
const lone = '\uD800 x \uDC00 y \uDBFF';
const texts: [name: string, text: string][] = [
  ['control characters', `before${forbidden}after`],
  ['lone surrogates', `before ${lone}after`],
  ['an end of CDATA, twice', 'a ]]> b ]]> c <![CDATA[ d'],
  ['ampersands', 'AT&T & Bill && co &'],
  ['a heart', 'I <3 news, a<b and b>a'],
  ['named references', 'The &amp; &apos; &lt; &nbsp; &eacute; entities'],
  ['numbered references', 'The &#x26; &#38; &#0; references'],
  ['quotes', `"double" 'single' \`back\` “curly” «guillemets»`],
  ['markup', 'The <title> element & <script>alert(1)</script>'],
  ['right to left', '\u202Bעברית \u200Fוערבית\u202C العربية\u2069 \u2067mixed\u2069'],
  ['emoji', '👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳 ☕️ 𝔘𝔫𝔦'],
  ['white space', '  one\ttwo\r\nthree\rfour\n\nfive\u2028six\u00A0seven  '],
  ['a byte order mark', '\uFEFFmark\uFEFFed'],
  ['combining characters', 'e\u0301 n\u0303 Zalgo\u0335\u0321\u0322 한국어 日本語 ไทย'],
];

function withTextEverywhere(text: string): OutgoingFeed {
  const item = makeOutgoingItem({
    title: text,
    summary: text,
    authors: [
      { name: text },
      { name: `${text} 2`, email: 'someone@example.org', url: 'https://a.example/?b&c' },
    ],
    categories: [text, `${text} 2`, text],
    enclosures: [{ url: 'https://publisher.example/a.mp3', title: text }],
    source: { title: text, feedUrl: 'https://publisher.example/feed?a=1&b=2', description: text },
    coverage: [{ title: text, url: 'https://other.example/1', source: text }],
    related: [{ title: text, url: 'https://wire.example/stories/2', source: text }],
  });
  return makeOutgoingFeed([item], { title: text, description: text });
}

const addresses: [name: string, url: string][] = [
  ['a space', 'https://publisher.example/a b c.html'],
  ['quotes and ampersands', `https://publisher.example/?a="1"&b='2'&c=<3>`],
  ['an IDN', 'https://münchen.example/straße'],
  ['an IRI', 'https://publisher.example/новости/日本?q=é#früh'],
  ['brackets and pipes', 'https://publisher.example/a[1]|{2}^`\\?q[]=1|2'],
  ['a lone percent sign', 'https://publisher.example/100%-true?a=%zz&b=%41'],
  ['two fragments', 'https://publisher.example/#a#b'],
  ['a port, a name and a password', 'http://reader:secret@publisher.example:8080/'],
  ['an IPv6 host', 'http://[2001:db8::1]/a'],
  ['20,000 characters', `https://publisher.example/${'long/'.repeat(4000)}`],
];

function withAddressEverywhere(url: string): OutgoingFeed {
  const item = makeOutgoingItem({
    url,
    authors: [{ name: 'Author', url }],
    imageUrl: url,
    enclosures: [{ url }],
    source: { title: 'The Publisher', feedUrl: url, siteUrl: url },
    coverage: [{ title: 'Other', url, source: 'Other' }],
    related: [{ title: 'Related', url, source: 'Other' }],
  });
  return makeOutgoingFeed([item]);
}

const html = [
  '<p>One &amp; two &lt;3 &nbsp; &eacute; &apos;</p>',
  '<p>An end: ]]&gt; and ]]> and <a href="https://a.example/?b=1&amp;c=2">a link</a></p>',
  '<blockquote>“Said” — <em>he</em><br />🏳️‍🌈</blockquote>',
  '<img src="https://a.example/i.jpg" alt="a &quot;quoted&quot; word" />\u0000\u000B\uFFFF',
  '<pre>  kept\n\tas   it is  </pre>',
].join('\n');

const day = (text: string) => {
  const at = new Date(text);
  return makeOutgoingFeed([makeOutgoingItem({ publishedAt: at, updatedAt: at })], { updatedAt: at });
};
const many = (count: number) =>
  makeOutgoingFeed(
    Array.from({ length: count }, (_, index) =>
      makeOutgoingItem({ summary: `Summary ${index}`, categories: ['a', 'b'], contentHtml: html }, index + 1),
    ),
  );

export const outgoingCases: OutgoingCase[] = [
  ...texts.map(([name, text]) => ({
    name: `text: ${name}`,
    feed: withTextEverywhere(text),
    allowed: name === 'markup' ? /NotBlank/ : undefined,
  })),
  ...addresses.map(([name, url]) => ({ name: `address: ${name}`, feed: withAddressEverywhere(url) })),
  { name: 'no items', feed: makeOutgoingFeed([]) },
  { name: 'one item, nothing optional', feed: makeOutgoingFeed([makeOutgoingItem()]) },
  { name: '50 items', feed: many(50) },
  { name: '1,000 items', feed: many(1000) },
  { name: 'a title of 100 kB', feed: withTextEverywhere('long & <wide> '.repeat(7200)) },
  { name: 'HTML', feed: makeOutgoingFeed([makeOutgoingItem({ contentHtml: html, summary: 'One & two' })]) },
  { name: 'empty HTML', feed: makeOutgoingFeed([makeOutgoingItem({ contentHtml: '', summary: 'One' })]) },
  {
    name: 'no description and no language',
    feed: makeOutgoingFeed([makeOutgoingItem({ language: 'und' })], { description: '', language: '' }),
  },
  {
    name: 'texts of nothing but white space',
    feed: withTextEverywhere(' \u0000\n '),
  },
  {
    name: 'addresses that are not http(s)',
    feed: withAddressEverywhere('javascript:alert(1)'),
  },
  { name: 'relative addresses', feed: withAddressEverywhere('/relative/address') },
  { name: 'the year 1', feed: day('0001-01-01T00:00:00Z') },
  { name: 'the first second of 1970', feed: day('1970-01-01T00:00:00Z') },
  { name: 'the last second of 2099', feed: day('2099-12-31T23:59:59Z') },
  { name: 'a leap day', feed: day('2024-02-29T12:00:00Z') },
  {
    name: 'changed after it was published',
    feed: makeOutgoingFeed([makeOutgoingItem({ updatedAt: new Date('2026-02-01T00:00:00Z') })]),
  },
  {
    name: 'enclosures of all kinds',
    feed: makeOutgoingFeed([
      makeOutgoingItem({
        enclosures: [
          { url: 'https://a.example/picture.JPG?w=1', length: -5 },
          { url: 'https://a.example/unknown', type: 'nonsense', length: 1.5 },
          {
            url: 'https://a.example/sound.mp3',
            type: 'Audio/MPEG; rate=1',
            length: 12_345,
            durationSeconds: 90,
          },
          { url: 'https://a.example/sound.mp3', type: 'audio/mpeg' },
          { url: 'ftp://a.example/sound.mp3', type: 'audio/mpeg' },
          {
            url: 'https://a.example/film',
            type: 'video/mp4',
            length: Number.NaN,
            title: 'The "film" & more',
          },
        ],
      }),
    ]),
  },
  {
    name: 'categories with commas, quotes and repeats',
    feed: makeOutgoingFeed([
      makeOutgoingItem({
        categories: ['a, b', '"c"', "d'e", 'a, b', ' a,  b ', '', ' ', 'A, B', '<f>', 'g&h'],
      }),
    ]),
  },
  {
    name: 'authors without names and with addresses',
    feed: makeOutgoingFeed([
      makeOutgoingItem({
        authors: [
          { name: '', email: 'a@a.example' },
          { name: 'B', email: 'b@b.example', url: 'mailto:b@b.example' },
          { name: 'C, D & E', url: 'https://c.example/' },
        ],
      }),
    ]),
  },
  {
    name: 'another language, an image and far coverage',
    feed: makeOutgoingFeed([
      makeOutgoingItem({
        language: 'pt-BR',
        imageUrl: 'https://a.example/lead.webp?w=1200&h=630',
        coverage: Array.from({ length: 80 }, (_, index) => ({
          title: `Other ${index}`,
          url: `https://other.example/${index % 70}`,
          source: index % 2 === 0 ? '' : `Paper ${index}`,
        })),
      }),
    ]),
  },
  {
    name: 'related stories: too many, one twice, one of them the item itself',
    feed: makeOutgoingFeed([
      makeOutgoingItem({
        related: [1, 2, 2, 3, 4, 5].map((number) => ({
          title: `Related ${number}`,
          url: `https://wire.example/stories/${number}-article`,
          source: number === 3 ? '' : 'Paper',
        })),
      }),
    ]),
  },
  {
    name: 'an item that has no address but our page',
    feed: makeOutgoingFeed([makeOutgoingItem({ url: 'https://wire.example/stories/1-article' })]),
  },
  {
    name: 'an item that comes twice',
    feed: makeOutgoingFeed([makeOutgoingItem({ title: 'First' }), makeOutgoingItem({ title: 'Second' })]),
  },
];

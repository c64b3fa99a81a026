import Parser from 'rss-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBody } from '../../src/feed/outgoing-text.ts';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import { toSendableFeed } from '../../src/feed/to-sendable-feed.ts';
import { type OutgoingFeed, type OutgoingItem, publicationFormats } from '../../src/model/outgoing.ts';
import { makeOutgoingFeed, makeOutgoingItem, outgoingCases } from '../support/outgoing-cases.ts';
import { readBack, toExpected, toSeen } from '../support/read-back.ts';
import { type FeedparserFeed, readWithFeedparser } from '../support/read-with-feedparser.ts';
import { validateFeed } from '../support/validate-feed.ts';

/** What is in one document here is in documents of its own in outgoing-round-trip.test.ts: alone nothing spoils its neighbour. */
const allTogether = makeOutgoingFeed(
  outgoingCases
    .filter(({ name }) => !name.startsWith('1,000') && !name.includes('comes twice'))
    .flatMap(({ feed }) => feed.items.slice(0, 3))
    .map((item, index) => ({ ...item, id: makeOutgoingItem({}, index + 1).id })),
);

const withTexts = (text: string, more: Partial<OutgoingItem> = {}): OutgoingFeed =>
  makeOutgoingFeed(
    [makeOutgoingItem({ title: text, summary: text, contentHtml: `<p>${text}</p>`, ...more })],
    {
      title: text,
      description: text,
    },
  );
const at = (text: string) => ({ publishedAt: new Date(text), updatedAt: new Date(text) });

/** 10,000 entries as a topic of years holds them, every tenth with something that is hard to write. */
const hard = [']]>', '\u0000', '\uD800', '\u202E', '👩‍👩‍👧‍👦', '&amp;', '<b>', '\u2029'];
const tenThousand = makeOutgoingFeed(
  Array.from({ length: 10_000 }, (_, n) =>
    makeOutgoingItem(
      {
        title: `Story ${n} ${n % 10 === 0 ? hard[(n / 10) % hard.length] : ''}`,
        summary: `Summary ${n}`,
        contentHtml: `<p>Body ${n}</p>`,
      },
      n + 1,
    ),
  ),
);

const cases: { name: string; feed: OutgoingFeed; allowed?: RegExp }[] = [
  { name: 'everything together', feed: allTogether, allowed: /NotBlank/ },
  { name: '10,000 entries', feed: tenThousand, allowed: /NotBlank/ },
  { name: 'a title of 100 kB in one word', feed: withTexts('w'.repeat(102_400)) },
  { name: 'a title of 100 kB of emoji', feed: withTexts('👩‍🚀'.repeat(9_309)) },
  {
    name: 'a title of 100 kB of ends of CDATA',
    feed: withTexts(']]>'.repeat(34_133), { contentHtml: '<p>x</p>' }),
  },
  {
    name: 'bidi embeddings that nobody closes',
    feed: withTexts('\u202A\u202B\u202D\u202Eabc \u2066\u2067\u2068def'),
  },
  {
    name: 'bidi marks, joiners and soft hyphens',
    feed: withTexts('\u200E\u200F\u061C\u200D\u200C\u00AD\u2060x'),
  },
  { name: 'line and paragraph separators', feed: withTexts('a\u2028b\u2029c\u0085d') },
  { name: 'private use, tags and the last character', feed: withTexts('\uE000 \u{E0041} \u{10FFFD}') },
  { name: 'an emoji cut in half at the end', feed: withTexts(`cut ${'👍'.slice(0, 1)}`) },
  {
    name: 'XML that ends the document',
    feed: withTexts('--></title></channel></rss></feed><!--', { contentHtml: '' }),
    allowed: /NotBlank/,
  },
  {
    name: 'a declaration and an entity',
    feed: withTexts('<!DOCTYPE x [<!ENTITY a "b">]>&a;', { contentHtml: '' }),
    allowed: /NotBlank/,
  },
  {
    name: 'JSON that ends the string',
    feed: withTexts('"}],"items":[{"id":"\\u0000\\"', { contentHtml: '' }),
  },
  {
    name: 'an empty language and one with an underscore',
    feed: makeOutgoingFeed([makeOutgoingItem({ language: 'de_AT' })], { language: '' }),
  },
  { name: 'before the year 1', feed: makeOutgoingFeed([makeOutgoingItem(at('-000044-03-15T12:00:00Z'))]) },
  {
    name: 'the last moment of 9999',
    feed: makeOutgoingFeed([makeOutgoingItem(at('9999-12-31T23:59:59.999Z'))]),
  },
  { name: 'after the year 9999', feed: makeOutgoingFeed([makeOutgoingItem(at('+012026-01-01T00:00:00Z'))]) },
  {
    name: 'one millisecond before a second',
    feed: makeOutgoingFeed([makeOutgoingItem(at('2026-06-30T23:59:59.999Z'))]),
  },
  {
    name: 'updated before it was published',
    feed: makeOutgoingFeed([makeOutgoingItem({ updatedAt: new Date('2025-01-01T00:00:00Z') })]),
  },
];

const writers = { rss: toRss, atom: toAtom, json: toJsonFeed };
const made = cases.map((one) => ({
  ...one,
  sent: toSendableFeed(one.feed),
  documents: { rss: toRss(one.feed), atom: toAtom(one.feed), json: toJsonFeed(one.feed) },
}));
const xmlFormats = ['rss', 'atom'] as const;
let feedparserSaw: FeedparserFeed[] | undefined;
beforeAll(() => {
  feedparserSaw = readWithFeedparser(made.flatMap(({ documents }) => [documents.rss, documents.atom]));
}, 120_000);

/** The fields that every reader of every format must see alike; dates to the second, as the coarsest reads them. */
const toFields = (item: ReturnType<typeof toExpected>) => ({
  title: item.title,
  link: item.url,
  id: item.id,
  date: item.published === undefined ? undefined : Math.floor(item.published / 1000),
  summary: item.summary,
  content: item.body,
});

describe.each(made)('$name', ({ name, feed, documents, sent, allowed }) => {
  const index = made.findIndex((one) => one.name === name);
  const expected = sent.items.map((item) => toFields(toExpected(item, 'atom')));

  it.each(publicationFormats)('is well-formed and valid %s', (format) => {
    const complaints = validateFeed(format, documents[format]);
    expect(complaints.filter((complaint) => !allowed?.test(complaint)).slice(0, 5)).toEqual([]);
  });

  it.each(publicationFormats)('is the same bytes of %s again', (format) => {
    expect(writers[format](structuredClone(feed)) === documents[format]).toBe(true);
  });

  it.each(publicationFormats)('is read from %s by feedsmith', (format) => {
    expect(readBack(format, documents[format]).map(toFields)).toEqual(expected);
  });

  it.each(xmlFormats)('is read from %s by rss-parser', async (format) => {
    const { items } = await new Parser().parseString(documents[format]);
    const body = format === 'rss' ? 'content:encoded' : 'content';
    expect(
      items.map((item) => [item.title, item.link, item.guid ?? item.id, item.isoDate, item[body]]),
    ).toEqual(
      sent.items.map((item) => [
        item.title,
        item.url,
        item.id,
        (format === 'rss' ? toSecond(item.publishedAt) : item.publishedAt).toISOString(),
        toBody(item),
      ]),
    );
  });

  it.each(xmlFormats)('is read from %s by feedparser', (format) => {
    const read = feedparserSaw?.[index * 2 + xmlFormats.indexOf(format)];
    if (!read) return;
    expect(read.bozo).toBeUndefined();
    expect(read.items.map((item) => toFields(toSeen(item, format)))).toEqual(expected);
  });
});

/** RSS has no parts of a second. */
function toSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

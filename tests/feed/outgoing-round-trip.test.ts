import Parser from 'rss-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBody } from '../../src/feed/outgoing-text.ts';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import { toSendableFeed } from '../../src/feed/to-sendable-feed.ts';
import { type OutgoingFeed, publicationFormats } from '../../src/model/outgoing.ts';
import { outgoingCases } from '../support/outgoing-cases.ts';
import { readBack, type SeenItem, toExpected, toSeen } from '../support/read-back.ts';
import { type FeedparserFeed, readWithFeedparser } from '../support/read-with-feedparser.ts';
import { validateFeed } from '../support/validate-feed.ts';

const toDocuments = (feed: OutgoingFeed) => ({
  rss: toRss(feed),
  atom: toAtom(feed),
  json: toJsonFeed(feed),
});
const cases = outgoingCases.map((one, index) => ({
  ...one,
  index,
  documents: toDocuments(one.feed),
  sent: toSendableFeed(one.feed),
}));
const xmlFormats = ['rss', 'atom'] as const;
let feedparserSaw: FeedparserFeed[] | undefined;

beforeAll(() => {
  feedparserSaw = readWithFeedparser(cases.flatMap(({ documents }) => [documents.rss, documents.atom]));
});

describe.each(cases)('$name', ({ feed, documents, sent, allowed, index }) => {
  it.each(publicationFormats)('is valid %s', (format) => {
    const complaints = validateFeed(format, documents[format]);
    expect(complaints.filter((complaint) => !allowed?.test(complaint))).toEqual([]);
  });

  it('has the same bytes every time and leaves the feed as it was', () => {
    const copy = structuredClone(feed);
    expect(toDocuments(copy)).toEqual(documents);
    expect(copy).toEqual(feed);
  });

  it.each(publicationFormats)('is read back from %s by feedsmith', (format) => {
    expect(readBack(format, documents[format])).toEqual(sent.items.map((item) => toExpected(item, format)));
  });

  it.each(xmlFormats)('is read back from %s by rss-parser', async (format) => {
    const read = await new Parser().parseString(documents[format]);
    expect([read.title, read.link]).toEqual([sent.title, sent.pageUrl]);
    const body = format === 'rss' ? 'content:encoded' : 'content';
    expect(read.items.map((item) => [item.title, item.link, item.isoDate, item[body]])).toEqual(
      sent.items.map((item) => [item.title, item.url, item.publishedAt.toISOString(), toBody(item)]),
    );
  });

  it.each(xmlFormats)('is read back from %s by feedparser', (format) => {
    const read = feedparserSaw?.[index * 2 + xmlFormats.indexOf(format)];
    if (!read) return;
    expect(read.bozo).toBeUndefined();
    expect(read.version).toBe(format === 'rss' ? 'rss20' : 'atom10');
    expect([read.title, read.link]).toEqual([sent.title, sent.pageUrl]);
    const seen = read.items.map((item) => toComparable(toSeen(item, format)));
    expect(seen).toEqual(sent.items.map((item) => toComparable(toExpected(item, format))));
  });
});

/** feedparser knows dates to the second. */
function toComparable(item: SeenItem): SeenItem {
  const toSecond = (time: number | undefined) => time && Math.floor(time / 1000);
  return { ...item, published: toSecond(item.published), updated: toSecond(item.updated) };
}

import { describe, expect, test } from 'vitest';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import type { DocumentHistory, OutgoingFeed } from '../../src/model/outgoing.ts';
import { makeOutgoingFeed, makeOutgoingItem } from '../support/outgoing-cases.ts';
import { validateAtom } from '../support/validate-atom.ts';
import { validateJsonFeed } from '../support/validate-json-feed.ts';
import { validateRss } from '../support/validate-rss.ts';

const toUrls = (name: string) => ({
  rss: `https://wire.example/topics/a&b/${name}.rss`,
  atom: `https://wire.example/topics/a&b/${name}.atom`,
  json: `https://wire.example/topics/a&b/${name}.json`,
});
const history: DocumentHistory = {
  isArchive: true,
  previousUrls: toUrls('1'),
  nextUrls: toUrls('3'),
  currentUrls: toUrls('now'),
};
const retractions = [
  {
    id: 'urn:uuid:018f3c00-0000-7000-8000-0000000000aa',
    at: new Date('2026-01-02T03:04:05Z'),
    comment: 'a ]]> <b> & "c"\u0000',
  },
  { id: 'urn:uuid:018f3c00-0000-7000-8000-0000000000ab', at: new Date('2026-01-01T03:04:05Z'), comment: '' },
];
const feeds: [string, OutgoingFeed][] = [
  ['with an item', makeOutgoingFeed([makeOutgoingItem()], { history, retractions, title: 'A <b> & "c"' })],
  ['without items', makeOutgoingFeed([], { history, retractions })],
  [
    'that is no archive',
    makeOutgoingFeed([makeOutgoingItem()], { history: { ...history, isArchive: false } }),
  ],
];

describe.each(feeds)('a document %s', (_, feed) => {
  test('is valid in each format', () => {
    expect(validateAtom(toAtom(feed))).toEqual([]);
    expect(validateRss(toRss(feed))).toEqual([]);
    expect(validateJsonFeed(toJsonFeed(feed))).toEqual([]);
  });
});

test('the bytes of documents without a history are as they were', () => {
  const feed = makeOutgoingFeed([makeOutgoingItem()]);
  expect(toAtom(feed)).not.toMatch(/archive|deleted/);
  expect(toRss(feed)).not.toMatch(/archive|fh:/);
  expect(toJsonFeed(feed)).not.toContain('next_url');
});

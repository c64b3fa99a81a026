import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IncomingFeed } from '../../src/model/incoming.ts';
import { parseDate } from '../../src/normalise/dates.ts';
import { normaliseFeed } from '../../src/normalise/normalise-feed.ts';
import { findCorpus } from '../support/corpus.ts';

const now = new Date('2026-02-18T12:00:00Z');
const html = (value: string) => ({ value, kind: 'html' as const });
const feedOf = (feed: Partial<IncomingFeed>): IncomingFeed => ({
  format: 'rss',
  items: [],
  warnings: [],
  ...feed,
});
/** Our own mistakes must fail the test and not just lose an item. */
const onItemError = (error: unknown) => {
  throw error;
};

describe('normaliseFeed', () => {
  it('says what the document says of its source', () => {
    const { source, entries } = normaliseFeed(
      feedOf({
        title: html('The &amp;amp; <b>Paper</b>'),
        description: html('<p>News.</p>'),
        siteUrl: '/',
        language: 'en_us',
        imageUrl: 'javascript:x',
        iconUrl: '/icon.png',
      }),
      { documentUrl: 'https://paper.example/feed.xml', now, onItemError },
    );
    expect(source).toEqual({
      title: 'The & Paper',
      description: 'News.',
      siteUrl: 'https://paper.example/',
      language: 'en-US',
      imageUrl: 'https://paper.example/icon.png',
    });
    expect(entries).toEqual([]);
  });

  it('says nothing of a document that says nothing', () => {
    expect(normaliseFeed(feedOf({}), { now, onItemError })).toEqual({ source: {}, entries: [] });
    expect(
      normaliseFeed(feedOf({ title: html(' '), siteUrl: 'x y', language: 'English' }), { now, onItemError })
        .source,
    ).toEqual({});
  });

  it('leaves out an item on which our code fails, keeps the others in order, and tells', () => {
    const bad = new Proxy(
      {},
      {
        get: () => {
          throw new TypeError('broken');
        },
      },
    );
    const errors: [unknown, number][] = [];
    const feed = feedOf({ items: [{ id: 'a' }, bad, { id: 'c' }] });
    const { entries } = normaliseFeed(feed, {
      now,
      onItemError: (error, index) => errors.push([error, index]),
    });
    expect(entries.map((entry) => entry.guid)).toEqual(['a', 'c']);
    expect(errors).toEqual([[new TypeError('broken'), 1]]);
    expect(normaliseFeed(feed, { now }).entries).toHaveLength(2);
  });

  it('asks the items when the document declares a language that its titles refute', () => {
    const items = [
      'Die Regierung hat am Dienstag mitgeteilt, dass die Verhandlungen fortgesetzt werden',
      'Der Bürgermeister eröffnete gestern die neue Brücke über den Fluss in der Altstadt',
    ].map((title) => ({ title: html(title) }));
    const { source, entries } = normaliseFeed(feedOf({ language: 'en-US', items }), { now, onItemError });
    expect(source.language).toBeUndefined();
    expect(entries.map((entry) => entry.language)).toEqual(['de', 'de']);
  });
});

const pairs = new URL('../fixtures/normalise/', import.meta.url);

describe('fixtures: an incoming document, and what is read from it', () => {
  const names = readdirSync(pairs).filter((name) => name.endsWith('.incoming.json'));
  it.each(names)('%s', (name) => {
    const feed = JSON.parse(readFileSync(new URL(name, pairs), 'utf8')) as IncomingFeed;
    const expected: unknown = JSON.parse(
      readFileSync(new URL(name.replace('.incoming.', '.normalised.'), pairs), 'utf8'),
    );
    const result = normaliseFeed(feed, { documentUrl: 'https://feeds.example/rss.xml', now, onItemError });
    expect(JSON.parse(JSON.stringify(result))).toEqual(expected);
  });
});

const corpus = findCorpus();
const dateTag =
  /<(?:\w{1,20}:)?(?:pubDate|date|published|updated|issued|modified|created)\b[^>]{0,200}>\s*(?:<!\[CDATA\[)?([^<\]]{0,200})/gi;

describe('dates of real feeds', () => {
  it.skipIf(!corpus)('are the ones that the reference reads', () => {
    const files = JSON.parse(readFileSync(join(corpus ?? '', 'expected-real.json'), 'utf8')) as {
      file: string;
      items?: { at?: number | null }[];
    }[];
    const missed: Record<string, number> = {};
    let compared = 0;
    for (const { file, items = [] } of files) {
      const xml = readFileSync(join(corpus ?? '', file), 'utf8');
      const read = new Set(
        [...xml.matchAll(dateTag)].map((match) =>
          Math.floor((parseDate(match[1] ?? '', now)?.getTime() ?? 0) / 1000),
        ),
      );
      for (const { at } of items) {
        if (at === undefined || at === null) continue;
        compared++;
        if (!read.has(Math.floor(at / 1000))) missed[file] = (missed[file] ?? 0) + 1;
      }
    }
    expect(compared).toBeGreaterThan(2000);
    // Written "2020/1/10"; the reference takes that for the first of November.
    expect(missed).toEqual({ 'real/netnewswire-rsparser/kc0011.rss': 20 });
  });
});

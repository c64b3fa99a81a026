import { describe, expect, it } from 'vitest';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { makeOutgoingFeed, makeOutgoingItem } from '../support/outgoing-cases.ts';
import { readOutgoing } from '../support/read-outgoing.ts';

const toItem = (changes: Parameters<typeof makeOutgoingItem>[0]) =>
  JSON.parse(toJsonFeed(makeOutgoingFeed([makeOutgoingItem(changes)]))).items[0];

describe('toJsonFeed', () => {
  it('writes the document that lies beside the fixture', async () => {
    const json = toJsonFeed(readOutgoing('world'));
    await expect(`${JSON.stringify(JSON.parse(json), null, 2)}\n`).toMatchFileSnapshot(
      '../fixtures/outgoing/world.feed.json',
    );
  });

  it('is of version 1.1 and has a list of items even when there is none', () => {
    const feed = JSON.parse(toJsonFeed(makeOutgoingFeed([])));
    expect(feed).toMatchObject({ version: 'https://jsonfeed.org/version/1.1', items: [] });
    expect(Object.keys(feed)[0]).toBe('version');
  });

  it('has nothing but what is required, links and dates for an item with nothing optional', () => {
    expect(Object.keys(toItem({})).sort()).toEqual(
      ['_wireroom', 'content_html', 'date_modified', 'date_published', 'id', 'title', 'url'].sort(),
    );
  });

  it('carries the publisher, our page, further coverage and related stories in its extension', () => {
    const coverage = [{ title: 'One', url: 'https://one.example/', source: 'Paper' }];
    const source = { title: 'P', feedUrl: 'https://p.example/feed', siteUrl: 'https://p.example/' };
    const related = [{ title: 'Two', url: 'https://wire.example/stories/2', source: 'Wire' }];
    expect(toItem({ coverage, related, source })._wireroom).toEqual({
      page_url: 'https://wire.example/stories/1-article',
      source: { title: 'P', url: 'https://p.example/feed', home_page_url: 'https://p.example/' },
      coverage,
      related,
    });
  });

  it('attaches every enclosure with a type', () => {
    const enclosures = [
      { url: 'https://a.example/1', type: 'audio/mpeg', length: 3, durationSeconds: 4.5, title: 'One' },
      { url: 'https://a.example/2' },
    ];
    expect(toItem({ enclosures }).attachments).toEqual([
      {
        url: 'https://a.example/1',
        mime_type: 'audio/mpeg',
        title: 'One',
        size_in_bytes: 3,
        duration_in_seconds: 4.5,
      },
      { url: 'https://a.example/2', mime_type: 'application/octet-stream' },
    ]);
  });

  it('gives no e-mail address away', () => {
    expect(toItem({ authors: [{ name: 'Ada', email: 'ada@a.example' }] }).authors).toEqual([{ name: 'Ada' }]);
  });
});

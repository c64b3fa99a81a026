import { parseAtomFeed } from 'feedsmith';
import { describe, expect, test } from 'vitest';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import type { OutgoingFeed, OutgoingItem } from '../../src/model/outgoing.ts';
import { makeOutgoingFeed, makeOutgoingItem } from '../support/outgoing-cases.ts';
import { readBack } from '../support/read-back.ts';
import { readOutgoing } from '../support/read-outgoing.ts';

const correction = { at: '2026-11-24T23:30:00.000Z', text: 'It was <nine> & not “eight”.' };
const rich: Partial<OutgoingItem> = {
  title: 'Ferries & “islands” <again>',
  summary: 'Crews go back to work.',
  authors: [{ name: 'Ines Marrow' }, { name: 'Tobias Lund' }],
  categories: ['World', 'Sea & land'],
  imageUrl: 'https://publisher.example/i.jpg?a=1&b=2',
  language: 'en-GB',
  updatedAt: new Date('2026-01-03T03:04:05Z'),
  source: {
    title: 'The Publisher & Sons',
    feedUrl: 'https://publisher.example/feed?a=1&b=2',
    updatedAt: new Date('2026-01-02T05:00:00Z'),
  },
  coverage: [
    { title: 'Boats sail', url: 'https://other.example/1', source: 'Other' },
    { title: 'Strike ends', url: 'https://third.example/1', source: 'Third' },
  ],
  corrections: [correction],
};
const feeds: [string, OutgoingFeed][] = [
  [
    'with all that there is',
    makeOutgoingFeed([makeOutgoingItem({ ...rich, contentHtml: '<p>All of it.</p>' })]),
  ],
  ['with a summary alone', makeOutgoingFeed([makeOutgoingItem(rich)])],
  ['with nothing', makeOutgoingFeed([makeOutgoingItem()])],
  ['of the fixture', readOutgoing('world')],
];

describe.each(feeds)('an item %s', (_, feed) => {
  test('says the same in all formats', () => {
    const documents = { rss: toRss(feed), atom: toAtom(feed), json: toJsonFeed(feed) };
    const [rss, atom, json] = (['rss', 'atom', 'json'] as const).map((format) =>
      readBack(format, documents[format]).map(({ enclosures: _enclosures, ...seen }) => seen),
    );
    expect(atom).toEqual(rss);
    // Seconds are all that RSS has.
    expect(json).toEqual(rss);
    expect(json).toHaveLength(feed.items.length);
    const data = JSON.parse(documents.json) as { items: { _wireroom: { coverage?: { url: string }[] } }[] };
    const entries = parseAtomFeed(documents.atom).entries ?? [];
    feed.items.forEach((item, n) => {
      const covered = data.items[n]?._wireroom.coverage?.map(({ url }) => url) ?? [];
      const related = (entries[n]?.links ?? [])
        .filter(({ rel }) => rel === 'related')
        .map(({ href }) => href);
      expect(related).toEqual(expect.arrayContaining(covered));
      for (const url of covered) expect(rss?.[n]?.body).toContain(`<a href="${url}">`);
      expect(entries[n]?.source?.updated).toBe((item.source.updatedAt ?? item.updatedAt).toISOString());
    });
  });
});

test('a correction stands after the whole text, and before a summary', () => {
  const words = '<p>Correction, 24 November 2026: It was &lt;nine&gt; &amp; not “eight”.</p>';
  const bodies = feeds.slice(0, 2).map(([, feed]) => readBack('atom', toAtom(feed))[0]);
  expect(bodies[0]?.body).toContain(`<p>All of it.</p>\n${words}\n<p>Source:`);
  expect(bodies[0]?.summary).toBe('Crews go back to work.');
  expect(bodies[1]?.body).toContain(`${words}\n<p>Crews go back to work.</p>\n<p>Source:`);
  expect(bodies[1]?.summary).toMatch(/^Correction, 24 November 2026: .*\nCrews go back to work\.$/);
});

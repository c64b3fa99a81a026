import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Feed } from 'feed';
import { generateAtomFeed, generateJsonFeed } from 'feedsmith';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import type { OutgoingFeed, OutgoingItem } from '../../src/model/outgoing.ts';
import { printTable, toMedian } from './support/table.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 15);
const perRound = 20;
const itemCount = 50;

/** A topic as an ordinary day makes it: half of the items are summaries, half are full texts of about 3 kB. */
function makeFeed(): OutgoingFeed {
  const pageUrl = 'https://wire.example/topics/world';
  const at = new Date('2026-01-02T03:04:05Z');
  const paragraph = `<p>${'Some words of a report & “what was said” — told at length. '.repeat(6).replaceAll('&', '&amp;')}</p>`;
  const items = Array.from(
    { length: itemCount },
    (_, index): OutgoingItem => ({
      id: `urn:uuid:018f3c00-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
      url: `https://publisher-${index % 12}.example/2026/01/02/a-report-${index}?from=feed&page=1`,
      pageUrl: `https://wire.example/stories/${index}-a-report`,
      title: `A report & its headline, number ${index}, of the usual length`,
      summary: 'What the report says in a sentence or two, as long as a summary is on most days. '.repeat(3),
      contentHtml: index % 2 === 0 ? paragraph.repeat(8) : undefined,
      authors: [{ name: 'Ada Example' }],
      categories: ['World', 'Trade & Industry'],
      enclosures: [],
      imageUrl: `https://publisher-${index % 12}.example/images/${index}.jpg?w=1200`,
      language: 'en',
      publishedAt: at,
      updatedAt: at,
      source: {
        title: `Publisher ${index % 12}`,
        feedUrl: `https://publisher-${index % 12}.example/feed`,
        siteUrl: `https://publisher-${index % 12}.example/`,
      },
      coverage:
        index % 5 === 0 ? [{ title: 'Another', url: 'https://other.example/1', source: 'Other' }] : [],
      related:
        index % 5 === 0
          ? [{ title: 'Before', url: 'https://wire.example/stories/99-before', source: 'Other' }]
          : [],
    }),
  );
  const selfUrls = { rss: `${pageUrl}.rss`, atom: `${pageUrl}.atom`, json: `${pageUrl}.json` };
  return {
    id: pageUrl,
    title: 'World',
    description: 'News',
    language: 'en',
    pageUrl,
    selfUrls,
    updatedAt: at,
    items,
  };
}

/** The least that `feed` can be given for the same items, without what makes its RSS valid. */
function toBareRss(outgoing: OutgoingFeed): string {
  const feed = new Feed({
    title: outgoing.title,
    description: outgoing.description,
    link: outgoing.pageUrl,
    updated: outgoing.updatedAt,
  });
  for (const { id, title, url, summary, contentHtml, publishedAt, categories } of outgoing.items) {
    const category = categories.map((name) => ({ name }));
    feed.addItem({
      id,
      title,
      link: url,
      description: summary,
      content: contentHtml,
      date: publishedAt,
      category,
    });
  }
  return feed.rss2();
}

function toBareAtom(outgoing: OutgoingFeed): string {
  return generateAtomFeed({
    id: outgoing.id,
    title: { value: outgoing.title },
    updated: outgoing.updatedAt,
    entries: outgoing.items.map((item) => ({
      id: item.id,
      title: { value: item.title },
      updated: item.updatedAt,
      published: item.publishedAt,
      links: [{ href: item.url }],
      authors: item.authors,
      categories: item.categories.map((term) => ({ term })),
      summary: { value: item.summary },
      content: { type: 'html', value: item.contentHtml },
      source: { id: item.source.feedUrl, title: { value: item.source.title } },
    })),
  });
}

function toBareJson(outgoing: OutgoingFeed): string {
  const items = outgoing.items.map((item) => ({
    id: item.id,
    url: item.url,
    title: item.title,
    summary: item.summary,
    content_html: item.contentHtml,
    date_published: item.publishedAt,
    authors: item.authors,
    tags: item.categories,
  }));
  return JSON.stringify(generateJsonFeed({ title: outgoing.title, home_page_url: outgoing.pageUrl, items }));
}

function measure(render: (feed: OutgoingFeed) => string, feed: OutgoingFeed): number {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now();
    for (let time = 0; time < perRound; time += 1) render(feed);
    times.push((performance.now() - from) / perRound);
  }
  return toMedian(times);
}

/** Prints the time that a document of 50 items takes, ours next to the bare libraries', and its size. */
export async function run(): Promise<void> {
  const feed = makeFeed();
  const writers = [
    ['RSS', toRss, toBareRss, 'feed'],
    ['Atom', toAtom, toBareAtom, 'feedsmith'],
    ['JSON Feed', toJsonFeed, toBareJson, 'feedsmith'],
  ] as const;
  const rows = writers.map(([name, ours, bare, library]) => {
    for (let time = 0; time < perRound; time += 1) [ours, bare].map((render) => render(feed));
    const document = ours(feed);
    return [
      name,
      measure(ours, feed).toFixed(2),
      `${measure(bare, feed).toFixed(2)} (${library})`,
      (document.length / 1024).toFixed(0),
      (gzipSync(document).length / 1024).toFixed(1),
      (brotliCompressSync(document).length / 1024).toFixed(1),
    ];
  });
  console.log(`${itemCount} items, half of them full texts; median of ${rounds} rounds of ${perRound}`);
  printTable(['document', 'ours, ms', 'bare library, ms', 'KiB', 'gzip', 'brotli'], rows);
}

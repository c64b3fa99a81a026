import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { toRss } from '../../../src/feed/to-rss.ts';
import type { OutgoingFeed, OutgoingItem, Publication } from '../../../src/model/outgoing.ts';

export const etag = '"bench"';
const at = new Date('2026-02-16T09:00:00Z');

/** An RSS document of 50 items, in full, of some 140 kB. */
export function makePublication(): Publication {
  return toPublication('1', toRss(makeFeed('world-news', toFullItem)), etag);
}

/** The same with summaries alone, as most sources are republished; another for each edition. */
export function makeSummaries(topicId: string, slug: string, edition: number): Publication {
  const text = toRss(makeFeed(slug, (n) => toItem(n, `Headline number ${n} of ${slug}, edition ${edition}`)));
  return toPublication(topicId, text, `"${slug}-${edition}"`);
}

function toPublication(topicId: string, text: string, tag: string): Publication {
  const body = Buffer.from(text);
  const brotli = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  return { topicId, format: 'rss', body, gzip: gzipSync(body), brotli, etag: tag, lastModifiedAt: at };
}

function toFullItem(n: number): OutgoingItem {
  const paragraph = (p: number) =>
    `<p>${createHash('sha256').update(`paragraph ${p}`).digest('hex').repeat(4)}</p>`;
  const contentHtml = Array.from({ length: 8 }, (_, p) => paragraph(n * 8 + p)).join('');
  return { ...toItem(n, `Headline number ${n} of the bench`), contentHtml };
}

function toItem(n: number, title: string): OutgoingItem {
  return {
    id: `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    url: `https://publisher.example/${n}`,
    pageUrl: `https://wire.example/stories/${n}`,
    title,
    summary:
      'A summary of the usual length, which is about as long as this sentence and the one after it. There it ends.',
    authors: [{ name: 'A. Writer' }],
    categories: ['World'],
    enclosures: [],
    publishedAt: at,
    updatedAt: at,
    source: {
      title: 'Publisher',
      feedUrl: 'https://publisher.example/feed',
      siteUrl: 'https://publisher.example/',
    },
    coverage: [],
    related: [],
  };
}

function makeFeed(slug: string, toOne: (n: number) => OutgoingItem): OutgoingFeed {
  const pageUrl = `https://wire.example/topics/${slug}`;
  return {
    id: pageUrl,
    title: 'World News',
    description: 'The bench.',
    language: 'en',
    pageUrl,
    selfUrls: { rss: `${pageUrl}.rss`, atom: `${pageUrl}.atom`, json: `${pageUrl}.json` },
    updatedAt: at,
    items: Array.from({ length: 50 }, (_, n) => toOne(n)),
  };
}

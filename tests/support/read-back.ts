import { decodeHTML } from 'entities';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import { toBody } from '../../src/feed/outgoing-text.ts';
import type { OutgoingItem, PublicationFormat } from '../../src/model/outgoing.ts';
import type { FeedparserItem } from './read-with-feedparser.ts';

/** What a subscriber sees of an item, whatever the format and the reader. */
export interface SeenItem {
  id?: string;
  url?: string;
  title?: string;
  summary: string;
  body?: string;
  authors: string[];
  categories: string[];
  enclosures: { url?: string; type?: string; length?: number }[];
  image?: string;
  published?: number;
  updated?: number;
  source?: string;
  sourceUrl?: string;
}

const timeOf = (date: string | undefined) => (date === undefined ? undefined : Date.parse(date));

/** What a subscriber is to see of an item that was sent; RSS has room for one enclosure and knows no unknown length. */
export function toExpected(item: OutgoingItem, format: PublicationFormat): SeenItem {
  const all = item.enclosures.map(({ url, type, length }) => ({ url, type, length }));
  const playable = all.find(({ type }) => /^(audio|video)\//.test(type ?? '')) ?? all[0];
  const one = playable ? [{ ...playable, length: playable.length ?? 0 }] : [];
  return {
    id: item.id,
    url: item.url,
    title: item.title,
    summary: item.summary,
    body: toBody(item),
    authors: item.authors.map(({ name }) => name),
    categories: item.categories,
    enclosures: format === 'rss' ? one : all,
    image: item.imageUrl,
    published: item.publishedAt.getTime(),
    updated: item.updatedAt.getTime(),
    source: item.source.title,
    sourceUrl: item.source.feedUrl,
  };
}

const readers: Record<PublicationFormat, (document: string) => SeenItem[]> = {
  rss: (document) =>
    (parseRssFeed(document).items ?? []).map((item) => ({
      id: item.guid?.value,
      url: item.link,
      title: item.title,
      summary: decodeHTML(item.description ?? ''),
      body: item.content?.encoded,
      authors: item.dc?.creators ?? [],
      categories: (item.categories ?? []).map(({ name }) => String(name)),
      enclosures: (item.enclosures ?? []).map(({ url, type, length }) => ({ url, type, length })),
      image: item.media?.contents?.[0]?.url,
      published: timeOf(item.pubDate),
      updated: timeOf(item.atom?.updated ?? item.pubDate),
      source: item.source?.title,
      sourceUrl: item.source?.url,
    })),
  atom: (document) =>
    (parseAtomFeed(document).entries ?? []).map((entry) => ({
      id: entry.id,
      url: entry.links?.find(({ rel }) => rel === 'alternate')?.href,
      title: entry.title?.value,
      summary: entry.summary?.value ?? '',
      body: entry.content?.value,
      authors: (entry.authors ?? []).map(({ name }) => String(name)),
      categories: (entry.categories ?? []).map(({ term }) => String(term)),
      enclosures: (entry.links ?? [])
        .filter(({ rel }) => rel === 'enclosure')
        .map(({ href, type, length }) => ({ url: href, type, length })),
      image: entry.media?.contents?.[0]?.url,
      published: timeOf(entry.published),
      updated: timeOf(entry.updated),
      source: entry.source?.title?.value,
      sourceUrl: entry.source?.links?.find(({ rel }) => rel === 'self')?.href,
    })),
  json: (document) => {
    const extensions: { source: { title: string; url: string } }[] = JSON.parse(document).items.map(
      (item: { _wireroom: unknown }) => item._wireroom,
    );
    return (parseJsonFeed(document).items ?? []).map((item, index) => ({
      id: item.id,
      url: item.url,
      title: item.title,
      summary: item.summary ?? '',
      body: item.content_html,
      authors: (item.authors ?? []).map(({ name }) => String(name)),
      categories: item.tags ?? [],
      enclosures: (item.attachments ?? []).map(({ url, mime_type: type, size_in_bytes: length }) => ({
        url,
        type,
        length,
      })),
      image: item.image,
      published: timeOf(item.date_published),
      updated: timeOf(item.date_modified),
      source: extensions[index]?.source.title,
      sourceUrl: extensions[index]?.source.url,
    }));
  },
};

/** What feedsmith's readers see in a document of ours. */
export function readBack(format: PublicationFormat, document: string): SeenItem[] {
  return readers[format](document);
}

/** The same of what feedparser read. It shows the body as the summary of an entry that has none. */
export function toSeen(item: FeedparserItem, format: PublicationFormat): SeenItem {
  const summary = item.summary === item.content[0] ? '' : (item.summary ?? '');
  return {
    id: item.id,
    url: item.link,
    title: item.title,
    summary: format === 'rss' ? decodeHTML(summary) : summary,
    body: item.content[0],
    authors: item.authors,
    categories: item.tags,
    enclosures: item.enclosures.map(({ href, type, length }) => ({
      url: href,
      type,
      length: length === undefined ? undefined : Number(length),
    })),
    image: item.images[0],
    published: timeOf(item.published),
    updated: timeOf(item.updated ?? item.published),
    source: item.source?.title,
    sourceUrl: item.source?.href,
  };
}

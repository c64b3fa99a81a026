import type { IncomingFeed } from '../model/incoming.ts';
import type { WireTables } from './canonical-xml.ts';
import { fromRssItem } from './from-rss-item.ts';
import type { CanonicalFeed } from './read-canonical-xml.ts';
import { findWebUrl } from './resolve-url.ts';
import { listAuthors, listCategories, listLinks, toHtml, toTitle } from './rss-elements.ts';
import { compact, parseCount, type WireFields, type WireNode, WireReader } from './wire-node.ts';

/** RSS 0.9x, 1.0 and 2.0 with the modules that are in use. `fallbackUrl` is the document's address. */
export function fromRss(
  canonical: CanonicalFeed,
  tables: WireTables,
  fallbackUrl?: string,
): Omit<IncomingFeed, 'format' | 'version' | 'warnings'> {
  const { feed } = canonical;
  const channel = new WireReader(tables, fallbackUrl);
  const siteUrl = findSiteUrl(channel, feed);
  // Publishers who write relative links mean their site, wherever the document is served from.
  const reader = new WireReader(tables, findWebUrl(siteUrl) ?? fallbackUrl);
  const links = listLinks(channel, feed);
  const language = channel.first(feed, 'language', 'dc:language') ?? channel.language(feed as WireNode);
  const fields = compact({
    id: channel.first(feed, 'atom:id') ?? channel.attribute(feed as WireNode, 'rdf:about'),
    title: toTitle(reader, feed, 'title', 'dc:title'),
    description: toHtml(
      reader,
      feed,
      'description',
      'dc:description',
      'itunes:summary',
      'atom:subtitle',
      'tagline',
      'itunes:subtitle',
    ),
    siteUrl,
    selfUrl: links.find((link) => link.rel === 'self')?.url,
    links,
    language,
    authors: listAuthors(
      channel,
      feed,
      'managingEditor',
      'author',
      'dc:creator',
      'dc:author',
      'atom:author',
      'itunes:author',
      'itunes:owner',
      'dc:publisher',
      'webMaster',
    ),
    categories: listCategories(channel, feed),
    published: channel.firstDate(
      feed,
      'pubDate',
      'atom:published',
      'dcterms:issued',
      'dcterms:created',
      'created',
      'issued',
    ),
    updated: channel.firstDate(
      feed,
      'lastBuildDate',
      'atom:updated',
      'dc:date',
      'dcterms:modified',
      'updated',
      'modified',
    ),
    imageUrl: findChannelImage(reader, feed),
    rights: channel.first(feed, 'copyright', 'dc:rights', 'rights'),
    generator: channel.first(feed, 'generator'),
    ttlMinutes: parseCount(channel.first(feed, 'ttl')),
    skipHours: listSkipHours(channel, feed),
    skipDays: channel
      .list(feed, 'skipDays')
      .flatMap((node) => channel.list(node, 'day'))
      .flatMap((node) => channel.text(node) ?? []),
    updatePeriodSeconds: toUpdatePeriod(channel, feed),
    hubUrls: links.filter((link) => link.rel === 'hub').map((link) => link.url),
  });
  return { ...fields, items: canonical.items.map((item) => fromRssItem(reader, item)) };
}

function findSiteUrl(reader: WireReader, feed: WireFields): string | undefined {
  const plain = reader
    .list(feed, 'link')
    .map((node) => reader.url(node) ?? reader.attributeUrl(node, 'href'));
  const other = listLinks(reader, feed).find((link) => link.rel === 'alternate');
  return plain.find((url) => url !== undefined) ?? other?.url;
}

function findChannelImage(reader: WireReader, feed: WireFields): string | undefined {
  const plain = reader
    .list(feed, 'image')
    .map(
      (node) =>
        reader.url(reader.list(node, 'url')[0]) ??
        reader.attributeUrl(node, 'href') ??
        reader.attributeUrl(node, 'rdf:resource'),
    );
  const podcast = reader
    .list(feed, 'itunes:image')
    .map((node) => reader.attributeUrl(node, 'href') ?? reader.attributeUrl(node, 'url'));
  const linked = reader
    .list(feed, 'itunes:link')
    .flatMap((node) => (reader.attribute(node, 'rel') === 'image' ? reader.attributeUrl(node, 'href') : []));
  const thumbnails = reader.list(feed, 'media:thumbnail').map((node) => reader.attributeUrl(node, 'url'));
  return [...plain, ...podcast, ...linked, ...thumbnails].find((url) => url !== undefined);
}

/** skipHours, 0-23; some count from 1 to 24 (RSS 0.91 did), so 24 is 0. */
function listSkipHours(reader: WireReader, feed: WireFields): number[] {
  const written = reader.list(feed, 'skipHours').flatMap((node) => reader.list(node, 'hour'));
  const hours = written.flatMap((node) => parseCount(reader.text(node)) ?? []).filter((hour) => hour <= 24);
  return [...new Set(hours.map((hour) => hour % 24))];
}

const periodSeconds: Record<string, number> = {
  hourly: 3600,
  daily: 86_400,
  weekly: 604_800,
  monthly: 2_592_000,
  yearly: 31_536_000,
};

/** RSS 1.0 syndication module: the period (default daily) divided by the frequency (default 1). */
function toUpdatePeriod(reader: WireReader, feed: WireFields): number | undefined {
  const period = reader.first(feed, 'sy:updateperiod')?.toLowerCase();
  const frequency = parseCount(reader.first(feed, 'sy:updatefrequency'));
  if (period === undefined && frequency === undefined) return undefined;
  const seconds = periodSeconds[period ?? 'daily'];
  return seconds === undefined ? undefined : Math.round(seconds / Math.max(1, frequency ?? 1));
}

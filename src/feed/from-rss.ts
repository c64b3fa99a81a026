import type {
  IncomingEnclosure,
  IncomingFeed,
  IncomingItem,
  IncomingLink,
  IncomingPerson,
  IncomingText,
} from '../model/incoming.ts';
import type { CanonicalFeed } from './read-canonical-xml.ts';
import { findWebUrl } from './resolve-url.ts';
import { listImageUrls, listMediaEnclosures, uniqueEnclosures } from './wire-media.ts';
import {
  compact,
  parseCount,
  parseDuration,
  type WireFields,
  type WireNode,
  WireReader,
} from './wire-node.ts';
import { parsePersonNode } from './wire-person.ts';

/** RSS 0.9x, 1.0 and 2.0 with the modules that are in use. `fallbackUrl` is the document's address. */
export function fromRss(
  canonical: CanonicalFeed,
  texts: readonly string[],
  fallbackUrl?: string,
): Omit<IncomingFeed, 'format' | 'version' | 'warnings'> {
  const { feed } = canonical;
  const channel = new WireReader(texts, fallbackUrl);
  const siteUrl = findSiteUrl(channel, feed);
  // Publishers who write relative links mean their site, wherever the document is served from.
  const reader = new WireReader(texts, findWebUrl(siteUrl) ?? fallbackUrl);
  const links = listLinks(channel, feed);
  const language =
    channel.first(feed, 'language', 'dc:language') ?? channel.attribute(feed as WireNode, 'xml:lang');
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
    published: channel.first(
      feed,
      'pubDate',
      'atom:published',
      'dcterms:issued',
      'dcterms:created',
      'created',
      'issued',
    ),
    updated: channel.first(
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
  return { ...fields, items: canonical.items.map((item) => toItem(reader, item)) };
}

function toItem(reader: WireReader, item: WireFields): IncomingItem {
  const guid = reader.list(item, 'guid').find((node) => reader.text(node) !== undefined);
  const id =
    reader.text(guid) ??
    reader.first(item, 'atom:id', 'id') ??
    reader.attribute(item as WireNode, 'rdf:about') ??
    reader.first(item, 'dc:identifier');
  const idIsPermalink =
    guid === undefined
      ? undefined
      : (reader.attribute(guid, 'ispermalink') ?? 'true').toLowerCase() !== 'false';
  const links = listLinks(reader, item);
  const content = toHtml(
    reader,
    item,
    'content:encoded',
    'atom:content',
    'xhtml:body',
    'body',
    'xhtml:div',
    'fullitem',
    'content',
  );
  const summary = toHtml(
    reader,
    item,
    'description',
    'atom:summary',
    'summary',
    'dc:description',
    'itunes:summary',
    'itunes:subtitle',
    'media:description',
  );
  return compact<IncomingItem>({
    id,
    idIsPermalink,
    url:
      findItemUrl(reader, item, links) ??
      (idIsPermalink ? findWebUrl(id) : undefined) ??
      findWebUrl(reader.attribute(item as WireNode, 'rdf:about')),
    links,
    title: toTitle(reader, item, 'title', 'dc:title') ?? toTitle(reader, item, 'media:title'),
    summary,
    content,
    authors: listAuthors(
      reader,
      item,
      'author',
      'dc:creator',
      'dc:author',
      'atom:author',
      'itunes:author',
      'media:credit',
    ),
    categories: listCategories(reader, item),
    published: reader.first(
      item,
      'pubDate',
      'atom:published',
      'dc:date',
      'dcterms:issued',
      'published',
      'issued',
      'dcterms:available',
    ),
    updated: reader.first(item, 'atom:updated', 'dcterms:modified', 'updated', 'modified'),
    created: reader.first(item, 'dcterms:created', 'created'),
    language: reader.first(item, 'dc:language', 'language') ?? reader.attribute(item as WireNode, 'xml:lang'),
    imageUrls: listImageUrls(reader, item),
    enclosures: listEnclosures(reader, item),
    source: toSource(reader, item),
    commentsUrl: reader
      .list(item, 'comments')
      .map((node) => reader.url(node))
      .find((url) => url !== undefined),
    rights: reader.first(item, 'dc:rights', 'copyright', 'rights'),
  });
}

/** feedburner:origLink is the publisher's own address where `link` is only a counter's. */
function findItemUrl(reader: WireReader, item: WireFields, links: IncomingLink[]): string | undefined {
  const plain = [...reader.list(item, 'feedburner:origlink'), ...reader.list(item, 'link')];
  for (const node of plain) {
    const url = reader.url(node) ?? reader.attributeUrl(node, 'href');
    if (url) return url;
  }
  return links.find((link) => link.rel === 'alternate')?.url;
}

function findSiteUrl(reader: WireReader, feed: WireFields): string | undefined {
  const plain = reader
    .list(feed, 'link')
    .map((node) => reader.url(node) ?? reader.attributeUrl(node, 'href'));
  const other = listLinks(reader, feed).find((link) => link.rel === 'alternate');
  return plain.find((url) => url !== undefined) ?? other?.url;
}

/** atom:link elements and licences. */
function listLinks(reader: WireReader, fields: WireFields): IncomingLink[] {
  const atom = reader.list(fields, 'atom:link').flatMap((node) => {
    const url = reader.attributeUrl(node, 'href');
    if (!url) return [];
    const rel = reader.attribute(node, 'rel')?.toLowerCase() ?? 'alternate';
    return [
      compact<IncomingLink>({
        url,
        rel,
        type: reader.attribute(node, 'type'),
        hreflang: reader.attribute(node, 'hreflang'),
      }),
    ];
  });
  const licences = [
    ...reader.list(fields, 'cc:license'),
    ...reader.list(fields, 'creativecommons:license'),
  ].flatMap((node) => {
    const url = reader.attributeUrl(node, 'rdf:resource') ?? reader.url(node);
    return url ? [{ url, rel: 'license' }] : [];
  });
  return [...atom, ...licences];
}

/** First text of the names that has any; RSS never says what it is, so it is HTML unless it is a title without any sign of it. */
function toHtml(reader: WireReader, fields: WireFields, ...names: string[]): IncomingText | undefined {
  for (const name of names) {
    for (const node of reader.list(fields, name)) {
      const type = name.startsWith('atom:') ? (reader.attribute(node, 'type') ?? 'text') : 'html';
      const isText = type === 'text' && reader.attribute(node, 'inline') === undefined;
      const text = reader.incomingText(node, isText ? 'text' : 'html');
      if (text) return text;
    }
  }
  return undefined;
}

const signOfHtml = /<[a-z/!]|&(#\d{1,8}|#x[\da-f]{1,8}|[a-z][\da-z]{1,31});/i;

function toTitle(reader: WireReader, fields: WireFields, ...names: string[]): IncomingText | undefined {
  const title = toHtml(reader, fields, ...names);
  if (title && !signOfHtml.test(title.value)) title.kind = 'text';
  return title;
}

function listAuthors(reader: WireReader, fields: WireFields, ...names: string[]): IncomingPerson[] {
  for (const name of names) {
    const prefix = name === 'itunes:owner' ? 'itunes:' : name === 'atom:author' ? 'atom:' : '';
    const people = reader.list(fields, name).flatMap((node) => parsePersonNode(reader, node, prefix) ?? []);
    if (people.length > 0) return people;
  }
  return [];
}

/** `category`, dc:subject and itunes categories with their children; each once, in order. */
function listCategories(reader: WireReader, fields: WireFields): string[] {
  const own = ['category', 'dc:subject', 'media:category'].flatMap((name) =>
    reader.list(fields, name).flatMap((node) => reader.text(node) ?? reader.attribute(node, 'term') ?? []),
  );
  const podcast = reader
    .list(fields, 'itunes:category')
    .flatMap((node) => [
      reader.attribute(node, 'text') ?? reader.text(node) ?? [],
      ...reader.list(node, 'itunes:category').map((inner) => reader.attribute(inner, 'text') ?? []),
    ]);
  const keywords = ['itunes:keywords', 'media:keywords'].flatMap((name) =>
    splitKeywords(reader.first(fields, name)),
  );
  return [...new Set([...own, ...podcast.flat(), ...keywords])];
}

function splitKeywords(text: string | undefined): string[] {
  return (text ?? '')
    .split(/[,;]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function listEnclosures(reader: WireReader, item: WireFields): IncomingEnclosure[] {
  const durationSeconds = parseDuration(reader.first(item, 'itunes:duration'));
  const own = reader.list(item, 'enclosure').flatMap((node) => {
    const url =
      reader.attributeUrl(node, 'url') ??
      reader.attributeUrl(node, 'href') ??
      reader.attributeUrl(node, 'rdf:resource');
    if (!url) return [];
    const length = parseCount(reader.attribute(node, 'length'));
    return [
      compact<IncomingEnclosure>({ url, type: reader.attribute(node, 'type'), length, durationSeconds }),
    ];
  });
  const linked = listLinks(reader, item)
    .filter((link) => link.rel === 'enclosure')
    .map(({ url, type }) => compact<IncomingEnclosure>({ url, type }));
  return uniqueEnclosures([...own, ...linked, ...listMediaEnclosures(reader, item)]);
}

function toSource(reader: WireReader, item: WireFields): IncomingItem['source'] {
  const node = reader.list(item, 'source')[0];
  const title = reader.text(node) ?? reader.first(node, 'title') ?? reader.first(item, 'dc:source');
  const url = reader.attributeUrl(node, 'url');
  return title || url ? compact({ title, url }) : undefined;
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

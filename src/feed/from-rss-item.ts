import type { IncomingEnclosure, IncomingItem, IncomingLink } from '../model/incoming.ts';
import { findWebUrl } from './resolve-url.ts';
import { listAuthors, listCategories, listLinks, toHtml, toTitle } from './rss-elements.ts';
import { listImageUrls, listMediaEnclosures, uniqueEnclosures } from './wire-media.ts';
import {
  compact,
  parseCount,
  parseDuration,
  type WireFields,
  type WireNode,
  type WireReader,
} from './wire-node.ts';

/** One RSS item of any version, with the modules that are in use. */
export function fromRssItem(reader: WireReader, item: WireFields): IncomingItem {
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
    originalUrl: findOriginalUrl(reader, item),
    url:
      findItemUrl(reader, item, links) ??
      (idIsPermalink ? findWebUrl(id) : undefined) ??
      findWebUrl(reader.attribute(item as WireNode, 'rdf:about')),
    links,
    title: toTitle(reader, item, 'title', 'dc:title') ?? toTitle(reader, item, 'media:title', 'itunes:title'),
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
    published: reader.firstDate(
      item,
      'pubDate',
      'atom:published',
      'dc:date',
      'dcterms:issued',
      'published',
      'issued',
      'dcterms:available',
    ),
    updated: reader.firstDate(
      item,
      'atom:updated',
      'dcterms:modified',
      'updated',
      'modified',
      'lastBuildDate',
    ),
    created: reader.firstDate(item, 'dcterms:created', 'created'),
    language: reader.first(item, 'dc:language', 'language') ?? reader.language(item as WireNode),
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

function findItemUrl(reader: WireReader, item: WireFields, links: IncomingLink[]): string | undefined {
  for (const node of reader.list(item, 'link')) {
    const url = reader.url(node) ?? reader.attributeUrl(node, 'href');
    if (url) return url;
  }
  return links.find((link) => link.rel === 'alternate')?.url ?? findOriginalUrl(reader, item);
}

function findOriginalUrl(reader: WireReader, item: WireFields): string | undefined {
  const [node] = reader.list(item, 'feedburner:origlink');
  return node && reader.url(node);
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

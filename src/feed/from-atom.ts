import type {
  IncomingEnclosure,
  IncomingFeed,
  IncomingItem,
  IncomingLink,
  IncomingText,
} from '../model/incoming.ts';
import {
  findAlternate,
  firstUrl,
  listCategories,
  listLinks,
  listPeople,
  parseText,
  toText,
} from './atom-elements.ts';
import type { WireTables } from './canonical-xml.ts';
import type { CanonicalFeed } from './read-canonical-xml.ts';
import { findWebUrl } from './resolve-url.ts';
import { listImageUrls, listMediaEnclosures, uniqueEnclosures } from './wire-media.ts';
import { compact, parseCount, type WireFields, type WireNode, WireReader } from './wire-node.ts';

/** Atom 0.3 and 1.0 (RFC 4287). `documentUrl` is the document's address. */
export function fromAtom(
  canonical: CanonicalFeed,
  tables: WireTables,
  documentUrl?: string,
): Omit<IncomingFeed, 'format' | 'version' | 'warnings'> {
  const { feed } = canonical;
  const reader = new WireReader(tables, documentUrl);
  const links = listLinks(reader, feed);
  const authors = listPeople(reader, feed);
  const fields = compact({
    id: reader.first(feed, 'id'),
    title: toText(reader, feed, 'title', 'dc:title'),
    description: toText(
      reader,
      feed,
      'subtitle',
      'tagline',
      'info',
      'description',
      'dc:description',
      'itunes:summary',
    ),
    siteUrl: findAlternate(links),
    selfUrl: links.find((link) => link.rel === 'self')?.url,
    links,
    language: reader.language(feed as WireNode) ?? reader.first(feed, 'dc:language', 'language'),
    authors,
    categories: listCategories(reader, feed),
    published: reader.firstDate(feed, 'atom:published', 'issued', 'dcterms:issued'),
    updated: reader.firstDate(feed, 'atom:updated', 'modified', 'dcterms:modified', 'dc:date'),
    imageUrl: firstUrl(reader, feed, 'logo') ?? listImageUrls(reader, feed)[0],
    iconUrl: firstUrl(reader, feed, 'icon'),
    rights: reader.first(feed, 'rights', 'copyright', 'dc:rights'),
    generator: reader.first(feed, 'generator'),
    hubUrls: links.filter((link) => link.rel === 'hub').map((link) => link.url),
  });
  return { ...fields, items: canonical.items.map((entry) => toItem(reader, entry)) };
}

function toItem(reader: WireReader, entry: WireFields): IncomingItem {
  const links = listLinks(reader, entry);
  const content = toContent(reader, entry);
  const originalUrl = firstUrl(reader, entry, 'feedburner:origlink');
  const id = reader.first(entry, 'id', 'guid', 'dc:identifier');
  return compact<IncomingItem>({
    id,
    url: findAlternate(links) ?? content.sourceUrl ?? originalUrl ?? findOwnUrl(id, links),
    originalUrl,
    links,
    title: toText(reader, entry, 'title', 'dc:title') ?? toText(reader, entry, 'media:title', 'itunes:title'),
    summary:
      toText(reader, entry, 'summary', 'description', 'dc:description', 'media:description') ??
      toGroupDescription(reader, entry),
    content: content.text,
    authors: listPeople(reader, entry),
    categories: listCategories(reader, entry),
    published: reader.firstDate(entry, 'atom:published', 'issued', 'dcterms:issued', 'pubDate', 'dc:date'),
    updated: reader.firstDate(entry, 'atom:updated', 'modified', 'dcterms:modified'),
    created: reader.firstDate(entry, 'created', 'dcterms:created'),
    language: reader.language(entry as WireNode) ?? reader.first(entry, 'dc:language'),
    imageUrls: listImageUrls(reader, entry),
    enclosures: listEnclosures(reader, entry),
    source: toSource(reader, entry),
    commentsUrl: links.find((link) => link.rel === 'replies' && link.type !== 'application/atom+xml')?.url,
    rights: reader.first(entry, 'rights', 'copyright', 'dc:rights'),
  });
}

/** Where an entry is when it names no page: an id on the web, else its own document. */
function findOwnUrl(id: string | undefined, links: IncomingLink[]): string | undefined {
  return findWebUrl(id) ?? links.find((link) => link.rel === 'self')?.url;
}

/** Content between the tags, or only the address of it (RFC 4287 §4.1.3.2); other media types than text are not read. */
function toContent(reader: WireReader, entry: WireFields): { text?: IncomingText; sourceUrl?: string } {
  for (const node of reader.list(entry, 'content')) {
    const sourceUrl = reader.attributeUrl(node, 'src');
    if (sourceUrl) return { sourceUrl };
    const text = isReadable(reader, node) ? parseText(reader, node) : undefined;
    if (text) return { text };
  }
  return { text: toText(reader, entry, 'content:encoded', 'xhtml:body') };
}

/** Not the pictures, PDFs and the like that Atom can carry. */
function isReadable(reader: WireReader, node: WireNode): boolean {
  const type = (reader.attribute(node, 'type') ?? 'text').toLowerCase();
  return !/^(image|audio|video|font)\//.test(type) && type !== 'application/pdf';
}

/** YouTube and others put the description into a media:group. */
function toGroupDescription(reader: WireReader, entry: WireFields): IncomingText | undefined {
  return reader
    .list(entry, 'media:group')
    .map((group) => toText(reader, group, 'media:description'))
    .find((text) => text !== undefined);
}

function listEnclosures(reader: WireReader, entry: WireFields): IncomingEnclosure[] {
  const own = reader.list(entry, 'link').flatMap((node) => {
    const url = reader.attributeUrl(node, 'href');
    if (!url || reader.attribute(node, 'rel')?.toLowerCase() !== 'enclosure') return [];
    const length = parseCount(reader.attribute(node, 'length'));
    return [
      compact<IncomingEnclosure>({
        url,
        type: reader.attribute(node, 'type'),
        length,
        title: reader.attribute(node, 'title'),
      }),
    ];
  });
  return uniqueEnclosures([...own, ...listMediaEnclosures(reader, entry)]);
}

function toSource(reader: WireReader, entry: WireFields): IncomingItem['source'] {
  const node = reader.list(entry, 'source')[0];
  if (node === undefined) return undefined;
  const links = listLinks(reader, node);
  const url =
    links.find((link) => link.rel === 'self')?.url ??
    findAlternate(links) ??
    reader.attributeUrl(node, 'url');
  const source = compact({
    title: toText(reader, node, 'title')?.value ?? reader.text(node),
    url,
    id: reader.first(node, 'id'),
  });
  return Object.keys(source).length > 0 ? source : undefined;
}

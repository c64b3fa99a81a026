import { isUtf8 } from 'node:buffer';
import type {
  IncomingEnclosure,
  IncomingFeed,
  IncomingItem,
  IncomingLink,
  IncomingPerson,
  IncomingText,
} from '../model/incoming.ts';
import type { CanonicalFeed } from './read-canonical-xml.ts';
import { listImageUrls, listMediaEnclosures, uniqueEnclosures } from './wire-media.ts';
import { compact, parseCount, type WireFields, type WireNode, WireReader } from './wire-node.ts';
import { parsePersonNode } from './wire-person.ts';
import { stripControls } from './xml-entities.ts';

/** Atom 0.3 and 1.0 (RFC 4287). `documentUrl` is the document's address. */
export function fromAtom(
  canonical: CanonicalFeed,
  texts: readonly string[],
  documentUrl?: string,
): Omit<IncomingFeed, 'format' | 'version' | 'warnings'> {
  const { feed } = canonical;
  const reader = new WireReader(texts, documentUrl);
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
    language: reader.attribute(feed as WireNode, 'xml:lang') ?? reader.first(feed, 'dc:language', 'language'),
    authors,
    categories: listCategories(reader, feed),
    published: reader.first(feed, 'atom:published', 'issued', 'dcterms:issued'),
    updated: reader.first(feed, 'atom:updated', 'modified', 'dcterms:modified', 'dc:date'),
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
  return compact<IncomingItem>({
    id: reader.first(entry, 'id', 'guid', 'dc:identifier'),
    url: findAlternate(links) ?? content.sourceUrl ?? originalUrl,
    originalUrl,
    links,
    title: toText(reader, entry, 'title', 'dc:title') ?? toText(reader, entry, 'media:title'),
    summary:
      toText(reader, entry, 'summary', 'description', 'dc:description', 'media:description') ??
      toGroupDescription(reader, entry),
    content: content.text,
    authors: listPeople(reader, entry),
    categories: listCategories(reader, entry),
    published: reader.first(entry, 'atom:published', 'issued', 'dcterms:issued', 'pubDate', 'dc:date'),
    updated: reader.first(entry, 'atom:updated', 'modified', 'dcterms:modified'),
    created: reader.first(entry, 'created', 'dcterms:created'),
    language: reader.attribute(entry as WireNode, 'xml:lang') ?? reader.first(entry, 'dc:language'),
    imageUrls: listImageUrls(reader, entry),
    enclosures: listEnclosures(reader, entry),
    source: toSource(reader, entry),
    commentsUrl: links.find((link) => link.rel === 'replies' && link.type !== 'application/atom+xml')?.url,
    rights: reader.first(entry, 'rights', 'copyright', 'dc:rights'),
  });
}

/** Links with an address; without `rel` they are `alternate` (RFC 4287 §4.2.7.2). */
function listLinks(reader: WireReader, fields: WireFields | WireNode): IncomingLink[] {
  return reader.list(fields, 'link').flatMap((node) => {
    const url = reader.attributeUrl(node, 'href');
    if (!url) return [];
    const rel = (reader.attribute(node, 'rel') ?? 'alternate')
      .toLowerCase()
      .replace('http://www.iana.org/assignments/relation/', '');
    return [
      compact<IncomingLink>({
        url,
        rel,
        type: reader.attribute(node, 'type'),
        hreflang: reader.attribute(node, 'hreflang'),
      }),
    ];
  });
}

/** The page: an alternate of type text/html or without a type before other alternates. */
function findAlternate(links: IncomingLink[]): string | undefined {
  const alternates = links.filter((link) => link.rel === 'alternate');
  const isPage = ({ type }: IncomingLink): boolean =>
    type === undefined || /^(text\/html|application\/xhtml\+xml)/i.test(type);
  return (alternates.find(isPage) ?? alternates[0])?.url;
}

function toText(
  reader: WireReader,
  fields: WireFields | WireNode,
  ...names: string[]
): IncomingText | undefined {
  for (const name of names) {
    for (const node of reader.list(fields, name)) {
      const text = parseText(reader, node);
      if (text) return text;
    }
  }
  return undefined;
}

/**
 * A text construct: RFC 4287 §3.1 says type `text` (default), `html` or `xhtml`; Atom 0.3 says a media type, and
 * `mode` `xml` (default), `escaped` or `base64`. Child elements make it HTML, whatever it says.
 */
function parseText(reader: WireReader, node: WireNode): IncomingText | undefined {
  const type = (reader.attribute(node, 'type') ?? 'text').toLowerCase();
  const isHtml = reader.attribute(node, 'inline') !== undefined || /html/.test(type);
  const isBase64 = reader.attribute(node, 'mode')?.toLowerCase() === 'base64' || isBinaryType(type);
  if (!isBase64) return reader.incomingText(node, isHtml ? 'html' : 'text');
  const decoded = findBase64Text(reader.text(node) ?? '');
  return decoded === undefined ? undefined : reader.incomingText(node, 'html', decoded);
}

/** Media types whose content is base64 (RFC 4287 §4.1.3.3). */
function isBinaryType(type: string): boolean {
  return type.includes('/') && !/^text\/|[/+]xml$|html/.test(type);
}

/** Base64 that decodes to text in UTF-8; undefined for pictures and the like. */
function findBase64Text(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  const text = isUtf8(bytes) ? stripControls(bytes.toString('utf8')).trim() : '';
  return text === '' ? undefined : text;
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

function listPeople(reader: WireReader, fields: WireFields): IncomingPerson[] {
  for (const name of ['author', 'dc:creator', 'dc:author', 'itunes:author']) {
    const people = reader.list(fields, name).flatMap((node) => parsePersonNode(reader, node) ?? []);
    if (people.length > 0) return people;
  }
  return [];
}

/** The label for people, else the term (RFC 4287 §4.2.2). */
function listCategories(reader: WireReader, fields: WireFields): string[] {
  const own = reader
    .list(fields, 'category')
    .flatMap(
      (node) => reader.attribute(node, 'label') ?? reader.attribute(node, 'term') ?? reader.text(node) ?? [],
    );
  const subjects = reader.list(fields, 'dc:subject').flatMap((node) => reader.text(node) ?? []);
  return [...new Set([...own, ...subjects])];
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

function firstUrl(reader: WireReader, fields: WireFields, name: string): string | undefined {
  return reader
    .list(fields, name)
    .map((node) => reader.url(node))
    .find((url) => url !== undefined);
}

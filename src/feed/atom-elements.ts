import { isUtf8 } from 'node:buffer';
import type { IncomingLink, IncomingPerson, IncomingText } from '../model/incoming.ts';
import { compact, type WireFields, type WireNode, type WireReader } from './wire-node.ts';
import { parsePersonNode } from './wire-person.ts';
import { stripControls } from './xml-entities.ts';

/** Links with an address; without `rel` they are `alternate` (RFC 4287 §4.2.7.2). */
export function listLinks(reader: WireReader, fields: WireFields | WireNode): IncomingLink[] {
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
export function findAlternate(links: IncomingLink[]): string | undefined {
  const alternates = links.filter((link) => link.rel === 'alternate');
  const isPage = ({ type }: IncomingLink): boolean =>
    type === undefined || /^(text\/html|application\/xhtml\+xml)/i.test(type);
  return (alternates.find(isPage) ?? alternates[0])?.url;
}

/** The first of the names, in their order, that has a text; undefined when none has. */
export function toText(
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
export function parseText(reader: WireReader, node: WireNode): IncomingText | undefined {
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

/** Authors, else what modules say of them; empty when nobody is named. */
export function listPeople(reader: WireReader, fields: WireFields): IncomingPerson[] {
  for (const name of ['author', 'dc:creator', 'dc:author', 'itunes:author']) {
    const people = reader.list(fields, name).flatMap((node) => parsePersonNode(reader, node) ?? []);
    if (people.length > 0) return people;
  }
  return [];
}

/** The label for people, else the term (RFC 4287 §4.2.2). */
export function listCategories(reader: WireReader, fields: WireFields): string[] {
  const own = reader
    .list(fields, 'category')
    .flatMap(
      (node) => reader.attribute(node, 'label') ?? reader.attribute(node, 'term') ?? reader.text(node) ?? [],
    );
  const subjects = reader.list(fields, 'dc:subject').flatMap((node) => reader.text(node) ?? []);
  return [...new Set([...own, ...subjects])];
}

/** Text of the first element of a name that is an address, absolute; undefined when there is none. */
export function firstUrl(reader: WireReader, fields: WireFields, name: string): string | undefined {
  return reader
    .list(fields, name)
    .map((node) => reader.url(node))
    .find((url) => url !== undefined);
}

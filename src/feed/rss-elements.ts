import type { IncomingLink, IncomingPerson, IncomingText } from '../model/incoming.ts';
import { compact, type WireFields, type WireReader } from './wire-node.ts';
import { parsePersonNode } from './wire-person.ts';

/** atom:link elements and licences. */
export function listLinks(reader: WireReader, fields: WireFields): IncomingLink[] {
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
export function toHtml(reader: WireReader, fields: WireFields, ...names: string[]): IncomingText | undefined {
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

export function toTitle(
  reader: WireReader,
  fields: WireFields,
  ...names: string[]
): IncomingText | undefined {
  const title = toHtml(reader, fields, ...names);
  if (title && !signOfHtml.test(title.value)) title.kind = 'text';
  return title;
}

export function listAuthors(reader: WireReader, fields: WireFields, ...names: string[]): IncomingPerson[] {
  for (const name of names) {
    const prefix = name === 'itunes:owner' ? 'itunes:' : name === 'atom:author' ? 'atom:' : '';
    const people = reader.list(fields, name).flatMap((node) => parsePersonNode(reader, node, prefix) ?? []);
    if (people.length > 0) return people;
  }
  return [];
}

/** `category`, dc:subject and itunes categories with their children; each once, in order. */
export function listCategories(reader: WireReader, fields: WireFields): string[] {
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

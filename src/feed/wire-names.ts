import type { FeedFormat } from '../model/incoming.ts';

/** Namespace addresses, lower case, http, without a trailing slash, and the prefix that we know them by. */
const prefixes = new Map(
  Object.entries({
    'http://backend.userland.com/rss': '',
    'http://backend.userland.com/rss2': '',
    'http://backend.userland.com/rss091': '',
    'http://blogs.law.harvard.edu/tech/rss': '',
    'http://cyber.law.harvard.edu/rss': '',
    'http://purl.org/rss/1.0': '',
    'http://purl.org/net/rss1.1#': '',
    'http://my.netscape.com/rdf/simple/0.9': '',
    'http://channel.netscape.com/rdf/simple/0.9': '',
    'http://my.netscape.com/publish/formats/rss-0.91.dtd': '',
    'http://purl.org/rss/1.0/modules/rss091#': '',
    'http://example.com/newformat#': '',
    'http://example.com/necho': 'atom',
    'http://purl.org/echo': 'atom',
    'uri/of/echo/namespace#': 'atom',
    'http://purl.org/pie': 'atom',
    'http://purl.org/atom/ns#': 'atom',
    'http://www.w3.org/2005/atom': 'atom',
    'http://purl.org/dc/elements/1.0': 'dc',
    'http://purl.org/dc/elements/1.1': 'dc',
    'http://purl.org/dc/elements/2.0': 'dc',
    'http://purl.org/dc/terms': 'dcterms',
    'http://purl.org/rss/1.0/modules/content': 'content',
    'http://purl.org/rss/1.0/modules/syndication': 'sy',
    'http://purl.org/rss/1.0/modules/slash': 'slash',
    'http://www.itunes.com/dtds/podcast-1.0.dtd': 'itunes',
    'http://example.com/dtds/podcast-1.0.dtd': 'itunes',
    'http://search.yahoo.com/mrss': 'media',
    'http://tools.search.yahoo.com/mrss': 'media',
    'http://video.search.yahoo.com/mrss': 'media',
    'http://www.rssboard.org/media-rss': 'media',
    'http://rssnamespace.org/feedburner/ext/1.0': 'feedburner',
    'http://www.w3.org/1999/02/22-rdf-syntax-ns#': 'rdf',
    'http://www.w3.org/1999/xhtml': 'xhtml',
    'http://www.w3.org/xml/1998/namespace': 'xml',
    'http://www.w3.org/1999/xlink': 'xlink',
    'http://web.resource.org/cc': 'cc',
    'http://backend.userland.com/creativecommonsrssmodule': 'creativecommons',
  }),
);
const knownPrefixes = new Set(prefixes.values());

/** The prefix that we know a namespace by, also when its address was moved to https; undefined for namespaces that we don't read. */
export function findPrefix(namespaceUri: string): string | undefined {
  const folded = namespaceUri
    .trim()
    .toLowerCase()
    .replace(/^https:/, 'http:');
  return prefixes.get(folded.endsWith('/') ? folded.slice(0, -1) : folded);
}

/** A prefix whose namespace says nothing is taken at its word when it is one of ours. */
export function findUndeclaredPrefix(prefix: string): string | undefined {
  return knownPrefixes.has(prefix) ? prefix : undefined;
}

/** `text`: everything inside is one text, child elements being its markup. `parent`: its children are read one by one. */
export type WireKind = 'text' | 'parent';

/** How rss-parser spells what we compare in lower case. */
const spelled = [
  'pubDate lastBuildDate managingEditor webMaster',
  'skipHours skipDays textInput',
  'rdf:about itunes:name',
]
  .join(' ')
  .split(' ');
const spelling = new Map(spelled.map((name) => [name.toLowerCase(), name]));

const texts = `title description link guid pubdate lastbuilddate managingeditor webmaster comments copyright
  generator language ttl url name width height hour day
  id subtitle tagline info summary content published issued updated modified created rights logo icon uri email homepage
  body fullitem xhtml:body xhtml:div content:encoded
  dc:title dc:description dc:subject dc:publisher dc:date dc:language dc:rights dc:source dc:identifier
  dcterms:created dcterms:issued dcterms:modified dcterms:available
  itunes:author itunes:summary itunes:subtitle itunes:name itunes:email itunes:keywords itunes:duration itunes:image itunes:title
  media:title media:description media:credit media:thumbnail media:player media:keywords media:category itunes:link
  sy:updateperiod sy:updatefrequency feedburner:origlink
  atom:link atom:id atom:summary atom:content atom:subtitle atom:published atom:updated atom:name atom:uri atom:email
  cc:license creativecommons:license enclosure`;
const parents = `image textinput skiphours skipdays author contributor source category
  dc:creator dc:author dc:contributor atom:author atom:contributor
  itunes:owner itunes:category media:group media:content`;

const kinds = new Map<string, WireKind>([
  ...texts.split(/\s+/).map((name): [string, WireKind] => [name, 'text']),
  ...parents.split(/\s+/).map((name): [string, WireKind] => [name, 'parent']),
]);

/** rss-parser throws a document away for one bad date under its plain Atom name, so it gets none. */
const atomDates = new Set(['published', 'updated']);

/** A name of the wire in the one spelling that the readers know, and what is in it. */
export interface WireName {
  /** Such as `title`, `pubDate`, `dc:creator`; in Atom documents Atom's own elements have no prefix. */
  name: string;
  /** Undefined: not read. */
  kind?: WireKind;
}

/** Names an element of a document of a format, by its namespace's prefix and its local name in lower case. */
export function toWireName(format: FeedFormat, prefix: string | undefined, local: string): WireName {
  if (prefix === undefined) return { name: `?:${local}` };
  const own = prefix === '' || (prefix === 'atom' && format === 'atom');
  const folded = own
    ? atomDates.has(local) && format === 'atom'
      ? `atom:${local}`
      : local
    : `${prefix}:${local}`;
  return { name: spelling.get(folded) ?? folded, kind: kinds.get(folded) };
}

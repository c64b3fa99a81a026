import Parser from 'rss-parser';
import { listMark, type WireFields } from './wire-node.ts';

/** What rss-parser read of a document: read it with WireReader. */
export interface CanonicalFeed {
  feed: WireFields;
  items: WireFields[];
}

const common = `author contributor category rights published updated modified created issued id source link title
  dc:title dc:description dc:subject dc:creator dc:author dc:contributor dc:publisher dc:date dc:language dc:rights
  dc:source dc:identifier dcterms:created dcterms:issued dcterms:modified dcterms:available
  itunes:author itunes:summary itunes:subtitle itunes:image itunes:category itunes:keywords itunes:duration
  media:thumbnail media:content media:group media:credit media:keywords media:category media:description media:title media:player
  atom:link atom:id atom:author atom:contributor atom:summary atom:content atom:published atom:updated
  cc:license creativecommons:license feedburner:origlink image`;
const feedOnly = `description language copyright managingEditor webMaster generator ttl pubDate lastBuildDate
  skipHours skipDays subtitle tagline info logo icon sy:updateperiod sy:updatefrequency itunes:owner itunes:link atom:subtitle`;
const itemOnly = `description content summary guid pubDate comments enclosure language
  body fullitem xhtml:body xhtml:div content:encoded`;

type Field = [string, string, { keepArray: true }];

/** Every element as a list of nodes under `*` and its name: rss-parser keeps the plain names for its own choices. */
function toFields(...names: string[]): Field[] {
  return names
    .flatMap((list) => list.split(/\s+/))
    .map((name) => [name, `${listMark}${name}`, { keepArray: true }]);
}

const attributes: Field = ['$', '$', { keepArray: true }];

const parser = new Parser({
  defaultRSS: 2,
  customFields: {
    feed: [...toFields(common, feedOnly), attributes] as never[],
    item: [...toFields(common, itemOnly), attributes] as never[],
  },
});

/** Runs rss-parser over XML from repairXml. Rejects when rss-parser does. */
export async function readCanonicalXml(xml: string): Promise<CanonicalFeed> {
  const { items, ...feed } = (await parser.parseString(xml)) as unknown as WireFields & {
    items: WireFields[];
  };
  return { feed, items };
}

import Parser from 'rss-parser';
import { listName, type WireFields } from './wire-node.ts';

/** What rss-parser read of a document: read it with WireReader. */
export interface CanonicalFeed {
  feed: WireFields;
  items: WireFields[];
}

type Field = [string, string, { keepArray: true }];

const attributes: Field = ['$', '$', { keepArray: true }];

/**
 * Runs rss-parser over XML from repairXml, which holds elements of these names. Beside rss-parser's own choice of fields
 * each name is asked for with all its elements and their attributes. Rejects when rss-parser does.
 */
export async function readCanonicalXml(xml: string, names: Iterable<string>): Promise<CanonicalFeed> {
  const lists = Array.from(names, (name): Field => [name, listName(name), { keepArray: true }]);
  const fields = [...lists, attributes] as never[];
  const parser = new Parser({ defaultRSS: 2, customFields: { feed: fields, item: fields } });
  const { items, ...feed } = (await parser.parseString(xml)) as unknown as WireFields & {
    items: WireFields[];
  };
  return { feed, items };
}

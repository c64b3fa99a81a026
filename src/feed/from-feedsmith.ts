import { parseFeed } from 'feedsmith';
import type { FeedFormat, IncomingFeed, IncomingItem, IncomingText } from '../model/incoming.ts';
import type { WireTables } from './canonical-xml.ts';
import { compact, WireReader } from './wire-node.ts';

type Fields = Record<string, unknown>;

/**
 * A second opinion on canonical XML that rss-parser rejects: feedsmith reads the fields without which an item is nothing
 * (id, address, title, texts, dates). Undefined when feedsmith rejects it too.
 */
export function fromFeedsmith(
  xml: string,
  format: FeedFormat,
  tables: WireTables,
  documentUrl?: string,
): Omit<IncomingFeed, 'format' | 'version' | 'warnings'> | undefined {
  const feed = readFeed(xml);
  if (!feed) return undefined;
  const reader = new WireReader(tables, documentUrl);
  const items = list(feed.items ?? feed.entries);
  const fields = compact({
    title: toText(reader, feed.title, format === 'atom' ? 'text' : 'html'),
    siteUrl: toUrl(reader, feed),
  });
  return { ...fields, items: items.map((item) => toItem(reader, item, format)) };
}

function readFeed(xml: string): Fields | undefined {
  try {
    return parseFeed(xml).feed as Fields;
  } catch {
    return undefined;
  }
}

function toItem(reader: WireReader, item: Fields, format: FeedFormat): IncomingItem {
  const content = item.content as Fields | string | undefined;
  const body = typeof content === 'object' ? (content.encoded ?? content.value) : content;
  const { published, updated, pubDate } = item;
  return compact<IncomingItem>({
    id: reader.text(toPlain(item.id ?? value(item.guid))),
    url: toUrl(reader, item),
    title: toText(reader, item.title, format === 'atom' ? 'text' : 'html'),
    summary: toText(reader, item.summary ?? item.description, 'html'),
    content: toText(reader, body, 'html'),
    published: reader.text(toPlain(pubDate ?? published)),
    updated: reader.text(toPlain(updated)),
  });
}

function toUrl(reader: WireReader, fields: Fields): string | undefined {
  const links = list(fields.links);
  const page = links.find(({ rel }) => rel === undefined || rel === 'alternate');
  return reader.url(toPlain(fields.link ?? page?.href));
}

function toText(reader: WireReader, field: unknown, kind: IncomingText['kind']): IncomingText | undefined {
  return reader.incomingText(toPlain(value(field)), kind);
}

function value(field: unknown): unknown {
  return typeof field === 'object' && field !== null ? (field as Fields).value : field;
}

function toPlain(field: unknown): string {
  return typeof field === 'string' ? field : '';
}

function list(field: unknown): Fields[] {
  return Array.isArray(field) ? (field as Fields[]) : [];
}

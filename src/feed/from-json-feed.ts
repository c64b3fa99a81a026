import { type JsonFeed, parseJsonFeed } from 'feedsmith';
import type {
  IncomingEnclosure,
  IncomingFeed,
  IncomingItem,
  IncomingPerson,
  IncomingText,
} from '../model/incoming.ts';
import { findWebUrl, resolveUrl } from './resolve-url.ts';
import { compact } from './wire-node.ts';

type JsonItem = NonNullable<JsonFeed.Item<string>>;

/**
 * JSON Feed 1.0 and 1.1 through feedsmith. `value` is the parsed JSON, already capped in depth and number of items.
 * Undefined when it is no JSON Feed: no `items` and no version of jsonfeed.org, or not one field that can be read.
 */
export function fromJsonFeed(
  value: Record<string, unknown>,
  documentUrl?: string,
): Omit<IncomingFeed, 'format' | 'warnings'> | undefined {
  const versionUrl = typeof value.version === 'string' ? value.version : '';
  const isDeclared = versionUrl.includes('jsonfeed.org/version/');
  if (!isDeclared && !(Array.isArray(value.items) && typeof value.title === 'string')) return undefined;
  // feedsmith insists on a version; publishers forget it.
  const feed = readFeed({
    ...value,
    version: isDeclared ? versionUrl : 'https://jsonfeed.org/version/1.1',
  });
  if (!feed) return undefined;
  const siteUrl = resolveUrl(feed.home_page_url, documentUrl);
  const base = findWebUrl(siteUrl) ?? documentUrl;
  const fields = compact({
    version: /version\/([\d.]{1,10})/.exec(versionUrl)?.[1],
    title: toText(feed.title, 'text', base),
    description: toText(feed.description, 'text', base),
    siteUrl,
    selfUrl: resolveUrl(feed.feed_url, documentUrl),
    language: feed.language,
    authors: toPeople(feed.authors, base),
    imageUrl: resolveUrl(feed.icon, base),
    iconUrl: resolveUrl(feed.favicon, base),
    hubUrls: (feed.hubs ?? []).flatMap((hub) => resolveUrl(hub.url, base) ?? []),
  });
  return { ...fields, items: (feed.items ?? []).map((item) => toItem(item, feed.language, base)) };
}

/** What feedsmith reads; undefined where it reads nothing at all. */
function readFeed(value: Record<string, unknown>): JsonFeed.Feed<string> | undefined {
  try {
    return parseJsonFeed(value);
  } catch {
    return undefined;
  }
}

function toItem(item: JsonItem, feedLanguage: string | undefined, base: string | undefined): IncomingItem {
  const content = item.content_html
    ? toText(item.content_html, 'html', base)
    : toText(item.content_text, 'text', base);
  const external = resolveUrl(item.external_url, base);
  return compact<IncomingItem>({
    id: item.id?.trim() || undefined,
    url: resolveUrl(item.url, base) ?? external ?? findWebUrl(item.id),
    links: external ? [{ url: external, rel: 'related' }] : [],
    title: toText(item.title, 'text', base),
    summary: toText(item.summary, 'text', base),
    content,
    authors: toPeople(item.authors, base),
    categories: [...new Set((item.tags ?? []).map((tag) => tag.trim()).filter((tag) => tag !== ''))],
    published: item.date_published,
    updated: item.date_modified,
    language: item.language ?? feedLanguage,
    imageUrls: [item.image, item.banner_image].flatMap((url) => resolveUrl(url, base) ?? []),
    enclosures: (item.attachments ?? []).flatMap((attachment) => toEnclosure(attachment, base) ?? []),
  });
}

function toText(
  value: string | undefined,
  kind: IncomingText['kind'],
  base: string | undefined,
): IncomingText | undefined {
  const trimmed = value?.trim();
  if (!trimmed) return undefined;
  return compact<IncomingText>({ value: trimmed, kind, baseUrl: findWebUrl(base) });
}

function toPeople(authors: JsonItem['authors'], base: string | undefined): IncomingPerson[] {
  return (authors ?? []).flatMap(({ name, url }: { name?: string; url?: string }) => {
    const person = compact<IncomingPerson>({ name: name?.trim() || undefined, url: resolveUrl(url, base) });
    return Object.keys(person).length > 0 ? [person] : [];
  });
}

function toEnclosure(
  attachment: NonNullable<JsonItem['attachments']>[number],
  base: string | undefined,
): IncomingEnclosure | undefined {
  const url = resolveUrl(attachment.url, base);
  if (!url) return undefined;
  const { mime_type: type, size_in_bytes: length, title, duration_in_seconds: durationSeconds } = attachment;
  return compact({ url, type, length, title, durationSeconds });
}

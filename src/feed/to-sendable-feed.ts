import type { Enclosure } from '../model/entry.ts';
import type {
  DocumentHistory,
  OutgoingFeed,
  OutgoingItem,
  OutgoingSource,
  PublicationFormat,
} from '../model/outgoing.ts';
import { toAbsoluteUrl, toLanguage, toOneLine, toSendable } from './outgoing-text.ts';

const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const typesByExtension = new Map([
  ['aac', 'audio/aac'],
  ['avif', 'image/avif'],
  ['gif', 'image/gif'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['m4a', 'audio/mp4'],
  ['m4v', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['mp3', 'audio/mpeg'],
  ['mp4', 'video/mp4'],
  ['ogg', 'audio/ogg'],
  ['opus', 'audio/ogg'],
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['wav', 'audio/wav'],
  ['webm', 'video/webm'],
  ['webp', 'image/webp'],
]);
/** Many readers count from 1970, and take the year 99 for 1999; dates of both RFCs have years of four digits. */
const earliest = 0;
const latest = Date.parse('9999-12-31T23:59:59Z');
const coverageAtMost = 50;
const relatedAtMost = 3;

/**
 * The feed as every format can send it: characters, addresses and dates that are allowed on the wire;
 * what can't be sent (an empty category, an enclosure or a link without an http(s) address) is left out, and so is
 * an item whose id came before. Authors' e-mail addresses are never sent on: they would be harvested.
 * Throws TypeError when an address of our own isn't absolute http(s) and RangeError on an invalid date.
 */
export function toSendableFeed(feed: OutgoingFeed): OutgoingFeed {
  const pageUrl = toOwnUrl(feed.pageUrl);
  const { rss, atom, json } = feed.selfUrls;
  const items = new Map<string, OutgoingItem>();
  for (const item of feed.items.map(toSendableItem)) if (!items.has(item.id)) items.set(item.id, item);
  return {
    id: toOneLine(feed.id),
    title: toOneLine(feed.title) || new URL(pageUrl).hostname,
    description: toOneLine(feed.description),
    language: toLanguage(feed.language) ?? '',
    pageUrl,
    selfUrls: { rss: toOwnUrl(rss), atom: toOwnUrl(atom), json: toOwnUrl(json) },
    hubUrl: toAbsoluteUrl(feed.hubUrl),
    updatedAt: toSendableDate(feed.updatedAt),
    items: [...items.values()],
    history: feed.history && toSendableHistory(feed.history),
    retractions: feed.retractions?.map(({ id, at, comment }) => ({
      id: toOneLine(id),
      at: toSendableDate(at),
      comment: toOneLine(comment),
    })),
  };
}

function toSendableHistory({ isArchive, ...urls }: DocumentHistory): DocumentHistory {
  const toOwn = (of?: Record<PublicationFormat, string>) =>
    of && { rss: toOwnUrl(of.rss), atom: toOwnUrl(of.atom), json: toOwnUrl(of.json) };
  return {
    isArchive,
    previousUrls: toOwn(urls.previousUrls),
    nextUrls: toOwn(urls.nextUrls),
    currentUrls: toOwn(urls.currentUrls),
  };
}

function toSendableItem(item: OutgoingItem): OutgoingItem {
  const pageUrl = toOwnUrl(item.pageUrl);
  const url = toAbsoluteUrl(item.url) ?? pageUrl;
  const source = toSendableSource(item.source, url);
  return {
    id: toOneLine(item.id),
    url,
    pageUrl,
    title: toOneLine(item.title) || source.title,
    summary: toSendable(item.summary).trim(),
    contentHtml: toSendableHtml(item.contentHtml),
    authors: item.authors
      .map(({ name, url: page }) => ({ name: toOneLine(name), url: toAbsoluteUrl(page) }))
      .filter(({ name }) => name !== ''),
    categories: [...new Set(item.categories.map(toOneLine))].filter((category) => category !== ''),
    enclosures: item.enclosures.map(toSendableEnclosure).filter(isNewUrl()),
    imageUrl: toAbsoluteUrl(item.imageUrl),
    language: toLanguage(item.language),
    publishedAt: toSendableDate(item.publishedAt),
    updatedAt: toSendableDate(item.updatedAt),
    source,
    coverage: item.coverage.map(toSendableReport).filter(isNewUrl()).slice(0, coverageAtMost),
    related: item.related.map(toSendableReport).filter(isNewUrl(pageUrl)).slice(0, relatedAtMost),
    corrections: item.corrections?.map(({ at, text }) => ({ at, text: toOneLine(text) })),
  };
}

/** Without the end of a CDATA section, which `feed` makes harmless only once; in HTML both mean the same. */
function toSendableHtml(html: string | undefined): string | undefined {
  return html === undefined ? undefined : toSendable(html).trim().replaceAll(']]>', ']]&gt;');
}

function toSendableReport(other: OutgoingItem['coverage'][number]): typeof other {
  const url = toAbsoluteUrl(other.url) ?? '';
  return { url, title: toOneLine(other.title) || url, source: toOneLine(other.source) };
}

function toSendableSource(source: OutgoingSource, itemUrl: string): OutgoingSource {
  const feedUrl = toAbsoluteUrl(source.feedUrl) ?? itemUrl;
  return {
    title: toOneLine(source.title) || new URL(feedUrl).hostname,
    feedUrl,
    siteUrl: toAbsoluteUrl(source.siteUrl),
    description: source.description === undefined ? undefined : toOneLine(source.description),
    updatedAt: source.updatedAt && toSendableDate(source.updatedAt),
  };
}

function toSendableEnclosure(enclosure: Enclosure): Enclosure & { type: string } {
  const { length, durationSeconds } = enclosure;
  const url = toAbsoluteUrl(enclosure.url) ?? '';
  const essence = enclosure.type?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return {
    url,
    type: mediaType.test(essence) ? essence : guessMediaType(url),
    length: length !== undefined && Number.isSafeInteger(length) && length > 0 ? length : undefined,
    title: toOneLine(enclosure.title ?? '') || undefined,
    durationSeconds: durationSeconds && Number.isFinite(durationSeconds) ? durationSeconds : undefined,
  };
}

/** RSS and JSON Feed both require a type. */
function guessMediaType(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return typesByExtension.get(extension) ?? 'application/octet-stream';
}

/** A filter that lets each address pass once, and the empty one and those that are named never. */
function isNewUrl(...named: string[]): (linked: { url: string }) => boolean {
  const seen = new Set(['', ...named]);
  return ({ url }) => {
    const isNew = !seen.has(url);
    seen.add(url);
    return isNew;
  };
}

function toSendableDate(date: Date): Date {
  if (Number.isNaN(date.getTime())) throw new RangeError('An outgoing feed has an invalid date');
  return new Date(Math.min(Math.max(date.getTime(), earliest), latest));
}

function toOwnUrl(address: string): string {
  const url = toAbsoluteUrl(address);
  if (url === undefined) throw new TypeError(`Not an absolute http(s) address: ${address}`);
  return url;
}

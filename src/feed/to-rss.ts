import { escapeText } from 'entities';
import { type Extension, Feed } from 'feed';
import type { Enclosure } from '../model/entry.ts';
import type { OutgoingFeed, OutgoingItem } from '../model/outgoing.ts';
import { listHistoryLinks, toArchiveMark } from './history-elements.ts';
import { toBody, toEscaped, toSummary, toUnescaped } from './outgoing-text.ts';
import { toSendableFeed } from './to-sendable-feed.ts';

/** Declared here and not by the library, which declares none for extensions. */
const root = [
  '<rss version="2.0"',
  'xmlns:atom="http://www.w3.org/2005/Atom"',
  'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
  'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  'xmlns:media="http://search.yahoo.com/mrss/">',
].join(' ');
/**
 * Titles are plain text, escaped once: the RSS Advisory Board's profile (Character Data) found hexadecimal
 * references to be what most readers show right, also those that take titles for HTML.
 */
const references = { '&': '&#x26;', '<': '&#x3C;', '>': '&#x3E;' };

/**
 * An RSS 2.0 document as the RSS Advisory Board's profile wants it, the same bytes for the same feed.
 * Each item names its publisher by `<source url>` and in content:encoded; authors are dc:creator, as RSS's own
 * author must be an e-mail address. RSS has room for one enclosure an item: the first that can be played.
 * Throws as toSendableFeed does.
 */
export function toRss(outgoing: OutgoingFeed): string {
  const feed = toSendableFeed(outgoing);
  const channel = new Feed({
    title: toUnescaped(feed.title),
    description: toUnescaped(feed.description || feed.title),
    link: feed.pageUrl,
    feed: feed.selfUrls.rss,
    hub: feed.hubUrl,
    language: feed.language,
    updated: feed.updatedAt,
    generator: 'Wireroom',
    docs: 'https://www.rssboard.org/rss-specification',
  });
  for (const item of feed.items) channel.addItem(toChannelItem(item));
  const xml = channel.rss2();
  const rootAt = xml.indexOf('<rss ');
  const whole = xml.slice(0, rootAt) + root + xml.slice(xml.indexOf('>', rootAt) + 1);
  return toEscaped(withHistoryElements(whole, feed), references);
}

/** RFC 5005's links and mark, which it defines for RSS by the same elements (§4). What was taken back only leaves: RSS has no word for it. */
function withHistoryElements(xml: string, feed: OutgoingFeed): string {
  const links = listHistoryLinks(feed, 'rss').map(
    ({ rel, url }) =>
      `\n        <atom:link href="${toUnescaped(url)}" rel="${rel}" type="application/rss+xml"/>`,
  );
  const elements = links.join('') + toArchiveMark(feed);
  if (elements === '') return xml;
  const itemAt = xml.search(/\n *<item>/);
  const at = itemAt < 0 ? xml.search(/\n *<\/channel>/) : itemAt;
  return xml.slice(0, at) + elements + xml.slice(at);
}

function toChannelItem(item: OutgoingItem): Parameters<Feed['addItem']>[0] {
  const enclosure = findPlayable(item.enclosures);
  return {
    title: item.title,
    link: item.url,
    guid: toUnescaped(item.id),
    date: item.publishedAt,
    category: item.categories.map((name) => ({ name: toUnescaped(name) })),
    enclosure: enclosure && { url: enclosure.url, type: enclosure.type, length: enclosure.length ?? 0 },
    extensions: toExtensions(item),
  };
}

function findPlayable(enclosures: Enclosure[]): Enclosure | undefined {
  return (
    enclosures.find(({ type }) => type?.startsWith('audio/') || type?.startsWith('video/')) ?? enclosures[0]
  );
}

/** What the library has no word for, or writes as CDATA, which keeps a title from the profile's references. */
function toExtensions(item: OutgoingItem): Extension[] {
  const creators = item.authors.map(({ name }) => toText(name));
  const extensions: Extension[] = [
    toElement('title', item.title),
    // HTML, as all readers take it; and also when empty, as the profile wants it before content:encoded.
    toElement('description', escapeText(toSummary(item))),
    { name: 'content:encoded', objects: { _cdata: toBody(item) } },
    // A list is written as one element each, which the library's type doesn't say.
    { name: 'dc:creator', objects: creators as unknown as Extension['objects'] },
    {
      name: 'source',
      objects: { ...toText(item.source.title), _attributes: { url: toUnescaped(item.source.feedUrl) } },
    },
  ];
  if (item.language) extensions.push(toElement('dc:language', item.language));
  if (item.updatedAt > item.publishedAt) {
    extensions.push(toElement('atom:updated', item.updatedAt.toISOString()));
  }
  if (item.imageUrl) {
    const attributes = { url: toUnescaped(item.imageUrl), medium: 'image' };
    extensions.push({ name: 'media:content', objects: { _attributes: attributes } });
  }
  return extensions;
}

function toElement(name: string, text: string): Extension {
  return { name, objects: toText(text) };
}

function toText(text: string): Record<string, unknown> {
  return { _text: toUnescaped(text) };
}

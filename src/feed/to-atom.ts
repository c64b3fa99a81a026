import { type AtomFeed, generateAtomFeed } from 'feedsmith';
import { mediaTypes, type OutgoingFeed, type OutgoingItem } from '../model/outgoing.ts';
import { listHistoryLinks, toArchiveMark, toDeletedEntries } from './history-elements.ts';
import { toBody, toEscaped, toSummary, toUnescaped } from './outgoing-text.ts';
import { toSendableFeed } from './to-sendable-feed.ts';

const references = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const atomType = mediaTypes.atom.split(';', 1)[0];

type AtomEntry = AtomFeed.Entry<Date>;
type AtomLink = AtomFeed.Link<Date>;

/**
 * An Atom 1.0 document (RFC 4287), the same bytes for the same feed. Each entry carries its publisher as
 * atom:source, whose author is the publisher: that is the author of an entry that names none (§4.2.1).
 * The alternate link goes to the article; our own page, further coverage and related stories (on our own pages) are
 * `related` (§4.2.7.2: a resource related to the entry), in this order.
 * Throws as toSendableFeed does.
 */
export function toAtom(outgoing: OutgoingFeed): string {
  const feed = toSendableFeed(outgoing);
  const xml = generateAtomFeed({
    id: toUnescaped(feed.id),
    title: toPlain(feed.title),
    subtitle: toPlain(feed.description),
    updated: feed.updatedAt,
    // Required of a feed whose entries don't all have an author themselves (§4.1.1).
    authors: [{ name: toUnescaped(feed.title), uri: toUnescaped(feed.pageUrl) }],
    links: [
      { rel: 'self', type: atomType, href: toUnescaped(feed.selfUrls.atom) },
      toPageLink('alternate', feed.pageUrl),
      ...listHistoryLinks(feed, 'atom').map(({ rel, url }) => ({
        rel,
        type: atomType,
        href: toUnescaped(url),
      })),
      ...(feed.hubUrl ? [{ rel: 'hub', href: toUnescaped(feed.hubUrl) }] : []),
    ],
    generator: { text: 'Wireroom' },
    xml: { lang: feed.language },
    entries: feed.items.map((item) => toEntry(item, feed)),
  });
  return toEscaped(withHistoryElements(xml, feed), references);
}

/** What the library has no word for: RFC 5005's mark of an archive, and RFC 6721's deleted entries before the others. */
function withHistoryElements(xml: string, feed: OutgoingFeed): string {
  const elements = toArchiveMark(feed) + toDeletedEntries(feed);
  if (elements === '') return xml;
  const entryAt = xml.indexOf('\n  <entry');
  const at = entryAt < 0 ? xml.lastIndexOf('\n</feed>') : entryAt;
  return xml.slice(0, at) + elements + xml.slice(at);
}

function toEntry(item: OutgoingItem, feed: OutgoingFeed): AtomEntry {
  return {
    id: toUnescaped(item.id),
    title: toPlain(item.title),
    updated: item.updatedAt,
    published: item.publishedAt,
    authors: item.authors.map(({ name, url }) => ({ name: toUnescaped(name), uri: url && toUnescaped(url) })),
    categories: item.categories.map((term) => ({ term: toUnescaped(term) })),
    links: toLinks(item, feed),
    summary: toPlain(toSummary(item)),
    content: { type: 'html', value: toUnescaped(toBody(item)) },
    source: toSource(item),
    media: item.imageUrl ? { contents: [{ url: toUnescaped(item.imageUrl), medium: 'image' }] } : undefined,
    xml: { lang: item.language },
  };
}

function toLinks(item: OutgoingItem, feed: OutgoingFeed): AtomLink[] {
  const links = [toPageLink('alternate', item.url)];
  if (item.pageUrl !== item.url) links.push(toPageLink('related', item.pageUrl, feed.title));
  for (const { url, title, source } of [...item.coverage, ...item.related]) {
    links.push(toPageLink('related', url, source ? `${title} (${source})` : title));
  }
  for (const { url, type, length, title } of item.enclosures) {
    links.push({
      rel: 'enclosure',
      type,
      length,
      title: title && toUnescaped(title),
      href: toUnescaped(url),
    });
  }
  return links;
}

/** The date is required here by the readers of the specification, §4.2.11: ours of the entry when we know no other. */
function toSource({ source, updatedAt }: OutgoingItem): AtomFeed.Source<Date> {
  const { title, feedUrl, siteUrl, description } = source;
  return {
    id: toUnescaped(feedUrl),
    title: toPlain(title),
    subtitle: description ? toPlain(description) : undefined,
    updated: source.updatedAt ?? updatedAt,
    authors: [{ name: toUnescaped(title), uri: siteUrl && toUnescaped(siteUrl) }],
    links: [
      { rel: 'self', href: toUnescaped(feedUrl) },
      ...(siteUrl ? [toPageLink('alternate', siteUrl)] : []),
    ],
  };
}

function toPageLink(rel: string, url: string, title?: string): AtomLink {
  return { rel, type: 'text/html', title: title && toUnescaped(title), href: toUnescaped(url) };
}

function toPlain(text: string): AtomFeed.Text {
  return { type: 'text', value: toUnescaped(text) };
}

import { generateJsonFeed, type JsonFeed } from 'feedsmith';
import type { OutgoingFeed, OutgoingItem } from '../model/outgoing.ts';
import { toBody, toSummary } from './outgoing-text.ts';
import { toSendableFeed } from './to-sendable-feed.ts';

/** For a person who looks at the document, once (JSON Feed 1.1, Extensions). */
const about =
  'Wireroom: the publisher of each item (source), our page of the story (page_url), others who report it (coverage), other stories of the same affair on our pages (related), what was corrected (corrections); of the feed: items that were taken back (deleted).';

/**
 * A JSON Feed 1.1 document, the same bytes for the same feed. Each item carries its publisher, our own page of
 * the story, further coverage and related stories in the extension `_wireroom`, and the publisher by name in content_html.
 * Throws as toSendableFeed does.
 */
export function toJsonFeed(outgoing: OutgoingFeed): string {
  const feed = toSendableFeed(outgoing);
  const generated = generateJsonFeed({
    title: feed.title,
    home_page_url: feed.pageUrl,
    feed_url: feed.selfUrls.json,
    description: feed.description || undefined,
    language: feed.language || undefined,
    next_url: feed.history?.previousUrls?.json,
    hubs: feed.hubUrl ? [{ type: 'WebSub', url: feed.hubUrl }] : undefined,
    items: feed.items.map(toItem),
  });
  const { items = [], ...head } = generated as JsonFeed.Feed<string>;
  // The library drops a list without items, which JSON Feed requires.
  const deleted = toList(
    (feed.retractions ?? []).map(({ id, at, comment }) => ({ id, date: at, comment: comment || undefined })),
  );
  return JSON.stringify({ ...head, _wireroom: { about, deleted }, items });
}

function toItem(item: OutgoingItem): JsonFeed.Item<Date> {
  return {
    id: item.id,
    url: item.url,
    title: item.title,
    summary: toSummary(item) || undefined,
    content_html: toBody(item),
    image: item.imageUrl,
    date_published: item.publishedAt,
    date_modified: item.updatedAt,
    authors: toList(item.authors),
    tags: toList(item.categories),
    language: item.language,
    attachments: toList(
      item.enclosures.map(({ url, type = '', title, length, durationSeconds }) => ({
        url,
        mime_type: type,
        title,
        size_in_bytes: length,
        duration_in_seconds: durationSeconds,
      })),
    ),
    ...toExtension(item),
  };
}

/** Members of an extension may have any name but with a dot in it (JSON Feed 1.1, Extensions). */
function toExtension({ pageUrl, source, coverage, related, corrections = [] }: OutgoingItem): object {
  return {
    _wireroom: {
      page_url: pageUrl,
      source: { title: source.title, url: source.feedUrl, home_page_url: source.siteUrl },
      coverage: toList(coverage),
      related: toList(related),
      corrections: toList(corrections.map(({ at, text }) => ({ date: at, text }))),
    },
  };
}

/** Readers do better without a list than with an empty one. */
function toList<Element>(list: Element[]): Element[] | undefined {
  return list.length > 0 ? list : undefined;
}

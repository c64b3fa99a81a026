import type { NewEntry } from '../model/entry.ts';
import type { IncomingFeed, IncomingItem } from '../model/incoming.ts';
import { toTrustedLanguage } from './language.ts';
import { type FeedContext, normaliseItem } from './normalise-item.ts';
import { toPlainText, toSummary } from './text.ts';
import { toAbsoluteUrl } from './urls.ts';

/** Titles that are joined to see whether the document speaks the language that it declares. */
const sampleTitles = 20;

export interface NormalisedFeed {
  /** What the document says of its source, as plain text and absolute addresses. */
  source: { title?: string; description?: string; siteUrl?: string; language?: string; imageUrl?: string };
  /** In the document's order. */
  entries: NewEntry[];
}

/**
 * Makes a parsed document clean. An item on which our own code fails is left out and never loses the others: its
 * error goes to `onItemError` with the item's index, so that a caller can log it; without one it is dropped silently.
 */
export function normaliseFeed(
  feed: IncomingFeed,
  context: { documentUrl?: string; now: Date; onItemError?: (error: unknown, index: number) => void },
): NormalisedFeed {
  const siteUrl = toAbsoluteUrl(feed.siteUrl, context.documentUrl);
  const language = findLanguage(feed);
  const feedContext: FeedContext = {
    now: context.now,
    documentUrl: context.documentUrl,
    siteUrl,
    language,
    authors: feed.authors,
  };
  const entries: NewEntry[] = [];
  for (const [index, item] of feed.items.entries()) {
    try {
      entries.push(normaliseItem(item, feedContext));
    } catch (error) {
      context.onItemError?.(error, index);
    }
  }
  return {
    source: {
      ...toSourceTexts(feed, context.documentUrl),
      ...(siteUrl && { siteUrl }),
      ...(language && { language }),
    },
    entries,
  };
}

function findLanguage(feed: IncomingFeed): string | undefined {
  const declared = feed.language ?? feed.title?.language;
  try {
    return toTrustedLanguage(declared, sampleText(feed.items));
  } catch {
    // An item that breaks here breaks again below, on its own account.
    return toTrustedLanguage(declared, '');
  }
}

function toSourceTexts(feed: IncomingFeed, documentUrl: string | undefined): NormalisedFeed['source'] {
  const title = toPlainText(feed.title, 200);
  const description = toSummary(feed.description);
  const imageUrl = toAbsoluteUrl(feed.imageUrl, documentUrl) ?? toAbsoluteUrl(feed.iconUrl, documentUrl);
  return { ...(title && { title }), ...(description && { description }), ...(imageUrl && { imageUrl }) };
}

/** The titles of the items that declare no language of their own. */
function sampleText(items: IncomingItem[]): string {
  return items
    .slice(0, sampleTitles)
    .map((item) => (item.language === undefined ? toPlainText(item.title) : ''))
    .join('\n')
    .trim();
}

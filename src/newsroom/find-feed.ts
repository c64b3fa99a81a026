import { AppError } from '../errors.ts';
import { findFeedLinks, guessFeedUrls } from '../feed/discover.ts';
import { parseFeed } from '../feed/parse.ts';
import type { FetchResult } from '../model/fetch-result.ts';

export interface FindFeedContext {
  fetch(request: { url: string; accept?: string; signal?: AbortSignal }): Promise<FetchResult>;
  /** A feed's address, or a site's. */
  url: string;
  signal?: AbortSignal;
}

/** Most addresses tried after the page itself, so that a site is not searched like a disk. */
const mostTries = 10;

/**
 * The address of the feed at this address: itself when it is one, else the first that the page names, else the first of
 * the usual places that holds one. Throws AppError `no-feed-found` with what was found instead.
 */
export async function findFeed(context: FindFeedContext): Promise<{ feedUrl: string; siteUrl?: string }> {
  const page = await context.fetch({ url: context.url, signal: context.signal });
  if (page.outcome !== 'fetched') throw noFeed(`${context.url} cannot be read: ${toReason(page)}`);
  const parsed = await readFeed(page);
  if (parsed) return { feedUrl: page.movedTo ?? context.url };
  const html = new TextDecoder().decode(page.body);
  const named = findFeedLinks(html, page.finalUrl).map((link) => link.url);
  const tries = [...new Set([...named, ...guessFeedUrls(page.finalUrl)])].slice(0, mostTries);
  for (const url of tries) {
    const result = await context.fetch({ url, signal: context.signal });
    if (result.outcome !== 'fetched') continue;
    if (await readFeed(result)) return { feedUrl: result.movedTo ?? url, siteUrl: page.finalUrl };
  }
  throw noFeed(
    named.length > 0
      ? `${context.url} names ${named.length} feeds, but none of them could be read: ${named.slice(0, 3).join(', ')}.`
      : `${context.url} is no feed and names none, nor is there one in the usual places. Give the feed's own address.`,
  );
}

async function readFeed(result: Extract<FetchResult, { outcome: 'fetched' }>): Promise<boolean> {
  const { ok } = await parseFeed(result.body, { url: result.finalUrl, contentType: result.contentType });
  return ok;
}

function toReason(result: Exclude<FetchResult, { outcome: 'fetched' }>): string {
  // Nothing is stored, so nothing is tried again.
  if (result.outcome === 'failed') return result.message.replace(/[;.]? it will be tried again\.?$/i, '.');
  return result.outcome === 'gone' ? 'it is gone for good (410).' : 'it answered 304 to a first request.';
}

function noFeed(sentence: string): AppError {
  return new AppError('no-feed-found', sentence);
}

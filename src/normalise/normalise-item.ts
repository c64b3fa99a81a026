import type { NewEntry } from '../model/entry.ts';
import type { IncomingItem, IncomingPerson, IncomingText } from '../model/incoming.ts';
import { toCategories } from './categories.ts';
import { cutText } from './clean-text.ts';
import { clampDate, parseDate } from './dates.ts';
import { toEnclosures } from './enclosures.ts';
import { sanitiseHtml } from './html.ts';
import { detectLanguage, toLanguageTag } from './language.ts';
import { findLeadImage } from './lead-image.ts';
import { toPeople } from './people.ts';
import { summaryLimit, toHtmlParagraphs, toPlainText, toSummary } from './text.ts';
import { toAbsoluteUrl, toCanonicalUrl } from './urls.ts';

/** What an item inherits from its document. */
export interface FeedContext {
  now: Date;
  /** Where the document came from; absolute. */
  documentUrl?: string;
  /** The feed's site; absolute http(s). */
  siteUrl?: string;
  /** BCP 47 tag for items that declare none. */
  language?: string;
  /** Authors for items that name none. */
  authors?: IncomingPerson[];
}

const madeTitleLimit = 80;
/** A guid is kept whole up to this; what is longer is cut, and is still compared character by character. */
const guidLimit = 4096;

/**
 * One item, made clean: see NewEntry for what each field promises. Missing and malformed fields are left out or made
 * from others, never invented; only our own mistakes throw.
 */
export function normaliseItem(item: IncomingItem, context: FeedContext): NewEntry {
  const url = findItemUrl(item, context);
  const originalUrl = toAbsoluteUrl(item.originalUrl) ?? url;
  const baseUrl = originalUrl ?? context.siteUrl ?? context.documentUrl;
  const contentHtml = toContentHtml(item, baseUrl);
  const givenTitle = toPlainText(item.title);
  const summary = findSummary(item, contentHtml, givenTitle);
  const enclosures = toEnclosures(item.enclosures, baseUrl);
  const imageUrl = findLeadImage({ imageUrls: item.imageUrls, enclosures, contentHtml, baseUrl });
  const title = givenTitle || makeTitle(summary, url);
  const guid = item.id?.trim().slice(0, guidLimit);
  const authors = toPeople(item.authors, baseUrl);
  return {
    ...(guid !== undefined && guid !== '' && { guid }),
    ...(url !== undefined && { url, canonicalUrl: toCanonicalUrl(originalUrl ?? url) }),
    title,
    summary,
    contentHtml,
    authors: authors.length > 0 ? authors : toPeople(context.authors, context.siteUrl ?? context.documentUrl),
    categories: toCategories(item.categories),
    enclosures,
    ...(imageUrl !== undefined && { imageUrl }),
    ...findLanguage(item, context, `${givenTitle} ${summary}`),
    ...findDates(item, context.now),
  };
}

/** The link, else an id that may stand in for it (RSS `isPermaLink`), else the first link that is the item's page. */
function findItemUrl(item: IncomingItem, context: FeedContext): string | undefined {
  const base = context.siteUrl ?? context.documentUrl;
  const link = toAbsoluteUrl(item.url, base);
  if (link !== undefined) return link;
  const permalink =
    item.idIsPermalink === true && /^\s*https?:/i.test(item.id ?? '') ? toAbsoluteUrl(item.id) : undefined;
  return (
    permalink ?? toAbsoluteUrl(item.links?.find((candidate) => candidate.rel === 'alternate')?.url, base)
  );
}

function toContentHtml(item: IncomingItem, baseUrl: string | undefined): string {
  const content = toHtml(item.content, baseUrl);
  if (content !== '') return content;
  const description = item.summary;
  if (description === undefined) return '';
  // A short description without markup is all summary; a page that shows both would say the same thing twice.
  const hasMarkup = description.kind === 'html' && /<[a-z]/i.test(description.value);
  return hasMarkup || description.value.length > summaryLimit ? toHtml(description, baseUrl) : '';
}

function toHtml(text: IncomingText | undefined, baseUrl: string | undefined): string {
  if (text === undefined) return '';
  const html = sanitiseHtml(
    text.kind === 'html' ? text.value : toHtmlParagraphs(text.value),
    text.baseUrl ?? baseUrl,
  );
  return hasSubstance(html) ? html : '';
}

/** False for leftovers such as `<p></p><br />`: no word, no picture, no player. */
function hasSubstance(html: string): boolean {
  return /(?:^|>)\s*[^<\s]/.test(html) || /<(?:img|video|audio|source) /.test(html);
}

/** From the description, else from the content; a summary that only repeats the title is none. */
function findSummary(item: IncomingItem, contentHtml: string, title: string): string {
  const given = toSummary(item.summary);
  if (given !== '' && !sameWords(given, title)) return given;
  const made = toSummary({ value: contentHtml, kind: 'html' });
  return sameWords(made, title) ? '' : made;
}

function sameWords(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** From the summary's first words, else from the last words of the address, else "Untitled". */
function makeTitle(summary: string, url: string | undefined): string {
  if (summary !== '') return cutText(summary, madeTitleLimit);
  return (url !== undefined && titleFromUrl(url)) || 'Untitled';
}

function titleFromUrl(url: string): string {
  const segments = new URL(url).pathname.split('/').map(decodeSegment);
  const words = segments.findLast((part) => /\p{L}{2}/u.test(part))?.replace(/\.[a-z]{2,5}$/i, '') ?? '';
  const title = toPlainText({ value: words.replace(/[-_+]/g, ' '), kind: 'text' }, madeTitleLimit);
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function findLanguage(item: IncomingItem, context: FeedContext, text: string): { language?: string } {
  const own = item.language ?? item.content?.language ?? item.title?.language ?? item.summary?.language;
  const language = toLanguageTag(own) ?? context.language ?? detectLanguage(text);
  return language === undefined ? {} : { language };
}

/** `created` and `updated` stand in for a missing date of publication. */
function findDates(item: IncomingItem, now: Date): { publishedAt?: Date; updatedAt?: Date } {
  const read = (text: string | undefined) => {
    const date = text === undefined ? undefined : parseDate(text, now);
    return date === undefined ? undefined : clampDate(date, now);
  };
  const updatedAt = read(item.updated);
  const publishedAt = read(item.published) ?? read(item.created) ?? updatedAt;
  return { ...(publishedAt !== undefined && { publishedAt }), ...(updatedAt !== undefined && { updatedAt }) };
}

import type { IncomingFeed } from '../model/incoming.ts';
import { decodeBytes, looksBinary } from './decode.ts';
import { findFeedLinks } from './discover.ts';
import { fromAtom } from './from-atom.ts';
import { fromFeedsmith } from './from-feedsmith.ts';
import { fromJsonFeed } from './from-json-feed.ts';
import { fromRss } from './from-rss.ts';
import { parseJsonObject } from './parse-json.ts';
import { type CanonicalFeed, readCanonicalXml } from './read-canonical-xml.ts';
import { type RepairedFeed, type RepairLimits, repairXml } from './repair-xml.ts';
import { findWebUrl, resolveUrl } from './resolve-url.ts';

/** What is known of a document beside its bytes. */
export interface ParseContext {
  /** Where it came from in the end. */
  url?: string;
  contentType?: string;
  contentLocation?: string;
  contentLanguage?: string;
  limits?: Partial<RepairLimits>;
}

export type ParseFailureCode = 'empty' | 'not-a-feed' | 'html-page' | 'too-deep' | 'malformed';

/** What was read, or why nothing was: `message` is one sentence for an operator. */
export type ParseResult =
  | { ok: true; feed: IncomingFeed }
  | { ok: false; code: ParseFailureCode; message: string };

const defaultLimits: RepairLimits = {
  maxItems: 5000,
  maxDepth: 256,
  maxItemElements: 10_000,
  maxElements: 250_000,
};

/** Reads a document of any format and charset. Never throws and never rejects; a document that holds no feed is a value too. */
export async function parseFeed(bytes: Uint8Array, context: ParseContext = {}): Promise<ParseResult> {
  try {
    return await parseDocument(bytes, context);
  } catch (error) {
    // One document must not end a whole refresh, whatever it does to us; the message tells it from a malformed one.
    const reason = error instanceof Error ? error.message : String(error);
    return failure('malformed', `The document could not be read (${reason}); please report it as a fault.`);
  }
}

async function parseDocument(bytes: Uint8Array, context: ParseContext): Promise<ParseResult> {
  if (looksBinary(bytes)) return notAFeed;
  const limits = { ...defaultLimits, ...context.limits };
  const documentUrl = findWebUrl(resolveUrl(context.contentLocation, context.url)) ?? findWebUrl(context.url);
  const { text, warnings } = decodeBytes(bytes, context.contentType);
  const start = text.trimStart();
  if (start === '') return failure('empty', 'The document is empty; check the address, or try again later.');
  const result = start.startsWith('{')
    ? parseJson(start, limits, documentUrl)
    : await parseXml(start, limits, documentUrl);
  if (!result.ok) return result;
  const { feed } = result;
  feed.warnings.unshift(...warnings);
  dropEmptyItems(feed);
  if (!feed.language && context.contentLanguage && !context.contentLanguage.includes(',')) {
    feed.language = context.contentLanguage.trim();
  }
  return result;
}

/** An item that says nothing is no item. */
function dropEmptyItems(feed: IncomingFeed): void {
  const items = feed.items.filter((item) => Object.keys(item).length > 0);
  const dropped = feed.items.length - items.length;
  if (dropped === 0) return;
  feed.items = items;
  feed.warnings.push(`${dropped} empty ${dropped === 1 ? 'item was' : 'items were'} left out.`);
}

async function parseXml(
  text: string,
  limits: RepairLimits,
  documentUrl: string | undefined,
): Promise<ParseResult> {
  const repaired = repairXml(text, limits, documentUrl);
  if (repaired.outcome !== 'feed') {
    if (repaired.outcome === 'too-deep') return tooDeep(limits);
    if (looksLikeOpml(text)) return opml;
    return repaired.outcome === 'html-page' || looksLikeHtml(text) ? htmlPage(text, documentUrl) : notAFeed;
  }
  const { format, version, warnings } = repaired;
  const read = await readRepaired(repaired, documentUrl);
  if (!read)
    return failure('malformed', `The document is ${format}, but in a way that no parser of ours reads.`);
  return { ok: true, feed: { format, ...(version ? { version } : {}), ...read, warnings } };
}

/** rss-parser first; feedsmith where it rejects the document or finds none of its items. */
async function readRepaired(
  { xml, format, names, tables, itemCount }: RepairedFeed,
  documentUrl: string | undefined,
): Promise<Omit<IncomingFeed, 'format' | 'version' | 'warnings'> | undefined> {
  const canonical = await findCanonical(xml, names);
  if (!canonical || (canonical.items.length === 0 && itemCount > 0)) {
    return fromFeedsmith(xml, format, tables, documentUrl);
  }
  return format === 'atom'
    ? fromAtom(canonical, tables, documentUrl)
    : fromRss(canonical, tables, documentUrl);
}

/** What rss-parser reads; undefined when it rejects the document. */
async function findCanonical(xml: string, names: Iterable<string>): Promise<CanonicalFeed | undefined> {
  try {
    return await readCanonicalXml(xml, names);
  } catch {
    return undefined;
  }
}

function parseJson(text: string, limits: RepairLimits, documentUrl: string | undefined): ParseResult {
  const json = parseJsonObject(text, limits.maxDepth);
  if (json.outcome !== 'json') {
    if (json.outcome === 'too-deep') return tooDeep(limits);
    return failure(
      'malformed',
      'The document looks like JSON but is not well-formed; its publisher has to mend it.',
    );
  }
  const warnings = json.isCut
    ? ['The document breaks off before its end; its last, unfinished item was left out.']
    : [];
  const { items } = json.value;
  if (Array.isArray(items) && items.length > limits.maxItems) {
    items.length = limits.maxItems;
    warnings.push(`Only the first ${limits.maxItems} items were read.`);
  }
  const read = fromJsonFeed(json.value, documentUrl);
  if (read) return { ok: true, feed: { format: 'json', ...read, warnings } };
  return failure('not-a-feed', 'The document is JSON but not a JSON Feed; give the address of a feed.');
}

function htmlPage(html: string, documentUrl: string | undefined): ParseResult {
  const links = findFeedLinks(html, documentUrl ?? '').slice(0, 5);
  const feeds = links.map((link) => link.url).join(', ');
  const advice = feeds
    ? `its feeds are: ${feeds}`
    : 'it names no feed, so look for the feed’s own address on the site';
  return failure('html-page', `This is a web page, not a feed; ${advice}.`);
}

function looksLikeHtml(text: string): boolean {
  return /<(html|body|head|title|div|p|table|a)[\s>]/i.test(text.slice(0, 4096));
}

function looksLikeOpml(text: string): boolean {
  return /<opml[\s>]/i.test(text.slice(0, 4096));
}

const opml = failure(
  'not-a-feed',
  'This is an OPML list of subscriptions, not a feed; import it instead of adding it as a source.',
);

const notAFeed = failure(
  'not-a-feed',
  'The document is no RSS, Atom or JSON Feed; give the address of a feed.',
);

function tooDeep({ maxDepth }: RepairLimits): ParseResult {
  return failure(
    'too-deep',
    `The document nests its elements more than ${maxDepth} deep and was refused as hostile or broken.`,
  );
}

function failure(code: ParseFailureCode, message: string): ParseResult {
  return { ok: false, code, message };
}

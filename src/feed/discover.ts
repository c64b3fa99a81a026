import { decodeHTML } from 'entities';
import { parseUrl } from '../model/parse-url.ts';
import { createTagReader, type RawTag, type TagListener } from './read-tags.ts';
import { resolveUrl } from './resolve-url.ts';

/** A feed that a page names. */
export interface FeedLink {
  url: string;
  /** Media type as the page says; of `<a>` guessed by the address. */
  type: string;
  title?: string;
}

const feedTypes = [
  'application/rss+xml',
  'application/atom+xml',
  'application/feed+json',
  'application/json',
  'application/rdf+xml',
  'text/xml',
  'application/xml',
];
const maxLinks = 50;
/** Of a longer page the beginning is looked at, in characters. */
const maxPageLength = 2_000_000;

/**
 * The feeds that an HTML page names: `<link rel=alternate>` with a feed's media type, and only when there are none,
 * `<a>` whose address looks like one. Absolute http(s) addresses, each once, best first, feeds of comments last;
 * empty when there are none.
 */
export function findFeedLinks(html: string, pageUrl: string): FeedLink[] {
  const { base, links, anchors } = collectLinks(html, pageUrl);
  const declared = toFeedLinks(links, base);
  return declared.length > 0 ? declared : toFeedLinks(anchors, base);
}

interface FoundLink {
  href: string;
  type: string;
  title: string;
}

interface FoundLinks {
  base: string;
  links: FoundLink[];
  anchors: FoundLink[];
}

/** One pass over the tags as they come; no tree, so that nothing depends on how deep they nest. */
function collectLinks(html: string, pageUrl: string): FoundLinks {
  let base: string | undefined;
  const links: FoundLink[] = [];
  const anchors: FoundLink[] = [];
  let anchor: FoundLink | undefined;
  const listener: TagListener = {
    open({ name, attributes }) {
      if (name === 'a') anchor = undefined;
      if (name !== 'a' && name !== 'base' && name !== 'link') return;
      const { href = '', rel = '', type = '', title = '' } = toRecord(attributes);
      if (href === '') return;
      if (name === 'base') base ??= resolveUrl(href, pageUrl);
      else if (name === 'link' && isFeedLink(rel, type)) links.push({ href, type: toMediaType(type), title });
      else if (name === 'a' && anchors.length < maxLinks && looksLikeFeed(href)) {
        anchor = { href, type: guessType(href), title };
        anchors.push(anchor);
      }
    },
    text(text) {
      if (anchor && anchor.title.length < 200) anchor.title += text;
    },
    close(name) {
      if (name === 'a') anchor = undefined;
    },
  };
  createTagReader(html.slice(0, maxPageLength), { xmlMode: false, decode: decodeHTML }, listener).read();
  return { base: base ?? pageUrl, links, anchors };
}

/** Attributes by name; of one that comes twice the first counts, as in browsers. */
function toRecord(attributes: RawTag['attributes']): Record<string, string> {
  return Object.fromEntries([...attributes].reverse());
}

function toMediaType(type: string): string {
  return type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function isFeedLink(rel: string, type: string): boolean {
  const relations = rel.toLowerCase().split(/\s+/);
  if (relations.includes('stylesheet') || relations.includes('icon')) return false;
  const mediaType = toMediaType(type);
  if (relations.includes('feed')) return mediaType === '' || feedTypes.includes(mediaType);
  return relations.includes('alternate') && feedTypes.includes(mediaType);
}

/** An address whose path ends as those of feeds do. */
function looksLikeFeed(href: string): boolean {
  const path = href.split(/[?#]/, 1)[0]?.toLowerCase() ?? '';
  return /(^|\/)(feed|rss|atom)\/?$|\.(rss|atom|rdf)$|(^|\/)[^/]*(feed|rss|atom|index)[^/]*\.(xml|json)$/.test(
    path,
  );
}

function guessType(href: string): string {
  if (/\.json/i.test(href)) return 'application/feed+json';
  return /atom/i.test(href) ? 'application/atom+xml' : 'application/rss+xml';
}

function toFeedLinks(found: FoundLink[], base: string): FeedLink[] {
  const byUrl = new Map<string, FeedLink>();
  for (const { href, type, title } of found) {
    const url = resolveUrl(href, base);
    if (!url || !/^https?:/i.test(url) || byUrl.has(url) || byUrl.size >= maxLinks) continue;
    const name = title.replace(/\s+/g, ' ').trim();
    byUrl.set(url, name ? { url, type, title: name } : { url, type });
  }
  const links = [...byUrl.values()].filter(
    ({ url, type }) => type !== 'application/json' || !/wp-json|oembed/.test(url),
  );
  return links.sort((a, b) => badness(a) - badness(b));
}

function badness({ url, title = '', type }: FeedLink): number {
  const isOfComments =
    /comment|commentaire|kommentar/i.test(url) || /comments|kommentare|commentaires/i.test(title);
  return (
    (isOfComments ? 10 : 0) +
    (/xml$/.test(type) && !/rss|atom/.test(type) ? 2 : 0) +
    (type === 'application/json' ? 1 : 0)
  );
}

/** The few addresses at which sites usually have their feed, below the page's folder and at the site's root; none of them is known to exist. */
export function guessFeedUrls(pageUrl: string): string[] {
  if (!/^https?:/i.test(pageUrl) || !parseUrl(pageUrl)) return [];
  const paths = ['feed', 'rss', 'atom.xml', 'index.xml', 'feed.xml', 'rss.xml', 'feed.json'];
  const page = new URL(pageUrl);
  const folder = page.pathname.endsWith('/') ? page.pathname : `${page.pathname}/`;
  const folders = folder === '/' ? ['/'] : [folder, '/'];
  return folders.flatMap((prefix) => paths.map((path) => new URL(prefix + path, page.origin).href));
}

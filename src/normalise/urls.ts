import { getDomain } from 'tldts';
import { parseUrl } from '../model/parse-url.ts';
import { isTrackingParameter } from './tracking-parameters.ts';

/** Longest address that is kept, in UTF-16 units; what is longer is no address but a payload. */
export const urlLimit = 4096;

/** What is taken off both ends of an address besides white space and control characters. */
const wrappers = new Set('\u200b\ufeff<>"\'“”');

/**
 * An address of the wire as an absolute http(s) one, undefined when it is none (javascript:, data:, mailto:, no
 * host, longer than `urlLimit`). White space around it and line breaks inside it go, `feed:` is taken off, `&amp;`
 * left from double escaping is undone, IDN hosts become punycode, user and password are dropped (they only serve
 * to deceive in a link). Relative ones need `base`, which may itself be missing or malformed.
 */
export function toAbsoluteUrl(raw: string | undefined, base?: string): string | undefined {
  if (raw === undefined || raw.length > urlLimit * 2) return undefined;
  const url = parseHttpUrl(tidyUrl(raw), base);
  if (url === undefined) return undefined;
  if (url.username !== '') url.username = '';
  if (url.password !== '') url.password = '';
  return url.href.length > urlLimit ? undefined : url.href;
}

function tidyUrl(raw: string): string {
  let text = trimUrl(raw);
  if (/[\r\n]/.test(text)) {
    text = text
      .split(/[\r\n]/)
      .map((line) => line.trim())
      .join('');
  }
  if (text.includes('&amp;')) text = text.replaceAll('&amp;', '&');
  if (/^feed:/i.test(text)) text = text.slice(5).replace(/^\/\/(?=https?:)/i, '');
  if (text.startsWith('//') && /^feed:/i.test(raw.trim())) text = `http:${text}`;
  // Scheme-less addresses of the "www." kind are never meant as a path.
  return /^www\.[^\s/]+\.[a-z]{2,}(?:[/?#:]|$)/i.test(text) ? `http://${text}` : text;
}

function trimUrl(raw: string): string {
  let start = 0;
  let end = raw.length;
  const isEdge = (at: number) =>
    raw.charCodeAt(at) <= 0x20 || raw.charCodeAt(at) === 0xa0 || wrappers.has(raw.charAt(at));
  while (start < end && isEdge(start)) start++;
  while (end > start && isEdge(end - 1)) end--;
  return raw.slice(start, end);
}

function parseHttpUrl(text: string, base?: string): URL | undefined {
  if (text === '') return undefined;
  const url = parseUrl(text, base) ?? parseUrl(text);
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  return url.hostname === '' ? undefined : url;
}

/**
 * The form in which two addresses of the same article are equal. Only for comparing, never for linking: scheme
 * https, no default port, no closing dot of the host, `www.` kept (it may be another site), unreserved percent
 * escapes undone (RFC 3986 §6.2.2), tracking parameters and empty ones removed and the others in their order,
 * AMP variants and wrappers replaced by the page they stand for, no slash at the end of the path ("/a/" and "/a"
 * are one page on every site that we know, and "/" stays). Of the fragments only those stay that may name an item of
 * a page of many: see `namesItem`. Idempotent. Undefined when `url` is no absolute http(s) address.
 */
export function toCanonicalUrl(url: string): string | undefined {
  // Its own result, in which each stray `%` counts three, must fit again.
  if (url.length > urlLimit * 3) return undefined;
  let parsed = parseHttpUrl(url);
  if (parsed === undefined) return undefined;
  let canonical = writeCanonical(findWrapped(parsed) ?? parsed);
  // What lies under one wrapper may be another. Each round takes at least one away, so the text gets shorter.
  while (/amp|google/i.test(url)) {
    parsed = new URL(canonical);
    const again = writeCanonical(findWrapped(parsed) ?? parsed);
    if (again === canonical) break;
    canonical = again;
  }
  return canonical;
}

function writeCanonical(url: URL): string {
  const path = withoutClosingSlashes(withoutAmpPath(withoutClosingSlashes(tidyEscapes(url.pathname))));
  const query = withoutTracking(url.search);
  const fragment = tidyEscapes(url.hash.slice(1));
  const port = url.port === '' || url.port === '443' ? '' : `:${url.port}`;
  return `https://${canonicalHost(url.hostname)}${port}${path === '' ? '/' : path}${query}${namesItem(fragment) ? `#${fragment}` : ''}`;
}

/** Fragments that name a part which every page of a site has. Lower case. */
const pageParts = new Set(
  `top page page-top main maincontent main-content main-article content contents the-content site-content primary
  body start header footer title headline article story post entry wrapper container comment comments
  comments-area disqus_thread respond reply replies leave-a-comment discussion more read-more readmore continue
  share newsletter signup subscribe rss feed gallery video`.split(/\s+/),
);

/**
 * Whether a fragment belongs to the address. It does where it routes (`!…`, `/…`) and where it names one item of a
 * page of many: release notes, archives of mailing lists, comments, day pages of a blog. It doesn't where it says
 * where a reader came from (`xtor=RSS-1`, `tk.rss_all`, `.VtCA1e` of AddThis), marks words (`:~:text=…`) or names a
 * part that every page has. In doubt it stays: two stories of one article are a smaller harm than one of two.
 */
function namesItem(fragment: string): boolean {
  if (/^[!/]/.test(fragment)) return true;
  if (fragment === '' || fragment.includes('=') || /^(?:\.|:~:|tk\.|xtor)/i.test(fragment)) return false;
  return !pageParts.has(fragment.toLowerCase()) && !/^more-\d{1,20}$/i.test(fragment);
}

function withoutClosingSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === '/') end--;
  return path.slice(0, end);
}

/** `amp.example.com` is the AMP twin of `www.example.com`; below a further name it's just the rest. */
function canonicalHost(hostname: string): string {
  const host = hostname.replace(/(?<=[^.])\.{1,255}$/, '');
  if (!host.startsWith('amp.')) return host;
  const rest = host.slice(4);
  if (!rest.includes('.')) return host;
  return getDomain(rest) === rest ? `www.${rest}` : rest;
}

/** The last segment of an article's path tells it from a section's: "/products/amp" keeps its "amp". */
function looksLikeSlug(segment: string | undefined): boolean {
  return segment !== undefined && (/[-_]/.test(segment) || /\d{3}/.test(segment)) && segment.length >= 5;
}

function withoutAmpPath(path: string): string {
  const segments = path.split('/').filter((segment, index) => segment !== '' || index === 0);
  const last = segments.at(-1)?.toLowerCase();
  if ((last === 'amp' || last === 'amp.html') && looksLikeSlug(segments.at(-2)))
    return segments.slice(0, -1).join('/');
  if (segments[1]?.toLowerCase() === 'amp' && segments.length > 2 && looksLikeSlug(segments.at(-1))) {
    return `/${segments.slice(2).join('/')}`;
  }
  if (last?.endsWith('.amp.html') && last.length > 9)
    return `${path.slice(0, path.toLowerCase().lastIndexOf('.amp.html'))}.html`;
  if (last?.endsWith('.amp') && looksLikeSlug(last))
    return path.slice(0, path.toLowerCase().lastIndexOf('.amp'));
  return path;
}

function withoutTracking(search: string): string {
  if (search.length < 2) return '';
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => {
      if (pair === '' || pair === '=') return false;
      const at = pair.indexOf('=');
      const name = at < 0 ? pair : pair.slice(0, at);
      return !isTrackingParameter(decodeSafely(name), decodeSafely(at < 0 ? '' : pair.slice(at + 1)));
    });
  return kept.length === 0 ? '' : `?${tidyEscapes(kept.join('&'))}`;
}

/** The page inside `google.com/amp/s/…`, `google.com/url?…`, or `…cdn.ampproject.org/c/s/…`; undefined when none. */
function findWrapped(url: URL): URL | undefined {
  const host = url.hostname.replace(/^www\./, '');
  if (host.endsWith('.cdn.ampproject.org')) return unwrapPath(url, /^\/[civ]\/(s\/)?/);
  if (host !== 'google.com' && !/^google\.(?:com?\.)?[a-z]{2}$/.test(host)) return undefined;
  if (url.pathname === '/url') {
    const target = url.searchParams.get('url') ?? url.searchParams.get('q') ?? '';
    return /^https?:\/\//i.test(target) ? parseHttpUrl(target) : undefined;
  }
  return unwrapPath(url, /^\/amp\/(s\/)?/);
}

function unwrapPath(url: URL, prefix: RegExp): URL | undefined {
  const match = prefix.exec(url.pathname);
  if (match === null) return undefined;
  const rest = url.pathname.slice(match[0].length);
  if (!rest.split('/', 1)[0]?.includes('.')) return undefined;
  return parseHttpUrl(`https://${rest}${url.search}${url.hash}`);
}

const percentEscape = /%(?:[0-9a-f]{2})?/gi;

/** Percent escapes in one form: unreserved characters bare, hex in capitals, a stray `%` escaped. */
function tidyEscapes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(percentEscape, (found) => {
    if (found.length === 1) return '%25';
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : found.toUpperCase();
  });
}

function decodeSafely(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

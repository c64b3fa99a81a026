import type { Freshness } from '../model/fetch-result.ts';
import { parseHttpDate } from './parse-http-date.ts';
import { findHeader, findHeaders, type WireHeaders } from './wire-headers.ts';

/** RFC 9111 §1.2.2: a larger number counts as this one. */
const mostSeconds = 2_147_483_648;
const digits = /^\d{1,30}$/;

/**
 * When an answer says that it may be asked for again; see the fields of Freshness. Whole seconds, never negative.
 * Retry-After counts with every status: 503 and 429 are its home, but publishers send it with 200 and 304 too.
 */
export function readFreshness(headers: WireHeaders, now: Date): Freshness {
  const freshness: Freshness = {};
  const freshForSeconds = readLifetime(headers, now);
  if (freshForSeconds !== undefined) {
    freshness.freshForSeconds = Math.max(0, freshForSeconds - readAge(headers));
  }
  const retryAfterSeconds = readRetryAfter(headers, now);
  if (retryAfterSeconds !== undefined) freshness.retryAfterSeconds = retryAfterSeconds;
  return freshness;
}

/**
 * RFC 9111 §4.2.1 for a cache of one's own: s-maxage is for shared caches and passed over. Wrong or contradicting
 * values count as stale: a max-age that is no number, an Expires that is no date ("0", "-1").
 */
function readLifetime(headers: WireHeaders, now: Date): number | undefined {
  const directives = parseCacheControl(findHeaders(headers, 'cache-control').join(','));
  // no-cache="field" is about that field alone (RFC 9111 §5.2.2.4).
  if (directives.get('no-cache') === '' || directives.has('no-store')) return 0;
  const maxAge = directives.get('max-age');
  if (maxAge !== undefined) return toCount(maxAge) ?? 0;
  const expires = findHeader(headers, 'expires');
  if (expires === undefined) return undefined;
  const until = parseHttpDate(expires, now);
  return until ? Math.floor((until.getTime() - readDate(headers, now).getTime()) / 1000) : 0;
}

/** The Date header, else our clock; the difference to another date of the same answer is right on any clock. */
function readDate(headers: WireHeaders, now: Date): Date {
  return parseHttpDate(findHeader(headers, 'date'), now) ?? now;
}

function readAge(headers: WireHeaders): number {
  return toCount(findHeader(headers, 'age') ?? '') ?? 0;
}

/** RFC 9110 §10.2.3: seconds or a date. Undefined for what is neither, and for a date that has passed. */
function readRetryAfter(headers: WireHeaders, now: Date): number | undefined {
  const value = findHeader(headers, 'retry-after')?.trim();
  if (value === undefined) return undefined;
  const count = toCount(value);
  if (count !== undefined) return count;
  const at = parseHttpDate(value, now);
  if (!at) return undefined;
  const seconds = Math.ceil((at.getTime() - readDate(headers, now).getTime()) / 1000);
  return seconds < 0 ? undefined : Math.min(seconds, mostSeconds);
}

function toCount(text: string): number | undefined {
  return digits.test(text.trim()) ? Math.min(Number(text), mostSeconds) : undefined;
}

const directive = /([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:=\s*(?:"([^"]*)"?|([^\s,"]*)))?/gi;

/** Directives by lower-case name, '' without argument. Of a directive given twice the first counts (§4.2.1). */
function parseCacheControl(value: string): Map<string, string> {
  const directives = new Map<string, string>();
  for (const [, name = '', quoted, token] of value.matchAll(directive)) {
    const key = name.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? token ?? '');
  }
  return directives;
}

import type { Freshness } from '../model/fetch-result.ts';

/** The headers of an answer, names in lower case. */
export type AnswerHeaders = Record<string, string | string[] | undefined>;

/** One header; several lines of it are one list (RFC 9110 §5.3). */
export function findHeader(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * When an answer says that it may be asked for again: how long it stays fresh for a private cache (RFC 9111 §4.2: max-age,
 * else Expires - Date, less Age; no-cache and no-store count as 0) and Retry-After (RFC 9110 §10.2.3).
 * What cannot be read counts as not said.
 */
export function parseFreshness(headers: AnswerHeaders, now: Date): Freshness {
  return { freshForSeconds: parseFreshFor(headers, now), retryAfterSeconds: parseRetryAfter(headers, now) };
}

function parseFreshFor(headers: AnswerHeaders, now: Date): number | undefined {
  const directives = parseCacheControl(findHeader(headers, 'cache-control') ?? '');
  if (directives.has('no-store') || directives.has('no-cache')) return 0;
  const age = parseSeconds(findHeader(headers, 'age')) ?? 0;
  const maxAge = directives.has('max-age')
    ? parseSeconds(directives.get('max-age'))
    : parseExpires(headers, now);
  return maxAge === undefined ? undefined : Math.max(0, maxAge - age);
}

function parseExpires(headers: AnswerHeaders, now: Date): number | undefined {
  const expires = findHeader(headers, 'expires');
  if (expires === undefined) return undefined;
  const at = Date.parse(expires);
  // "0" and other rubbish mean: already expired (RFC 9111 §5.3).
  if (Number.isNaN(at) || !/\D/.test(expires.trim())) return 0;
  const sentAt = Date.parse(findHeader(headers, 'date') ?? '');
  return Math.max(0, Math.round((at - (Number.isNaN(sentAt) ? now.getTime() : sentAt)) / 1000));
}

function parseRetryAfter(headers: AnswerHeaders, now: Date): number | undefined {
  const text = findHeader(headers, 'retry-after')?.trim();
  if (!text) return undefined;
  const seconds = parseSeconds(text);
  if (seconds !== undefined) return seconds;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.round((at - now.getTime()) / 1000));
}

function parseSeconds(text: string | undefined): number | undefined {
  const digits = text?.trim().match(/^"?(\d{1,10})"?$/)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Directive names in lower case; of one that comes twice the first counts. */
function parseCacheControl(text: string): Map<string, string> {
  const directives = new Map<string, string>();
  for (const part of text.slice(0, 4_096).split(',')) {
    const [name = '', value = ''] = part.split('=', 2);
    const key = name.trim().toLowerCase();
    if (key && !directives.has(key)) directives.set(key, value.trim());
  }
  return directives;
}

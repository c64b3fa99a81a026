import type { lookup as lookupInDns } from 'node:dns';
import { Agent, type Dispatcher, request } from 'undici';
import type { FetchFailureCode, FetchResult } from '../model/fetch-result.ts';
import type { Validators } from '../model/source.ts';
import { type AddressGuard, createAddressGuard } from './address-guard.ts';
import { describeFailure } from './describe-failure.ts';
import { type AnswerHeaders, findHeader, parseFreshness } from './freshness.ts';
import { BodyError, readBody } from './read-body.ts';

export interface FetchLimits {
  /** Milliseconds until a connection must stand. */
  connectMs: number;
  /** Milliseconds for everything: look-ups, redirects, the body to its last byte. */
  totalMs: number;
  /** Bytes of a body after decoding. */
  maxBytes: number;
  maxRedirects: number;
  maxHeaderBytes: number;
}

const defaultLimits: FetchLimits = {
  connectMs: 10_000,
  totalMs: 30_000,
  maxBytes: 16 * 1024 * 1024,
  maxRedirects: 5,
  maxHeaderBytes: 64 * 1024,
};

export interface FetcherOptions {
  /** Name, version and an address that says who asks. */
  userAgent: string;
  /** CIDRs that are asked although they are not public. */
  allowAddresses: string[];
  limits?: Partial<FetchLimits>;
  /** Stands in for DNS. */
  lookup?: typeof lookupInDns;
}

export interface FetchRequest {
  url: string;
  validators?: Validators;
  accept?: string;
  /** Aborted when the program stops: the result is then `failed` with the code `network`. */
  signal?: AbortSignal;
}

export interface Fetcher {
  /** One conditional GET. Never rejects for what the outside world does. */
  fetch(request: FetchRequest): Promise<FetchResult>;
  /** Ends its connections. */
  close(): Promise<void>;
}

const acceptFeeds =
  'application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1';

/** Throws AppError `bad-config` when one of `allowAddresses` is no address range. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const limits = { ...defaultLimits, ...options.limits };
  const guard = createAddressGuard(options.allowAddresses, options.lookup);
  const agent = new Agent({
    connections: 2,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.totalMs,
    bodyTimeout: limits.totalMs,
    connect: { timeout: limits.connectMs, lookup: guard.lookup },
  });
  return {
    fetch: (asked) => fetchWithin({ agent, guard, limits, userAgent: options.userAgent }, asked),
    close: () => agent.destroy(),
  };
}

interface Context {
  agent: Agent;
  guard: AddressGuard;
  limits: FetchLimits;
  userAgent: string;
}

/** What a fetch has come to so far. */
interface Progress {
  began: number;
  url: string;
  /** The address that is asked now. */
  at?: URL;
  freshness: FetchResult['freshness'];
}

async function fetchWithin(context: Context, asked: FetchRequest): Promise<FetchResult> {
  const progress: Progress = { began: performance.now(), url: asked.url, freshness: {} };
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), context.limits.totalMs);
  const signal = asked.signal ? AbortSignal.any([deadline.signal, asked.signal]) : deadline.signal;
  try {
    return await followHops(context, asked, progress, signal);
  } catch (error) {
    if (asked.signal?.aborted)
      return fail(progress, 'network', `${progress.url} was not read to its end: Wireroom is stopping.`);
    const seconds = context.limits.totalMs / 1000;
    if (deadline.signal.aborted)
      return fail(
        progress,
        'timeout',
        `${toHost(progress)} did not answer within ${seconds} s; it will be tried again.`,
      );
    const { code, message } = describeFailure(error, toHost(progress), context.limits);
    return fail(progress, code, message);
  } finally {
    clearTimeout(timer);
  }
}

/** One request a hop, each checked before it is sent (RFC 9110 §15.4). */
async function followHops(
  context: Context,
  asked: FetchRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<FetchResult> {
  if (!URL.canParse(asked.url))
    return fail(progress, 'bad-url', `"${asked.url.slice(0, 200)}" is not a web address.`);
  const start = new URL(asked.url);
  const visited = new Set<string>();
  let at = start;
  /** The address after the hops that were all permanent. */
  let movedTo: URL | undefined;
  let allPermanent = true;
  for (let hop = 0; ; hop++) {
    progress.at = at;
    const refusal = context.guard.findRefusal(at);
    if (refusal) return fail(progress, 'address-refused', `${at.host || at.href} is not asked: ${refusal}`);
    visited.add(at.href);
    const answer = await send(context, asked, at, start, signal);
    progress.freshness = parseFreshness(answer.headers as AnswerHeaders, new Date());
    if (!redirects.has(answer.statusCode)) return conclude(context, asked, progress, answer, movedTo);
    await answer.body.dump({ limit: 16_384, signal }).catch(() => undefined);
    const next = toNextHop(answer, at);
    if (!next)
      return fail(
        progress,
        'bad-redirect',
        `${at.host} redirects (${answer.statusCode}) to no usable address.`,
        answer.statusCode,
      );
    if (visited.has(next.href))
      return fail(
        progress,
        'bad-redirect',
        `${at.host} redirects in a circle, back to ${next.href}.`,
        answer.statusCode,
      );
    if (hop >= context.limits.maxRedirects) {
      return fail(
        progress,
        'too-many-redirects',
        `${start.host} redirects more than ${context.limits.maxRedirects} times; the last address was ${next.href}.`,
        answer.statusCode,
      );
    }
    allPermanent &&= permanent.has(answer.statusCode) && !isDowngrade(at, next);
    if (allPermanent) movedTo = keepCredentials(start, next);
    at = next;
  }
}

const redirects = new Set([301, 302, 303, 307, 308]);
const permanent = new Set([301, 308]);

/** From https to http is followed, but never kept as the source's address: a network in between could have said it. */
function isDowngrade(from: URL, to: URL): boolean {
  return from.protocol === 'https:' && to.protocol === 'http:';
}

function keepCredentials(start: URL, to: URL): URL {
  const kept = new URL(to);
  if (kept.origin === start.origin) {
    kept.username = start.username;
    kept.password = start.password;
  }
  return kept;
}

function toNextHop(answer: Dispatcher.ResponseData, at: URL): URL | undefined {
  const location = findHeader(answer.headers as AnswerHeaders, 'location')?.trim();
  if (!location || !URL.canParse(location, at.href)) return undefined;
  const next = new URL(location, at);
  // The fragment is kept by browsers; to us it is no part of a resource. Credentials in a Location are nobody's wish.
  next.hash = '';
  next.username = '';
  next.password = '';
  return next;
}

function send(
  context: Context,
  asked: FetchRequest,
  at: URL,
  start: URL,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const bare = new URL(at);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  const headers: Record<string, string> = {
    'user-agent': context.userAgent,
    accept: asked.accept ?? acceptFeeds,
    'accept-encoding': 'gzip, br, deflate',
    ...toConditions(asked.validators),
  };
  if ((start.username || start.password) && at.origin === start.origin)
    headers.authorization = toBasic(start);
  return request(bare, { dispatcher: context.agent, method: 'GET', headers, signal });
}

/** RFC 7617. */
function toBasic({ username, password }: URL): string {
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
}

/** The validators byte for byte as they came (RFC 9110 §13.1); both when both are there, as §13.1.3 lets a server choose. */
function toConditions(validators: Validators | undefined): Record<string, string> {
  const conditions: Record<string, string> = {};
  if (validators?.etag) conditions['if-none-match'] = toWire(validators.etag);
  if (validators?.lastModified) conditions['if-modified-since'] = toWire(validators.lastModified);
  return conditions;
}

/** Header values are written as Latin-1: UTF-8 bytes that came in go out again as the same bytes. */
function toWire(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

const longestValidator = 8_192;

function toValidators(headers: AnswerHeaders): Validators {
  return {
    etag: toUsable(findHeader(headers, 'etag')),
    lastModified: toUsable(findHeader(headers, 'last-modified')),
  };
}

/** A validator that could not be sent back as it came is none. */
function toUsable(value: string | undefined): string | undefined {
  if (!value || value.length > longestValidator) return undefined;
  for (const character of value) {
    const code = character.charCodeAt(0);
    if ((code < 0x20 && code !== 9) || code === 0x7f || code === 0xfffd) return undefined;
  }
  return value;
}

async function conclude(
  context: Context,
  asked: FetchRequest,
  progress: Progress,
  answer: Dispatcher.ResponseData,
  movedTo: URL | undefined,
): Promise<FetchResult> {
  const status = answer.statusCode;
  const headers = answer.headers as AnswerHeaders;
  const common = () => ({
    url: asked.url,
    finalUrl: progress.at?.href ?? asked.url,
    movedTo: movedTo?.href,
    freshness: progress.freshness,
    tookMs: Math.round(performance.now() - progress.began),
  });
  const isConditional = Boolean(asked.validators?.etag || asked.validators?.lastModified);
  if (status === 304 && isConditional) {
    await answer.body.dump();
    // Those of the 200 that is stored stay: what a 304 says of them is about the same representation (RFC 9110 §15.4.5).
    return { outcome: 'not-modified', ...common(), validators: asked.validators ?? {} };
  }
  if (status !== 200 && status !== 203) {
    await answer.body.dump({ limit: 16_384 }).catch(() => undefined);
    if (status === 410) return { outcome: 'gone', ...common() };
    return fail(progress, 'http-status', describeStatus(status, toHost(progress)), status);
  }
  const length = Number(findHeader(headers, 'content-length'));
  if (length > context.limits.maxBytes) {
    answer.body.destroy();
    throw new BodyError('too-large', `it is larger than ${context.limits.maxBytes} bytes`);
  }
  const body = await readBody(answer.body, findHeader(headers, 'content-encoding'), context.limits.maxBytes);
  return {
    outcome: 'fetched',
    ...common(),
    status,
    body,
    contentType: findHeader(headers, 'content-type'),
    contentLocation: findHeader(headers, 'content-location'),
    contentLanguage: findHeader(headers, 'content-language'),
    validators: toValidators(headers),
  };
}

function describeStatus(status: number, host: string): string {
  const sentences: Record<number, string> = {
    304: `${host} answered "not modified" (304) to a first request.`,
    401: `${host} wants a name and a password (401). Put them into the address: https://name:password@…`,
    403: `${host} refuses us (403). Ask the publisher whether the feed may be read by programs.`,
    404: `${host} has nothing at this address (404). Look for the feed's new address on the site.`,
    429: `${host} asks us to come less often (429); we wait as long as it says.`,
  };
  if (sentences[status]) return sentences[status];
  if (status >= 500) return `${host} has a fault of its own (${status}); it will be tried again.`;
  return `${host} answered ${status}, which is no document.`;
}

function toHost({ at, url }: Progress): string {
  return at?.host || url;
}

function fail(progress: Progress, code: FetchFailureCode, message: string, status?: number): FetchResult {
  return {
    outcome: 'failed',
    url: progress.url,
    finalUrl: progress.at?.href,
    code,
    status,
    message,
    freshness: progress.freshness,
    tookMs: Math.round(performance.now() - progress.began),
  };
}

import { Agent } from 'undici';
import { AppError } from '../errors.ts';
import type { FetchResult } from '../model/fetch-result.ts';
import type { Validators } from '../model/source.ts';
import { type AddressGuard, createAddressGuard, type ResolveName } from './address-guard.ts';
import { Ended, startClock } from './clock.ts';
import { toFetchFailure } from './failure.ts';
import { readAnswer } from './read-answer.ts';
import { isSendable, keepSendable, toRequestHeaders } from './request-headers.ts';
import { sendRequest, type WireAnswer } from './send-request.ts';
import { follow, isRedirect, startTrail, type Trail } from './trail.ts';
import { findHeader } from './wire-headers.ts';

/** What a fetch may cost. */
export interface FetchLimits {
  /** Name look-up, connection and TLS together, in milliseconds. */
  connectMs: number;
  /** Everything, from the first hop to the last byte, in milliseconds. */
  totalMs: number;
  /** Most bytes of a document, decoded; as sent it may not have more either. */
  maxBytes: number;
  maxRedirects: number;
  /** Most bytes of the header lines of one answer. */
  maxHeaderBytes: number;
}

const usualLimits: FetchLimits = {
  connectMs: 10_000,
  totalMs: 30_000,
  maxBytes: 16 * 1_048_576,
  maxRedirects: 5,
  maxHeaderBytes: 32_768,
};

/** As many as a browser of old: enough for two sources of one publisher, too few to be a burden. */
const connectionsPerOrigin = 2;

export interface FetcherOptions {
  /** Name, version and an address that says who asks. */
  userAgent: string;
  /** CIDRs that may be asked although they are not public; see `createAddressGuard`. */
  allowAddresses: string[];
  limits?: Partial<FetchLimits>;
  /** Looks up the addresses of a name; the system's way unless given. */
  resolve?: ResolveName;
  now?(): Date;
}

export interface FetchRequest {
  url: string;
  /** Those of the document at hand: makes the request conditional. */
  validators?: Validators;
  /** In place of the usual Accept header, which asks for feeds. */
  accept?: string;
  /** Ends the fetch as `stopped`. */
  signal?: AbortSignal;
}

export interface Fetcher {
  /**
   * Sends one GET, following redirects, and says what came of it; rejects for nothing that the outside world does.
   *
   * A 304 keeps the validators that were sent, whatever it repeats: they name the document that we hold. A 304 must
   * carry the ETag that a 200 would have had (RFC 9110 §15.4.5), so one that carries another speaks of a document that
   * we have not seen (RFC 9111 §4.3.4 selects the stored answers to be freshened by it), and taking it over would
   * hide that document for good. Only a 200 gives validators; one that came broken gives none.
   *
   * The validators go along on every hop: they are those of the document that finally answered the last time.
   *
   * A document whose transfer or compression breaks off, or that comes with a wrong checksum or Content-Length, is taken
   * (without validators) when the end tag of its root has come, as servers that are wrong in this way are wrong for
   * years; otherwise the fetch failed.
   */
  fetch(request: FetchRequest): Promise<FetchResult>;
  /** Hangs up; fetches under way end as stopped, and so do later ones. */
  close(): Promise<void>;
}

interface FetchContext {
  agent: Agent;
  guard: AddressGuard;
  userAgent: string;
  limits: FetchLimits;
  now(): Date;
}

/**
 * A client for sources: keeps connections alive, two at most for an origin.
 * Throws AppError `bad-config` for a range of addresses or a user agent that cannot be used.
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  const guard = createAddressGuard(options.allowAddresses, options.resolve);
  const limits = { ...usualLimits, ...options.limits };
  const { userAgent, now = () => new Date() } = options;
  if (!isSendable(userAgent)) {
    throw new AppError('bad-config', 'USER_AGENT: it has characters that cannot be sent; use plain letters.');
  }
  const agent = new Agent({
    connections: connectionsPerOrigin,
    pipelining: 1,
    // Our own clock runs over all hops together.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: limits.maxHeaderBytes,
    keepAliveMaxTimeout: 10_000,
    connect: {
      timeout: limits.connectMs,
      lookup: guard.lookup,
      autoSelectFamily: true,
      // The usual 250 ms give up on distant IPv4 hosts when IPv6 leads nowhere.
      autoSelectFamilyAttemptTimeout: 1_000,
    },
  });
  const context: FetchContext = { agent, guard, userAgent, limits, now };
  return { fetch: (request) => fetchSource(context, request), close: () => agent.destroy() };
}

async function fetchSource(context: FetchContext, request: FetchRequest): Promise<FetchResult> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  let trail: Trail | undefined;
  const { signal, stop } = startClock(context.limits.totalMs, request.signal);
  try {
    trail = startTrail(request.url);
    const validators = keepSendable(request.validators ?? {});
    for (;;) {
      const answer = await ask(context, request, trail, validators, signal);
      if (!isRedirect(answer.status)) {
        const result = await readAnswer(answer, {
          trail,
          validators,
          maxBytes: context.limits.maxBytes,
          now: context.now(),
        });
        return { ...result, url: request.url, finalUrl: trail.url.href, tookMs: took() };
      }
      const location = findHeader(answer.headers, 'location');
      trail = follow(trail, { status: answer.status, location }, context.limits.maxRedirects);
    }
  } catch (error) {
    const host = trail?.url.host ?? '';
    const reason = error instanceof Ended ? error.toFailure(host) : error;
    const failure = toFetchFailure(reason, host, context.limits);
    const { code, message, status, freshness } = failure;
    const finalUrl = trail?.url.href;
    return {
      outcome: 'failed',
      url: request.url,
      finalUrl,
      code,
      status,
      message,
      freshness,
      tookMs: took(),
    };
  } finally {
    stop();
  }
}

function ask(
  { agent, guard, userAgent, limits }: FetchContext,
  { accept }: FetchRequest,
  { url, authorization }: Trail,
  validators: Validators,
  signal: AbortSignal,
): Promise<WireAnswer> {
  guard.check(url);
  const headers = toRequestHeaders({ userAgent, accept, validators, authorization });
  return sendRequest(agent, { url, headers, maxBytes: limits.maxBytes, signal });
}

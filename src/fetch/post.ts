import { Agent, type Dispatcher } from 'undici';
import type { FetchFailureCode } from '../model/fetch-result.ts';
import { type AddressGuard, createAddressGuard, type ResolveName } from './address-guard.ts';
import { Ended, startClock } from './clock.ts';
import { isConnectionEnd, toFetchFailure } from './failure.ts';
import { findHeader } from './wire-headers.ts';

export interface SendRequest {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Ends it as `stopped`. */
  signal?: AbortSignal;
}

/** What came of a request: a value, never an exception. Redirects are answers like others and not followed. */
export type SendResult =
  | {
      outcome: 'answered';
      status: number;
      /** As sent, at most `maxBytes` and a piece more: who wants no more has been hung up on. */
      body: Uint8Array;
      /** Seconds to wait by Retry-After, where it is a number. */
      retryAfterSeconds?: number;
    }
  | { outcome: 'failed'; code: FetchFailureCode; message: string };

export interface SenderOptions {
  userAgent: string;
  /** As for `createAddressGuard`. */
  allowAddresses: string[];
  /** For everything, from the name look-up to the last byte, in milliseconds. */
  totalMs?: number;
  /** Most bytes of an answer that are looked at. */
  maxBytes?: number;
  resolve?: ResolveName;
}

/** Asks and tells subscribers and hubs, whose addresses anyone may have given us. */
export interface Sender {
  send(request: SendRequest): Promise<SendResult>;
  /** Hangs up; what is under way ends as stopped. */
  close(): Promise<void>;
}

const usualTotalMs = 10_000;
const usualMaxBytes = 16_384;
/** Many subscribers may live on one host, and it has said yes to each of them. */
const connectionsPerOrigin = 50;

/** A client that keeps away from what is ours (see `createAddressGuard`), waits no longer than told and reads no more than told. */
export function createSender(options: SenderOptions): Sender {
  const { userAgent, totalMs = usualTotalMs, maxBytes = usualMaxBytes } = options;
  const guard = createAddressGuard(options.allowAddresses, options.resolve);
  const agent = new Agent({
    connections: connectionsPerOrigin,
    pipelining: 1,
    // Our own clock runs over everything together.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveMaxTimeout: 10_000,
    connect: {
      timeout: totalMs,
      lookup: guard.lookup,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1_000,
    },
  });
  const context = { agent, guard, userAgent, totalMs, maxBytes };
  return { send: (request) => send(context, request), close: () => agent.destroy() };
}

interface SendContext {
  agent: Agent;
  guard: AddressGuard;
  userAgent: string;
  totalMs: number;
  maxBytes: number;
}

async function send(context: SendContext, request: SendRequest): Promise<SendResult> {
  const url = new URL(request.url);
  const { signal, stop } = startClock(context.totalMs, request.signal);
  try {
    context.guard.check(url);
    return await exchangeTwice(context, request, url, signal);
  } catch (error) {
    const ended: unknown = signal.aborted ? signal.reason : error;
    const reason = ended instanceof Ended ? ended.toFailure(url.host) : ended;
    const { code, message } = toFetchFailure(reason, url.host, { connectMs: context.totalMs });
    return { outcome: 'failed', code, message };
  } finally {
    stop();
  }
}

/** A connection that had come to rest may be closed in the very moment in which we use it: then once more (RFC 9112 §9.3.1). */
async function exchangeTwice(
  context: SendContext,
  request: SendRequest,
  url: URL,
  signal: AbortSignal,
): Promise<SendResult> {
  try {
    return await exchange(context, request, url, signal);
  } catch (error) {
    if (signal.aborted || !isConnectionEnd(error)) throw error;
    return exchange(context, request, url, signal);
  }
}

async function exchange(
  { agent, userAgent, maxBytes }: SendContext,
  { method, headers, body }: SendRequest,
  url: URL,
  signal: AbortSignal,
): Promise<SendResult> {
  const answer = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { 'user-agent': userAgent, ...headers },
    body,
    signal,
  });
  const seconds = Number(findHeader(answer.headers, 'retry-after') ?? Number.NaN);
  return {
    outcome: 'answered',
    status: answer.statusCode,
    body: await readStart(answer.body, maxBytes),
    retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
  };
}

/** The first bytes of an answer; hangs up on what goes on, and takes what had come when it breaks off. */
async function readStart(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  body.on('error', () => undefined);
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) break;
    }
  } catch {
    // The status has come, and it counts.
  }
  return Buffer.concat(chunks);
}

import type { Dispatcher } from 'undici';
import { FetchFailure, isConnectionEnd } from './failure.ts';
import { findHeader, type WireHeaders } from './wire-headers.ts';

/** One answer as it came over the wire. */
export interface WireAnswer {
  status: number;
  headers: WireHeaders;
  /** Content codings not undone. Empty for statuses whose body nobody reads. */
  wire: Buffer;
  /** Why the body is shorter than the answer announced: the connection broke, or time was up. */
  cutBy?: Error;
}

/** A body that nobody reads is taken in up to here, so that its connection can be used again; then it is hung up on. */
const mostUnreadBytes = 65_536;

/**
 * Sends one GET. Rejects with the error of the network, with FetchFailure `too-large` or with the signal's reason when
 * no usable answer came. A request that met an ended connection before any answer is sent once more: the other side may
 * close an idle connection in the very moment in which we use it (RFC 9112 §9.3.1).
 */
export async function sendRequest(dispatcher: Dispatcher, request: WireRequest): Promise<WireAnswer> {
  const first = await exchange(dispatcher, request).catch((error: unknown) => {
    if (error instanceof HungUp && !request.signal.aborted) return undefined;
    throw unwrap(error);
  });
  if (first) return first;
  return exchange(dispatcher, request).catch((error: unknown) => {
    throw unwrap(error);
  });
}

export interface WireRequest {
  url: URL;
  headers: Record<string, string>;
  /** Most bytes of a body, as sent and so before decoding. */
  maxBytes: number;
  signal: AbortSignal;
}

/** The connection ended after the request had been given to it and before an answer began. */
class HungUp extends Error {}

function unwrap(error: unknown): unknown {
  return error instanceof HungUp ? error.cause : error;
}

/** Whether the body of an answer is the document: 203 is a 200 that a proxy has changed. */
export function hasDocument(status: number): boolean {
  return status === 200 || status === 203;
}

function exchange(dispatcher: Dispatcher, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver(request, resolve, reject);
    if (receiver.isDone) return;
    const { url, headers } = request;
    dispatcher.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method: 'GET', headers },
      receiver,
    );
  });
}

/** Gathers one answer for undici and settles its promise once, by the first of: end, error, too large, signal. */
class Receiver implements Dispatcher.DispatchHandler {
  isDone = false;
  readonly #request: WireRequest;
  readonly #resolve: (answer: WireAnswer) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #answer: { status: number; headers: WireHeaders } | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: WireRequest, resolve: (answer: WireAnswer) => void, reject: (error: unknown) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    if (request.signal.aborted) this.#onAbort();
    else request.signal.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It waited for a connection and nobody waits for it any more.
    if (this.isDone) controller.abort(new Error('no longer wanted'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#answer = { status, headers };
    const announced = Number(findHeader(headers, 'content-length') ?? 0);
    if (hasDocument(status) && announced > this.#request.maxBytes) this.#refuse();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isDone || !this.#answer) return;
    this.#bytes += chunk.length;
    if (hasDocument(this.#answer.status)) {
      if (this.#bytes > this.#request.maxBytes) this.#refuse();
      else this.#chunks.push(chunk);
    } else if (this.#bytes > mostUnreadBytes) {
      this.#finish();
      this.#hangUp();
    }
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#answer) this.#finish(error);
    else this.#fail(this.#controller && isConnectionEnd(error) ? new HungUp('', { cause: error }) : error);
  }

  readonly #onAbort = (): void => {
    const reason: Error = this.#request.signal.reason;
    if (this.#answer) this.#finish(reason);
    else this.#fail(reason);
    this.#hangUp();
  };

  #refuse(): void {
    this.#fail(toTooLarge(this.#request.url.host, this.#request.maxBytes));
    this.#hangUp();
  }

  #hangUp(): void {
    this.#controller?.abort(new Error('no longer wanted'));
  }

  #finish(cutBy?: Error): void {
    if (!this.#answer || !this.#settle()) return;
    const [only, ...others] = this.#chunks;
    const wire = only && others.length === 0 ? only : Buffer.concat(this.#chunks);
    this.#resolve({ ...this.#answer, wire, cutBy });
  }

  #fail(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  #settle(): boolean {
    if (this.isDone) return false;
    this.isDone = true;
    this.#request.signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

/** The failure of a document over the limit, which is given in bytes. */
export function toTooLarge(host: string, maxBytes: number): FetchFailure {
  const mebibytes = Math.round((maxBytes / 1_048_576) * 100) / 100;
  return new FetchFailure(
    'too-large',
    `${host} sends more than ${mebibytes} MiB, which is more than a feed should have: ask its publisher for a shorter one.`,
  );
}

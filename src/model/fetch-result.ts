import type { Validators } from './source.ts';

/** Why a fetch failed: short codes for programs, each with a sentence for people in `message`. */
export type FetchFailureCode =
  | 'bad-url'
  | 'address-refused'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'too-large'
  | 'too-many-redirects'
  | 'bad-redirect'
  | 'http-status'
  | 'bad-encoding'
  | 'network'
  /** We are stopping: says nothing about the source. */
  | 'stopped';

/** What the answer's headers say about when to ask again. */
export interface Freshness {
  /** Seconds the answer stays fresh by Cache-Control max-age or Expires (RFC 9111 §4.2); undefined when it says nothing. */
  freshForSeconds?: number;
  /** Seconds to wait by Retry-After (RFC 9110 §10.2.3), a date or a number on the wire. */
  retryAfterSeconds?: number;
}

interface Answered {
  /** Where the request was sent at first. */
  url: string;
  /** Where the answer came from in the end. */
  finalUrl: string;
  /** Set when every hop up to it was permanent (301, 308): the source's new address. */
  movedTo?: string;
  freshness: Freshness;
  /** Milliseconds from the start of the request to the end of the body. */
  tookMs: number;
}

/** The outcome of one conditional GET: a value, never an exception. */
export type FetchResult =
  | (Answered & {
      outcome: 'fetched';
      status: number;
      /** Decoded bytes (content-encoding undone). */
      body: Uint8Array;
      /** The Content-Type header as received. */
      contentType?: string;
      contentLocation?: string;
      contentLanguage?: string;
      validators: Validators;
    })
  | (Answered & { outcome: 'not-modified'; validators: Validators })
  | (Answered & { outcome: 'gone' })
  | {
      outcome: 'failed';
      url: string;
      finalUrl?: string;
      code: FetchFailureCode;
      /** HTTP status, where there was one. */
      status?: number;
      /** One sentence for a person: what happened to which address and what to do. */
      message: string;
      freshness: Freshness;
      tookMs: number;
    };

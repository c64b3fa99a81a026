import type { Freshness } from '../model/fetch-result.ts';
import { FetchFailure } from './failure.ts';

/** What to make of an answer that is neither a document, nor "unchanged", nor a redirect, nor "gone". */
export function toStatusFailure(status: number, host: string, freshness: Freshness): FetchFailure {
  return new FetchFailure('http-status', describe(status, host, freshness.retryAfterSeconds), {
    status,
    freshness,
  });
}

const sentences: Record<number, string> = {
  202: 'has taken the request but sends no document yet (202), as guards against robots do; it will be tried again.',
  204: 'answers without a document (204): check the address.',
  205: 'answers without a document (205): check the address.',
  206: 'sends a part of the document that nobody asked for (206): tell its publisher.',
  300: 'offers several documents (300): choose one and enter its address.',
  304: 'says "unchanged" (304) although nothing was there to compare with; it will be tried again.',
  400: 'does not understand the request (400): check the address.',
  401: 'wants a name and a password (401): enter the address as https://name:password@… if you have them.',
  402: 'wants to be paid (402): ask the publisher.',
  403: 'refuses to let us read this address (403): ask the publisher to admit our User-Agent.',
  404: 'has nothing at this address (404): look for the new address of the feed.',
  405: 'does not let this address be read (405): check the address.',
  406: 'has no form of the document that we read (406): check the address.',
  407: 'is behind a proxy that wants a password (407): check the network.',
  421: 'is not the right server for this address (421); it will be tried again.',
  451: 'is not allowed to show this document (451): ask the publisher.',
};

function describe(status: number, host: string, retryAfterSeconds: number | undefined): string {
  const again =
    retryAfterSeconds === undefined ? 'it will be tried again' : `it asks to wait ${retryAfterSeconds} s`;
  if (status === 429) return `${host} asks us to come less often (429); ${again}.`;
  if (status >= 500) return `${host} has trouble of its own (${status}); ${again}.`;
  const sentence = sentences[status];
  if (sentence) return `${host} ${sentence}`;
  if (status >= 400) return `${host} refuses the request (${status}): check the address.`;
  return `${host} answers in a way that gives no document (${status}): check the address.`;
}

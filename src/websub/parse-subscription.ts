import { getDomain } from 'tldts';
import { AppError } from '../errors.ts';
import { parseUrl } from '../model/parse-url.ts';
import { toLeaseSeconds } from './lease.ts';

/** What a form asks the hub for, before anyone has looked whether there is such a document. */
export interface AskedSubscription {
  mode: 'subscribe' | 'unsubscribe';
  callback: URL;
  /** See SubscriptionRequest. */
  callbackSite: string;
  topicUrl: string;
  secret?: string;
  leaseSeconds: number;
}

const longestUrl = 2_000;
/** Less than 200 bytes (WebSub §5.1). */
const secretBytes = 200;

/**
 * Reads the form of a subscription (WebSub §5.1); what it has besides is not looked at, as the section asks.
 * Throws AppError `bad-subscription` that names the parameter.
 */
export function parseSubscription(form: URLSearchParams): AskedSubscription {
  const callback = parseCallback(form.get('hub.callback'));
  return {
    mode: parseMode(form.get('hub.mode')),
    callback,
    callbackSite: toCallbackSite(callback),
    topicUrl: parseTopic(form.get('hub.topic')),
    secret: parseSecret(form.get('hub.secret')),
    leaseSeconds: toLeaseSeconds(parseSeconds(form.get('hub.lease_seconds'))),
  };
}

/**
 * Whom a callback belongs to: its registrable domain, since whoever has one has all names below it. Domains that others
 * are let into (github.io, say) are one each.
 */
export function toCallbackSite(callback: URL): string {
  return getDomain(callback.hostname, { allowPrivateDomains: true }) ?? callback.hostname;
}

function parseMode(mode: string | null): AskedSubscription['mode'] {
  if (mode === 'subscribe' || mode === 'unsubscribe') return mode;
  if (mode === 'publish') throw refuse('hub.mode: this hub publishes by itself and takes no pings.');
  throw refuse(`hub.mode must be subscribe or unsubscribe${mode === null ? '' : `, not ${quote(mode)}`}.`);
}

function parseCallback(text: string | null): URL {
  const url = parseUrl(text ?? '');
  if (text === null || url === undefined) throw refuse('hub.callback must be an absolute address.');
  if (text.length > longestUrl || url.href.length > longestUrl) {
    throw refuse(`hub.callback is longer than ${longestUrl} characters.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse('hub.callback must begin with https:// or http://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse('hub.callback must not hold a name and password; put a secret into its path instead.');
  }
  url.hash = '';
  return url;
}

function parseTopic(text: string | null): string {
  if (!text) throw refuse('hub.topic is missing: give the address that a document names as rel=self.');
  if (text.length > longestUrl) throw refuse(`hub.topic is longer than ${longestUrl} characters.`);
  if (/[\0-\x20\x7f]/.test(text)) throw refuse('hub.topic has characters that no address has.');
  return text;
}

function parseSecret(text: string | null): string | undefined {
  if (!text) return undefined;
  if (Buffer.byteLength(text) >= secretBytes) {
    throw refuse(`hub.secret must have less than ${secretBytes} bytes.`);
  }
  if (text.includes('\0')) throw refuse('hub.secret has a NUL character, which cannot be stored.');
  return text;
}

function parseSeconds(text: string | null): number | undefined {
  if (!text) return undefined;
  if (!/^\d{1,20}$/.test(text) || Number(text) === 0) {
    throw refuse('hub.lease_seconds must be a whole number of seconds above 0.');
  }
  return Number(text);
}

function quote(text: string): string {
  return `“${text.slice(0, 40)}”`;
}

function refuse(sentence: string): AppError {
  return new AppError('bad-subscription', sentence);
}

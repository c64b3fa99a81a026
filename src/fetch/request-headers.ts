import type { Validators } from '../model/source.ts';
import { findHeader, type WireHeaders } from './wire-headers.ts';

const acceptFeeds = [
  'application/atom+xml',
  'application/rss+xml',
  'application/feed+json',
  'application/rdf+xml;q=0.9',
  'application/xml;q=0.8',
  'text/xml;q=0.8',
  'application/json;q=0.7',
  'text/html;q=0.5',
  '*/*;q=0.1',
].join(', ');

const mostValidatorBytes = 8_192;
// The characters of a header value (RFC 9110 §5.5), one for a byte: anything else, CR and LF first, would be another header.
const sendable = /^[\t\x20-\x7e\x80-\xff]+$/;

/** The headers of a GET: no cookie, no referrer, nothing that tells one reader from another. */
export function toRequestHeaders(request: {
  userAgent: string;
  accept?: string;
  validators: Validators;
  authorization?: string;
}): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': request.userAgent,
    accept: request.accept ?? acceptFeeds,
    'accept-encoding': 'gzip, br, deflate',
  };
  const { etag, lastModified } = request.validators;
  if (etag !== undefined) headers['if-none-match'] = etag;
  if (lastModified !== undefined) headers['if-modified-since'] = lastModified;
  if (request.authorization !== undefined) headers.authorization = request.authorization;
  return headers;
}

/** Whether a text can be sent as the value of a header at all. */
export function isSendable(value: string): boolean {
  return sendable.test(value);
}

/** The validators that can be sent: an empty one, one over 8 KB or one with CR, LF or other control characters is left out. */
export function keepSendable({ etag, lastModified }: Validators): Validators {
  const kept: Validators = {};
  if (etag !== undefined && isFit(etag)) kept.etag = etag;
  if (lastModified !== undefined && isFit(lastModified)) kept.lastModified = lastModified;
  return kept;
}

function isFit(value: string): boolean {
  return value.length <= mostValidatorBytes && isSendable(value);
}

/** ETag and Last-Modified of a 200, byte for byte: unquoted, weak or nonsense, they are the publisher's to understand. */
export function readValidators(headers: WireHeaders): Validators {
  return keepSendable({
    etag: findHeader(headers, 'etag'),
    lastModified: findHeader(headers, 'last-modified'),
  });
}

/** `Basic …` of the name and password in an address (RFC 7617, UTF-8); undefined when it has none. */
export function toAuthorization(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const pair = `${decode(url.username)}:${decode(url.password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

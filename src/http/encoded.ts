import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { findFreshTag, type SentValidators } from './conditional-get.ts';
import { type ContentCoding, chooseCoding } from './content-coding.ts';

type FixedHeaders = Readonly<Record<string, string>>;

/** One content in all codings, with the headers of each answer made beforehand, so that answering copies nothing. */
export interface Encoded {
  validators: SentValidators;
  full: Readonly<Record<ContentCoding, { body: Uint8Array<ArrayBuffer>; headers: FixedHeaders }>>;
  /** Headers of a 304, by the entity tag that the client named. */
  notModified: ReadonlyMap<string, FixedHeaders>;
  tags: Readonly<Record<ContentCoding, string>>;
}

/** What an Encoded is made of. */
export interface EncodedParts {
  body: Uint8Array;
  gzip: Uint8Array;
  brotli: Uint8Array;
  /** Strong, quoted, of the identity coding; the codings' tags are made from it. */
  etag: string;
  lastModifiedAt?: Date;
  contentType: string;
  cacheControl: string;
  /** What else answers are chosen by than Accept-Encoding, which has to be in it. */
  vary?: string;
  /** Sent with every answer, 304 included. */
  extra?: FixedHeaders;
}

/** Prepares the answers for a content: call it once per content, not per request. */
export function encode(parts: EncodedParts): Encoded {
  const tags = {
    identity: parts.etag,
    gzip: addToTag(parts.etag, '-gzip'),
    br: addToTag(parts.etag, '-br'),
  };
  const lastModified = parts.lastModifiedAt?.toUTCString();
  const shared = {
    'Cache-Control': parts.cacheControl,
    Vary: parts.vary ?? 'Accept-Encoding',
    ...(lastModified ? { 'Last-Modified': lastModified } : {}),
    'X-Content-Type-Options': 'nosniff',
    ...parts.extra,
  };
  const toFull = (coding: ContentCoding, body: Uint8Array) => ({
    // Bytes from pg and zlib are never shared memory, which is all that the narrower type excludes.
    body: body as Uint8Array<ArrayBuffer>,
    headers: {
      'Content-Type': parts.contentType,
      'Content-Length': String(body.byteLength),
      ...(coding === 'identity' ? {} : { 'Content-Encoding': coding }),
      ETag: tags[coding],
      ...shared,
    },
  });
  return {
    validators: { etags: Object.values(tags), lastModified, lastModifiedMs: parts.lastModifiedAt?.getTime() },
    full: {
      identity: toFull('identity', parts.body),
      gzip: toFull('gzip', parts.gzip),
      br: toFull('br', parts.brotli),
    },
    notModified: new Map(Object.values(tags).map((tag) => [tag, { ETag: tag, ...shared }])),
    tags,
  };
}

/** The same for bytes that nobody has compressed yet: style sheet, script, icon. */
export function encodeText(
  text: string,
  contentType: string,
  cacheControl: string,
  extra?: FixedHeaders,
): Encoded {
  const body = Buffer.from(text);
  return encode({
    body,
    gzip: gzipSync(body, { level: 9 }),
    brotli: brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    etag: `"${toHash(text)}"`,
    contentType,
    cacheControl,
    extra,
  });
}

/** A short hash for addresses and tags: 16 hex digits of SHA-256. */
export function toHash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/**
 * Answers a GET with 200 or 304 (RFC 9110 §13, §15.4.5). A 304 names the tag that the client holds, whichever
 * coding it is of, so that its stored answer stays valid; to `*` and to a date, that of the coding it would get.
 * `ageSeconds`: since we last knew it to be current, where we could not ask now (RFC 9111 §5.1).
 */
export function answerEncoded(headers: Headers, encoded: Encoded, ageSeconds = 0): Response {
  const named = findFreshTag(
    headers.get('if-none-match'),
    headers.get('if-modified-since'),
    encoded.validators,
  );
  if (named === undefined) {
    const { body, headers: fixed } = encoded.full[chooseCoding(headers.get('accept-encoding'))];
    return new Response(body, { status: 200, headers: withAge(fixed, ageSeconds) });
  }
  const tag = named === '*' ? encoded.tags[chooseCoding(headers.get('accept-encoding'))] : named;
  return new Response(null, { status: 304, headers: withAge(encoded.notModified.get(tag), ageSeconds) });
}

function withAge(headers: FixedHeaders | undefined, ageSeconds: number): FixedHeaders | undefined {
  return ageSeconds > 0 ? { ...headers, Age: String(ageSeconds) } : headers;
}

function addToTag(etag: string, suffix: string): string {
  return `${etag.slice(0, -1)}${suffix}"`;
}

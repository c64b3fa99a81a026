import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { findFreshTag } from './conditional-get.ts';
import { chooseCoding } from './content-coding.ts';
import { toHash } from './encoded.ts';

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);

/**
 * Sent with every page. Images come from the publishers' own servers, which learn nothing of what is read here
 * (no-referrer); nothing inline runs or styles, and no one frames us.
 */
const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: http:; media-src https: http:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Documents are for anyone's programs, pages in browsers included; none of it may run anything. */
export const documentHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Age, ETag, IM',
  'Content-Security-Policy': "default-src 'none'; sandbox",
};

const aMinute = 'public, max-age=60';

export interface PageAnswer {
  status?: number;
  /** Default: a minute, for ages such as "12 min ago" are in the text. */
  cacheControl?: string;
  headers?: Record<string, string>;
  /** Its script asks this server for more, as the desk's does. */
  connects?: boolean;
  /** A piece of a page, without a beginning. */
  isFragment?: boolean;
}

const smallBytes = 1024;

/** Answers with an HTML page: compressed as the client likes it, 304 when it has the same page already. */
export async function respondPage(
  request: Headers,
  markup: unknown,
  answer: PageAnswer = {},
): Promise<Response> {
  const { status = 200, cacheControl = aMinute, headers = {}, connects = false, isFragment = false } = answer;
  return await respondText(request, `${isFragment ? '' : '<!doctype html>'}${String(markup)}`, status, {
    'Content-Type': 'text/html; charset=utf-8',
    ...pageHeaders,
    ...(connects
      ? { 'Content-Security-Policy': `${pageHeaders['Content-Security-Policy']}; connect-src 'self'` }
      : {}),
    'Cache-Control': cacheControl,
    Vary: 'Accept, Accept-Encoding',
    ...headers,
  });
}

/** Answers a program with JSON: compressed, conditional and for as long as a page. */
export async function respondData(request: Headers, body: object): Promise<Response> {
  return await respondText(request, `${JSON.stringify(body)}\n`, 200, {
    'Content-Type': 'application/json',
    ...documentHeaders,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': aMinute,
    Vary: 'Accept-Encoding',
  });
}

/** A permanent move within the site, that caches may forget after an hour: headlines change. */
export function redirectTo(path: string, headers: Record<string, string> = {}): Response {
  return new Response(null, {
    status: 301,
    headers: {
      Location: path,
      'Cache-Control': 'public, max-age=3600',
      'Content-Length': '0',
      ...headers,
    },
  });
}

async function respondText(
  request: Headers,
  text: string,
  status: number,
  headers: Record<string, string>,
): Promise<Response> {
  // Weak: one tag for all codings.
  const etag = `"${toHash(text)}"`;
  const { 'Content-Type': contentType = '', ...others } = headers;
  const shared = { ...(status === 200 ? { ETag: `W/${etag}` } : {}), ...others };
  if (
    status === 200 &&
    findFreshTag(request.get('if-none-match'), undefined, { etags: [etag] }) !== undefined
  ) {
    return new Response(null, { status: 304, headers: shared });
  }
  const { body, coding } = await compress(text, request.get('accept-encoding'));
  return new Response(body, {
    status,
    headers: {
      'Content-Type': contentType,
      'Content-Length': String(body.byteLength),
      ...(coding === 'identity' ? {} : { 'Content-Encoding': coding }),
      ...shared,
    },
  });
}

/** Answers with JSON that no one stores. */
export function respondJson(
  body: object,
  status: number,
  contentType: string,
  headers: Record<string, string> = {},
): Response {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  return new Response(bytes, {
    status,
    headers: {
      'Content-Type': contentType,
      'Content-Length': String(bytes.byteLength),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });
}

async function compress(text: string, acceptEncoding: string | null) {
  const body = Buffer.from(text);
  const coding = body.byteLength < smallBytes ? 'identity' : chooseCoding(acceptEncoding);
  if (coding === 'identity') return { body, coding };
  if (coding === 'gzip') return { body: await gzipped(body, { level: 6 }), coding };
  // 5 is near gzip's time at a fifth less bytes; the default, 11, is for what is kept.
  return { body: await brotlied(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }), coding };
}

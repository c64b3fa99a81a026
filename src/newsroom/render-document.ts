import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { toAtom } from '../feed/to-atom.ts';
import { toJsonFeed } from '../feed/to-json-feed.ts';
import { toRss } from '../feed/to-rss.ts';
import type { OutgoingFeed, PublicationFormat } from '../model/outgoing.ts';

/** By format, what writes a document. */
export const writers: Record<PublicationFormat, (feed: OutgoingFeed) => string> = {
  rss: toRss,
  atom: toAtom,
  json: toJsonFeed,
};

const gzipBytes = promisify(gzip);
const brotliBytes = promisify(brotliCompress);

/** A document in the codings in which it is kept. */
export async function compress(body: Buffer): Promise<{ gzip: Buffer; brotli: Buffer }> {
  const [zipped, brotli] = await Promise.all([
    gzipBytes(body, { level: 9 }),
    brotliBytes(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 6,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  ]);
  return { gzip: zipped, brotli };
}

/** Strong: a hash of the bytes (RFC 9110 §8.8.3). */
export function toEtag(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

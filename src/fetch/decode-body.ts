import type { Transform } from 'node:stream';
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';

/** A body with its content codings undone. */
export type DecodedBody =
  /** `brokenBy` says why the bytes may be fewer than were sent; undefined when all is well. */
  | { outcome: 'decoded'; bytes: Uint8Array; brokenBy?: string }
  | { outcome: 'too-large' }
  | { outcome: 'unknown'; coding: string };

/** Nobody stacks more; each layer of a bomb multiplies. */
const mostCodings = 3;

/**
 * Undoes the codings of a Content-Encoding header (RFC 9110 §8.4): gzip, x-gzip, br, deflate with and without its zlib
 * frame, identity, up to three stacked. No layer grows beyond `maxBytes`. A body that is labelled gzip and isn't is taken
 * as it stands, and one that still is gzip in the end (compressed twice, or a .gz file) is undone once more, as
 * no feed begins with the gzip signature. Data that breaks off or fails its checksum gives the bytes up to there.
 */
export async function decodeBody(
  wire: Uint8Array,
  contentEncoding: string,
  maxBytes: number,
): Promise<DecodedBody> {
  const codings = contentEncoding
    .split(',', 50)
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > mostCodings) return { outcome: 'unknown', coding: codings.slice(0, 5).join(', ') };
  let bytes = wire;
  let brokenBy: string | undefined;
  for (const coding of codings.reverse()) {
    const codec = findCodec(coding, bytes);
    if (codec === undefined) return { outcome: 'unknown', coding: coding.slice(0, 40) };
    if (codec === 'as-is') continue;
    const undone = await undo(codec, bytes, maxBytes);
    if (undone === 'too-large') return { outcome: 'too-large' };
    ({ bytes } = undone);
    brokenBy ??= undone.brokenBy;
  }
  if (isGzip(bytes) && codings.length < mostCodings) {
    const undone = await undo(codecs.gzip, bytes, maxBytes);
    if (undone === 'too-large') return { outcome: 'too-large' };
    return { outcome: 'decoded', bytes: undone.bytes, brokenBy: brokenBy ?? undone.brokenBy };
  }
  return { outcome: 'decoded', bytes, brokenBy };
}

interface Codec {
  now(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
  /** Yields what is good of a broken body. */
  salvager(): Transform;
  /** Where the part begins that the salvager reads. */
  findStart(bytes: Uint8Array): number;
}

// The salvagers of gzip and deflate read past their frames: with a wrong checksum or rubbish behind the end, zlib drops
// the last piece of good data.
const codecs = {
  gzip: { now: gunzipSync, salvager: createInflateRaw, findStart: findGzipData },
  br: { now: brotliDecompressSync, salvager: createBrotliDecompress, findStart: () => 0 },
  zlib: { now: inflateSync, salvager: createInflateRaw, findStart: () => 2 },
  raw: { now: inflateRawSync, salvager: createInflateRaw, findStart: () => 0 },
} satisfies Record<string, Codec>;

const knownCodings = new Set(['gzip', 'x-gzip', 'br', 'deflate']);

/** How to undo a coding; `as-is` for a body that is not under it, undefined for a coding that we don't know. */
function findCodec(coding: string, bytes: Uint8Array): Codec | 'as-is' | undefined {
  if (!knownCodings.has(coding)) return undefined;
  if (bytes.length === 0) return 'as-is';
  if (coding === 'gzip' || coding === 'x-gzip') return isGzip(bytes) ? codecs.gzip : 'as-is';
  if (coding === 'br') return codecs.br;
  return isZlib(bytes) ? codecs.zlib : codecs.raw;
}

function isGzip([first, second, third]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b && third === 8;
}

/** RFC 1950 §2.2: method 8 and a check that makes the two bytes a multiple of 31. */
function isZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 15) === 8 && ((method << 8) | flags) % 31 === 0;
}

/**
 * At once and not in the thread pool: that has four threads, which slow name look-ups can hold for many seconds, and
 * for documents of usual size the way there costs more than the work.
 */
async function undo(
  codec: Codec,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<{ bytes: Uint8Array; brokenBy?: string } | 'too-large'> {
  try {
    return { bytes: codec.now(bytes, { maxOutputLength: maxBytes }) };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
    return salvage(codec, bytes, maxBytes, error.message);
  }
}

/** Everything that a broken stream yields before it breaks. */
function salvage(
  codec: Codec,
  bytes: Uint8Array,
  maxBytes: number,
  brokenBy: string,
): Promise<{ bytes: Uint8Array; brokenBy: string } | 'too-large'> {
  return new Promise((resolve) => {
    const stream = codec.salvager();
    const chunks: Uint8Array[] = [];
    let length = 0;
    const finish = () => resolve({ bytes: Buffer.concat(chunks), brokenBy });
    stream.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= maxBytes) return;
      stream.destroy();
      resolve('too-large');
    });
    stream.on('error', finish);
    stream.on('end', finish);
    stream.end(bytes.subarray(codec.findStart(bytes)));
  });
}

/** RFC 1952 §2.3: ten bytes, then by flags an extra field, a name, a comment and a checksum of all this. */
function findGzipData(bytes: Uint8Array): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8);
  for (const text of [8, 16]) {
    if (!(flags & text)) continue;
    const end = bytes.indexOf(0, at);
    at = end < 0 ? bytes.length : end + 1;
  }
  return flags & 2 ? at + 2 : at;
}

const mostTailBytes = 4_096;
const rootEnd = /<\/(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)\s{0,9}>/i;

/** Whether a document that came broken is whole by its own evidence: the end tag of its root is there, near its end. */
export function holdsRootEnd(bytes: Uint8Array): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - mostTailBytes));
  return rootEnd.test(Buffer.from(tail).toString('latin1'));
}

import { type Readable, type Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** Why a body could not be read. */
export class BodyError extends Error {
  readonly code: 'too-large' | 'bad-encoding';
  constructor(code: 'too-large' | 'bad-encoding', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codings on top of each other: more is an attack, or a mistake. */
const mostCodings = 3;

/**
 * Reads a body to its end, undoing its Content-Encoding (RFC 9110 §8.4), never holding more than `maxBytes` decoded bytes:
 * what is larger is given up at that byte. A compressed stream that ends early gives what it held: many servers cut the
 * trailer off. Throws BodyError.
 */
export async function readBody(
  body: Readable,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding && coding !== 'identity');
  if (codings.length > mostCodings)
    throw new BodyError('bad-encoding', `it is encoded ${codings.length} times over`);
  const sink = createSink(maxBytes);
  // Applied in the order listed, so undone from the last.
  const decoders: Transform[] = [];
  for (const coding of codings.reverse())
    decoders.push(await createDecoder(coding, decoders.length === 0 ? body : undefined));
  await pipeline([body, ...decoders, sink.stream]).catch((error) => {
    if (error instanceof BodyError) throw error;
    if (isDecoding(error))
      throw new BodyError('bad-encoding', `its ${contentEncoding} encoding is broken`, { cause: error });
    throw error;
  });
  return Buffer.concat(sink.chunks, sink.size());
}

function createSink(maxBytes: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) done(new BodyError('too-large', `it is larger than ${maxBytes} bytes`));
      else {
        chunks.push(chunk);
        done();
      }
    },
  });
  return { stream, chunks, size: () => size };
}

function isDecoding(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return (
    code.startsWith('Z_') ||
    code.startsWith('ERR_BROTLI') ||
    code.startsWith('ERR__ERROR') ||
    code.startsWith('ERR_PADDING')
  );
}

/** `source` is the stream that the decoder will read, where its first byte can be looked at. */
async function createDecoder(coding: string, source: Readable | undefined): Promise<Transform> {
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  if (coding === 'br') return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
  if (coding !== 'deflate')
    throw new BodyError('bad-encoding', `its encoding "${coding.slice(0, 40)}" is unknown`);
  // "deflate" is zlib (RFC 9110 §8.4.1.2), but some servers send it raw: zlib begins with compression method 8.
  const first = source ? await peekByte(source) : undefined;
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  return first === undefined || (first & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
}

async function peekByte(source: Readable): Promise<number | undefined> {
  for (;;) {
    const chunk = source.read() as Buffer | null;
    if (chunk) {
      source.unshift(chunk);
      if (chunk.length > 0) return chunk[0];
    }
    if (source.readableEnded || source.destroyed) return undefined;
    const ended = await new Promise<boolean>((resolve) => {
      const settle = (value: boolean) => {
        source.off('readable', onReadable).off('end', onEnd).off('error', onEnd).off('close', onEnd);
        resolve(value);
      };
      const onReadable = () => settle(false);
      const onEnd = () => settle(true);
      source.once('readable', onReadable).once('end', onEnd).once('error', onEnd).once('close', onEnd);
    });
    if (ended) return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody, holdsRootEnd } from '../../src/fetch/decode-body.ts';

const text = `<rss><channel>${'<item><title>Storm nears the coast</title></item>'.repeat(50)}</channel></rss>`;
const plain = Buffer.from(text);
const limit = 1_048_576;
const decode = async (body: Uint8Array, coding: string, maxBytes = limit) => {
  const decoded = await decodeBody(body, coding, maxBytes);
  return decoded.outcome === 'decoded' ? Buffer.from(decoded.bytes).toString() : decoded.outcome;
};

describe('content codings', () => {
  test.each<[string, Uint8Array, string]>([
    ['none', plain, ''],
    ['identity', plain, 'identity'],
    ['gzip', gzipSync(plain), 'gzip'],
    ['x-gzip', gzipSync(plain), 'x-gzip'],
    ['in capitals with spaces', gzipSync(plain), ' GZIP '],
    ['br', brotliCompressSync(plain), 'br'],
    ['deflate in its frame', deflateSync(plain), 'deflate'],
    ['deflate in a frame of another level', deflateSync(plain, { level: 1 }), 'deflate'],
    ['raw deflate', deflateRawSync(plain), 'deflate'],
    ['raw deflate, stored', deflateRawSync(plain, { level: 0 }), 'deflate'],
    ['two', brotliCompressSync(gzipSync(plain)), 'gzip, br'],
    ['three', gzipSync(deflateSync(brotliCompressSync(plain))), 'br, deflate, gzip'],
    ['identity among them', gzipSync(plain), 'identity, gzip, identity'],
    ['empty members', gzipSync(plain), ', gzip,,'],
    ['labelled gzip and plain', plain, 'gzip'],
    ['gzip and not labelled', gzipSync(plain), ''],
    ['gzip twice, labelled once', gzipSync(gzipSync(plain)), 'gzip'],
    [
      'two members of gzip',
      Buffer.concat([gzipSync(plain.subarray(0, 99)), gzipSync(plain.subarray(99))]),
      'gzip',
    ],
  ])('%s', async (_name, body, coding) => {
    expect(await decode(body, coding)).toBe(text);
  });

  test.each(['gzip', 'br', 'deflate', ''])('nothing under "%s" is nothing', async (coding) => {
    expect(await decode(Buffer.alloc(0), coding)).toBe('');
  });

  test.each(['zstd', 'compress', 'gzip, zstd', 'gzip, gzip, gzip, gzip', 'none', 'utf-8', 'x'.repeat(9_000)])(
    'unknown: %.30s',
    async (coding) => {
      expect(await decode(plain, coding)).toBe('unknown');
      expect(await decode(Buffer.alloc(0), coding)).toBe('unknown');
    },
  );

  test.each<[string, Uint8Array, string]>([
    ['gzip', gzipSync(Buffer.alloc(50 * limit)), 'gzip'],
    ['br', brotliCompressSync(Buffer.alloc(50 * limit)), 'br'],
    ['deflate', deflateSync(Buffer.alloc(50 * limit)), 'deflate'],
    ['raw deflate', deflateRawSync(Buffer.alloc(50 * limit)), 'deflate'],
    ['hidden in another', gzipSync(gzipSync(Buffer.alloc(50 * limit))), 'gzip, gzip'],
    ['not labelled', gzipSync(Buffer.alloc(50 * limit)), ''],
    ['broken at its end', gzipSync(Buffer.alloc(50 * limit)).subarray(0, -20), 'gzip'],
  ])('a bomb of 50 MiB is stopped at 1 MiB: %s', async (_name, body, coding) => {
    expect(body.length).toBeLessThan(60_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await decode(body, coding)).toBe('too-large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * limit);
  });

  test('exactly at the limit is not over it', async () => {
    const body = randomBytes(limit);
    expect(await decodeBody(gzipSync(body), 'gzip', limit)).toMatchObject({
      outcome: 'decoded',
      bytes: body,
    });
    expect(await decodeBody(gzipSync(body), 'gzip', limit - 1)).toEqual({ outcome: 'too-large' });
  });

  const gzip = gzipSync(plain);
  const badSum = Buffer.from(gzip);
  badSum.writeUInt32LE(1, badSum.length - 8);
  const extras = Buffer.from('\x03\0abcfeed.xml\0made by hand\0\0\0', 'latin1');
  const named = Buffer.concat([gzip.subarray(0, 10), extras, gzip.subarray(10)]);
  named[3] = 4 + 8 + 16 + 2;
  test.each<[string, Uint8Array, string, number]>([
    ['gzip without its trailer', gzip.subarray(0, -8), 'gzip', plain.length],
    ['gzip with half its trailer', gzip.subarray(0, -3), 'gzip', plain.length],
    ['gzip with rubbish behind it', Buffer.concat([gzip, Buffer.from('\n\nrubbish')]), 'gzip', plain.length],
    ['gzip with a name and no trailer', named.subarray(0, -8), 'gzip', plain.length],
    [
      'deflate with rubbish behind it',
      Buffer.concat([deflateSync(plain).subarray(0, -4), Buffer.from('0000rubbish')]),
      'deflate',
      plain.length,
    ],
    ['gzip with a wrong checksum', badSum, 'gzip', plain.length],
    ['deflate without its trailer', deflateSync(plain).subarray(0, -4), 'deflate', plain.length],
    ['gzip cut in the middle', gzipSync(randomBytes(100_000)).subarray(0, 50_000), 'gzip', 30_000],
    ['br cut in the middle', brotliCompressSync(randomBytes(100_000)).subarray(0, 50_000), 'br', 1],
    ['raw deflate that is nothing', Buffer.from('<rss></rss>'), 'deflate', 0],
    ['br that is nothing', plain, 'br', 0],
    ['a gzip header alone', gzip.subarray(0, 10), 'gzip', 0],
  ])('broken, and what came is kept: %s', async (_name, body, coding, atLeast) => {
    const decoded = await decodeBody(body, coding, limit);
    expect(decoded).toMatchObject({ outcome: 'decoded', brokenBy: expect.any(String) });
    expect(decoded.outcome === 'decoded' ? decoded.bytes.length : -1).toBeGreaterThanOrEqual(atLeast);
  });
});

describe('whether a broken document is whole', () => {
  test.each([
    [text, true],
    ['<feed></feed>\n', true],
    ['<rdf:RDF></rdf:RDF >', true],
    ['<atom:feed></atom:feed>', true],
    [`<RSS></RSS><!-- cached ${'x'.repeat(500)} -->`, true],
    ['<rss><channel>', false],
    ['<rss></rss', false],
    [`</rss>${'x'.repeat(10_000)}`, false],
    ['', false],
    ['{"items": []}', false],
  ])('%.40s', (document, expected) => {
    expect(holdsRootEnd(Buffer.from(document))).toBe(expected);
  });
});

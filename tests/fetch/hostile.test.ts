import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFetcher, type FetcherOptions, type FetchRequest } from '../../src/fetch/fetch-source.ts';
import {
  bomb,
  dripBody,
  encodedBody,
  endlessBody,
  lyingLength,
  manyHeaders,
  neverAnswer,
  type Origin,
  rawAnswer,
  resetMidBody,
  slowHeaders,
  startOrigin,
} from '../support/origin.ts';

const mebibyte = 1_048_576;
const rss = `<rss><channel>${'<item/>'.repeat(100)}</channel></rss>`;
const create = (options: Partial<FetcherOptions> = {}) =>
  createFetcher({
    userAgent: 'Wireroom-test',
    allowAddresses: ['127.0.0.1'],
    ...options,
    limits: { totalMs: 2_000, maxBytes: mebibyte, ...options.limits },
  });
/** toMatchObject takes `{}` for any object. */
const nothing = expect.toSatisfy((value: object) => Object.keys(value).length === 0);
const fetcher = create();
const hasty = create({ limits: { totalMs: 300 } });
let origin: Origin;

beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(async () => {
  await fetcher.close();
  await hasty.close();
  await origin.close();
});
beforeEach(() => {
  origin.requests.length = 0;
});
const get = (path: string, request: Omit<FetchRequest, 'url'> = {}) =>
  fetcher.fetch({ url: origin.url(path), ...request });
const getHastily = (path: string) => hasty.fetch({ url: origin.url(path) });

describe('origins that are slow', () => {
  test.each([
    ['says nothing', () => neverAnswer()],
    ['thinks for long', () => slowHeaders(1_000, { body: rss })],
    ['drips its body', () => dripBody(rss, { everyMs: 20 })],
    [
      'drips its gzip',
      () => dripBody(gzipSync(rss), { everyMs: 50, headers: { 'content-encoding': 'gzip' } }),
    ],
    ['hangs within its headers', () => rawAnswer('HTTP/1.1 200 OK\r\nX-A: b\r\n', { keepOpen: true })],
    [
      'hangs within a redirect',
      () => rawAnswer('HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 9\r\n\r\n', { keepOpen: true }),
    ],
    ['hints for ever', () => rawAnswer('HTTP/1.1 103 Early Hints\r\n\r\n', { keepOpen: true })],
  ])('one that %s is cut when time is up', async (name, toAnswer) => {
    const path = `/slow/${encodeURIComponent(name)}`;
    origin.set(path, toAnswer());
    const result = await getHastily(path);
    if (name.includes('redirect')) expect(result.outcome).toBe('failed');
    else {
      expect(result).toMatchObject({ outcome: 'failed', code: 'timeout' });
      expect(result.outcome === 'failed' && result.message).toBe(
        `127.0.0.1:${origin.port} did not answer in full within 0.3 s; it will be tried again.`,
      );
    }
  });

  test('one that never lets go of a whole document is taken at its word, without validators', async () => {
    origin.set('/hold', lyingLength(rss, 99_999, { keepOpen: true, headers: { ETag: '"v1"' } }));
    expect(await getHastily('/hold')).toMatchObject({
      outcome: 'fetched',
      body: Buffer.from(rss),
      validators: nothing,
    });
  });

  test('a look-up that takes too long is a timeout that names the host', async () => {
    const waiting = create({ resolve: () => new Promise(() => {}), limits: { connectMs: 200 } });
    expect(await waiting.fetch({ url: 'http://slow.example/' })).toMatchObject({
      outcome: 'failed',
      code: 'timeout',
      message: 'slow.example did not open a connection within 0.2 s; it will be tried again.',
    });
    await waiting.close();
  });

  test('waiting for one of the two connections counts', async () => {
    origin.set('/never', neverAnswer());
    origin.document('/quick', rss);
    const results = await Promise.all(['/never', '/never', '/quick'].map(getHastily));
    expect(results.map((result) => result.outcome === 'failed' && result.code)).toEqual(
      Array(3).fill('timeout'),
    );
    expect(await getHastily('/quick')).toMatchObject({ outcome: 'fetched' });
  });
});

describe('origins that send too much', () => {
  test('an endless body is cut soon after the limit', async () => {
    const endless = endlessBody();
    origin.set('/endless', endless);
    expect(await get('/endless')).toMatchObject({
      outcome: 'failed',
      code: 'too-large',
      message: expect.stringContaining('1 MiB'),
    });
    expect(endless.sent).toBeLessThan(20 * mebibyte);
  });

  test('an endless body of packed nothing too', async () => {
    const endless = endlessBody(gzipSync(Buffer.alloc(mebibyte)), {
      headers: { 'content-encoding': 'gzip' },
    });
    origin.set('/endless', endless);
    expect(await get('/endless')).toMatchObject({ outcome: 'failed', code: 'too-large' });
    expect(endless.sent).toBeLessThan(20 * mebibyte);
  });

  test('an announced length over the limit is not even waited for', async () => {
    origin.set('/announced', lyingLength('', 9_000_000_000, { keepOpen: true }));
    expect(await get('/announced')).toMatchObject({ outcome: 'failed', code: 'too-large' });
  });

  test('a bomb of 50 MiB takes no more memory than the limit', async () => {
    origin.set('/bomb', bomb(50));
    origin.set('/bomb-in-a-box', bomb(50, ['gzip', 'gzip']));
    origin.set('/bomb-br', bomb(50, ['br']));
    for (const path of ['/bomb', '/bomb-in-a-box', '/bomb-br']) {
      const before = process.memoryUsage().arrayBuffers;
      expect(await get(path)).toMatchObject({ outcome: 'failed', code: 'too-large' });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * mebibyte);
    }
  });

  test('exactly the limit is taken, a byte more is not', async () => {
    origin.document('/fit', Buffer.alloc(mebibyte, 32));
    origin.set('/fit-gzip', encodedBody(Buffer.alloc(mebibyte, 32), ['gzip']));
    origin.document('/unfit', Buffer.alloc(mebibyte + 1, 32));
    origin.set('/unfit-gzip', encodedBody(Buffer.alloc(mebibyte + 1, 32), ['gzip']));
    expect(await get('/fit')).toMatchObject({ outcome: 'fetched' });
    expect(await get('/fit-gzip')).toMatchObject({ outcome: 'fetched' });
    expect(await get('/unfit')).toMatchObject({ code: 'too-large' });
    expect(await get('/unfit-gzip')).toMatchObject({ code: 'too-large' });
  });

  test('headers beyond 32 KiB are refused, below they are taken', async () => {
    origin.set('/some', manyHeaders(28_000, rss));
    origin.set('/many', manyHeaders(40_000, rss));
    expect(await get('/some')).toMatchObject({ outcome: 'fetched' });
    expect(await get('/many')).toMatchObject({ outcome: 'failed', code: 'too-large' });
  });
});

describe('origins that lie and break', () => {
  const partial = rss.slice(0, 300);
  test.each<[string, () => Parameters<Origin['set']>[1], object]>([
    ['Content-Length too long', () => lyingLength(partial, 5_000), { code: 'network' }],
    [
      'Content-Length too long for a whole document',
      () => lyingLength(rss, 5_000, { headers: { ETag: '"x"' } }),
      { outcome: 'fetched', body: Buffer.from(rss), validators: nothing },
    ],
    [
      'Content-Length too short',
      () => lyingLength(rss, 300),
      { outcome: 'fetched', body: Buffer.from(partial) },
    ],
    [
      'Content-Length too short for gzip',
      () => lyingLength(gzipSync(rss), 30, { headers: { 'Content-Encoding': 'gzip' } }),
      { code: 'bad-encoding' },
    ],
    [
      'Content-Length of the unpacked document',
      () => lyingLength(gzipSync(rss), rss.length, { headers: { 'Content-Encoding': 'gzip', ETag: '"x"' } }),
      { outcome: 'fetched', body: Buffer.from(rss), validators: nothing },
    ],
    [
      'Content-Length that is no number',
      () => rawAnswer(`HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n${rss}`),
      { code: 'network' },
    ],
    [
      'Content-Length twice',
      () => rawAnswer(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n${rss}`),
      { code: 'network' },
    ],
    [
      'no length, ended by closing',
      () => rawAnswer(`HTTP/1.1 200 OK\r\n\r\n${partial}`),
      { outcome: 'fetched', body: Buffer.from(partial) },
    ],
    [
      'HTTP/1.0',
      () => rawAnswer(`HTTP/1.0 200 OK\r\n\r\n${rss}`),
      { outcome: 'fetched', body: Buffer.from(rss) },
    ],
    ['a reset within the body', () => resetMidBody(partial), { code: 'network' }],
    [
      'a reset within gzip',
      () => resetMidBody(gzipSync(rss).subarray(0, 20), { 'content-encoding': 'gzip' }),
      { code: 'network' },
    ],
    [
      'a reset after a whole document',
      () => resetMidBody(rss),
      { outcome: 'fetched', body: Buffer.from(rss), validators: nothing },
    ],
    [
      'gzip without its trailer',
      () => ({ headers: { 'content-encoding': 'gzip', etag: '"x"' }, body: gzipSync(rss).subarray(0, -8) }),
      { outcome: 'fetched', body: Buffer.from(rss), validators: nothing },
    ],
    [
      'gzip cut in the middle',
      () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(rss).subarray(0, 25) }),
      { code: 'bad-encoding' },
    ],
    [
      'brotli that is none',
      () => ({ headers: { 'content-encoding': 'br' }, body: rss }),
      { code: 'bad-encoding' },
    ],
    [
      'gzip that is none',
      () => ({ headers: { 'content-encoding': 'gzip' }, body: rss }),
      { outcome: 'fetched', body: Buffer.from(rss) },
    ],
    [
      'an encoding nobody asked for',
      () => ({ headers: { 'content-encoding': 'zstd' }, body: rss }),
      { code: 'bad-encoding', message: expect.stringContaining('"zstd"') },
    ],
    ['nothing but an end', () => rawAnswer(''), { code: 'network' }],
    [
      'something that is not HTTP',
      () => rawAnswer('220 mail.example ESMTP\r\n'),
      { code: 'network', message: expect.stringContaining('not HTTP') },
    ],
    ['a document without headers', () => rawAnswer(rss), { code: 'network' }],
    [
      'header lines of rubbish',
      () => rawAnswer(`HTTP/1.1 200 OK\r\n: x\r\n\0\x01\r\n\r\n${rss}`),
      { code: 'network' },
    ],
    ['a status that is none', () => rawAnswer('HTTP/1.1 abc OK\r\n\r\n'), { code: 'network' }],
    [
      'status 101',
      () => rawAnswer('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      { code: 'network' },
    ],
    [
      'chunks of rubbish',
      () => rawAnswer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc'),
      { code: 'network' },
    ],
    [
      'a chunk of endless size',
      () => rawAnswer(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\nabc`),
      { code: 'network' },
    ],
    [
      'a name from the engine room',
      () =>
        rawAnswer(
          `HTTP/1.1 200 OK\r\n__proto__: x\r\nconstructor: y\r\nETag: "v"\r\nContent-Length: ${rss.length}\r\n\r\n${rss}`,
        ),
      { outcome: 'fetched', validators: { etag: '"v"' } },
    ],
    [
      'two ETags',
      () =>
        rawAnswer(`HTTP/1.1 200 OK\r\nETag: "a"\r\nETag: "b"\r\nContent-Length: ${rss.length}\r\n\r\n${rss}`),
      { outcome: 'fetched', validators: { etag: '"a"' } },
    ],
  ])('%s', async (name, toAnswer, expected) => {
    const path = `/broken/${encodeURIComponent(name)}`;
    origin.set(path, toAnswer());
    const result = await get(path);
    expect(result).toMatchObject({ outcome: 'failed', ...expected });
    if (result.outcome === 'failed') expect(result.message).toContain(`127.0.0.1:${origin.port}`);
    origin.document('/after', rss);
    expect(await get('/after')).toMatchObject({ outcome: 'fetched', body: Buffer.from(rss) });
  });

  test("a second answer behind the first is nobody's", async () => {
    const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    origin.set('/two', rawAnswer(answer('<rss/>') + answer('<evil/>'), { keepOpen: true }));
    origin.document('/next', rss);
    expect(await get('/two')).toMatchObject({ body: Buffer.from('<rss/>') });
    expect(await get('/next')).toMatchObject({ body: Buffer.from(rss) });
  });

  test('a connection that ends before an answer is tried twice and no more', async () => {
    origin.set('/end', ({ socket }) => void socket.destroy());
    expect(await get('/end')).toMatchObject({ outcome: 'failed', code: 'network' });
    expect(origin.requests).toHaveLength(2);
  });
});

describe('names and connections that fail', () => {
  const failing = (code: string) =>
    create({ resolve: async () => Promise.reject(Object.assign(new Error(code), { code })) });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ESERVFAIL'])('%s is dns', async (code) => {
    const other = failing(code);
    expect(await other.fetch({ url: 'http://feed.example/' })).toMatchObject({
      outcome: 'failed',
      code: 'dns',
      message: expect.stringContaining('feed.example'),
    });
    await other.close();
  });

  test('a port where nobody listens is connect', async () => {
    const closed = await startOrigin();
    await closed.close();
    expect(await fetcher.fetch({ url: closed.url('/') })).toMatchObject({
      outcome: 'failed',
      code: 'connect',
      message: `127.0.0.1:${closed.port} does not take connections (ECONNREFUSED); it will be tried again.`,
    });
  });

  test('a name whose addresses all refuse is connect', async () => {
    const closed = await startOrigin();
    await closed.close();
    const other = create({
      allowAddresses: ['127.0.0.0/8'],
      resolve: async () => ['127.0.0.2', '127.0.0.3'].map((address) => ({ address, family: 4 })),
    });
    expect(await other.fetch({ url: `http://feed.example:${closed.port}/` })).toMatchObject({
      code: 'connect',
    });
    await other.close();
  });

  test('a bug flies', async () => {
    await expect(get('/x', { accept: 'a\r\nb' })).rejects.toThrow('invalid accept header');
  });
});

describe('rebinding', () => {
  test('a name that turns to a private address between two fetches is refused at the second connection', async () => {
    const answers = ['127.0.0.1', '127.0.0.2'];
    const asked: string[] = [];
    const other = create({
      resolve: async (name) => {
        asked.push(name);
        return [{ address: answers.shift() ?? '', family: 4 }];
      },
    });
    const victim = await startOrigin({}, { host: '127.0.0.2', port: origin.port });
    origin.document('/feed', rss, { headers: { connection: 'close' } });
    const url = `http://rebind.example:${origin.port}/feed`;
    expect(await other.fetch({ url })).toMatchObject({ outcome: 'fetched' });
    const second = await other.fetch({ url });
    expect(second).toMatchObject({ outcome: 'failed', code: 'address-refused' });
    expect(second.outcome === 'failed' && second.message).toMatch(
      /rebind\.example.*127\.0\.0\.2.*ALLOW_ADDRESSES/,
    );
    expect(asked).toEqual(['rebind.example', 'rebind.example']);
    expect(victim.connections.opened).toBe(0);
    await other.close();
    await victim.close();
  });

  test('of a mixed answer only what is allowed is connected to', async () => {
    const other = create({
      resolve: async () => ['127.0.0.2', '127.0.0.1', '127.0.0.3'].map((address) => ({ address, family: 4 })),
    });
    const victim = await startOrigin({}, { host: '127.0.0.2', port: origin.port });
    origin.document('/feed', rss);
    expect(await other.fetch({ url: `http://mixed.example:${origin.port}/feed` })).toMatchObject({
      outcome: 'fetched',
    });
    expect(victim.connections.opened).toBe(0);
    await other.close();
    await victim.close();
  });

  test('one look-up decides: what is connected to is what was judged', async () => {
    let asked = 0;
    const other = create({
      resolve: async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
    });
    origin.document('/feed', rss);
    expect(await other.fetch({ url: `http://once.example:${origin.port}/feed` })).toMatchObject({
      outcome: 'fetched',
    });
    expect(asked).toBe(1);
    await other.close();
  });
});

describe('being told to stop', () => {
  const stopped = { outcome: 'failed', code: 'stopped', message: expect.stringContaining('stopped') };

  test('before the start sends nothing', async () => {
    origin.document('/feed', rss);
    expect(await get('/feed', { signal: AbortSignal.abort() })).toMatchObject(stopped);
    expect(origin.requests).toHaveLength(0);
  });

  test.each([
    ['for the headers', () => neverAnswer()],
    ['for the body', () => dripBody(rss, { everyMs: 20 })],
    ['for the end of a whole document', () => lyingLength(rss, 99_999, { keepOpen: true })],
  ])('while waiting %s', async (name, toAnswer) => {
    const path = `/stop/${encodeURIComponent(name)}`;
    origin.set(path, toAnswer());
    const stopping = new AbortController();
    const pending = get(path, { signal: stopping.signal });
    await expect.poll(() => origin.requests.length).toBe(1);
    setTimeout(() => stopping.abort(), 50);
    expect(await pending).toMatchObject(stopped);
  });

  test('while a name is looked up', async () => {
    const other = create({ resolve: () => new Promise(() => {}) });
    const stopping = new AbortController();
    const pending = other.fetch({ url: 'http://slow.example/', signal: stopping.signal });
    setTimeout(() => stopping.abort(), 20);
    expect(await pending).toMatchObject(stopped);
    await other.close();
  });
});

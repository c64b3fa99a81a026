import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createFetcher, type FetchRequest } from '../../src/fetch/fetch-source.ts';
import { encodedBody, type Origin, rawAnswer, startOrigin } from '../support/origin.ts';

const rss = '<rss><channel><title>Alpha</title></channel></rss>';
const now = new Date('2026-02-16T12:00:00Z');
const fetcher = createFetcher({
  userAgent: 'Wireroom/1 (+https://wire.example)',
  allowAddresses: ['127.0.0.0/8'],
  now: () => now,
});
/** toMatchObject takes `{}` for any object. */
const nothing = expect.toSatisfy((value: object) => Object.keys(value).length === 0);
let origin: Origin;

beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(async () => {
  await fetcher.close();
  await origin.close();
});
beforeEach(() => {
  origin.requests.length = 0;
});
const get = (path: string, request: Omit<FetchRequest, 'url'> = {}) =>
  fetcher.fetch({ url: origin.url(path), ...request });

describe('a document', () => {
  test('comes with its bytes, its headers and its validators', async () => {
    origin.document('/feed.xml', rss, {
      type: 'application/rss+xml; charset=utf-8',
      etag: '"v1"',
      lastModified: 'Mon, 16 Feb 2026 10:00:00 GMT',
      headers: {
        'cache-control': 'max-age=600',
        'content-location': '/feed.en.xml',
        'content-language': 'en',
        'retry-after': '60',
      },
    });
    const result = await get('/feed.xml');
    expect(result).toEqual({
      outcome: 'fetched',
      url: origin.url('/feed.xml'),
      finalUrl: origin.url('/feed.xml'),
      movedTo: undefined,
      status: 200,
      body: Buffer.from(rss),
      contentType: 'application/rss+xml; charset=utf-8',
      contentLocation: '/feed.en.xml',
      contentLanguage: 'en',
      validators: { etag: '"v1"', lastModified: 'Mon, 16 Feb 2026 10:00:00 GMT' },
      freshness: { freshForSeconds: 600, retryAfterSeconds: 60 },
      tookMs: expect.any(Number),
    });
  });

  test('the request says who asks and for what, and nothing more', async () => {
    origin.document('/feed.xml', rss);
    await get('/feed.xml?a=1&b=%20#fragment');
    await get('/feed.xml', { accept: 'text/html' });
    const [first, second] = origin.requests;
    expect(first?.path).toBe('/feed.xml?a=1&b=%20');
    expect(first?.method).toBe('GET');
    expect(first?.headers).toEqual({
      host: `127.0.0.1:${origin.port}`,
      connection: 'keep-alive',
      'user-agent': 'Wireroom/1 (+https://wire.example)',
      accept:
        'application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1',
      'accept-encoding': 'gzip, br, deflate',
    });
    expect(second?.headers.accept).toBe('text/html');
  });

  test('cookies are neither kept nor sent', async () => {
    origin.set('/cookie', { headers: { 'set-cookie': ['a=1', 'b=2'] }, body: rss });
    await get('/cookie');
    await get('/cookie');
    expect(origin.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });

  test.each<['gzip' | 'br' | 'deflate' | 'deflate-raw']>([['gzip'], ['br'], ['deflate'], ['deflate-raw']])(
    'under %s is decoded',
    async (coding) => {
      origin.set('/coded', encodedBody(rss, [coding]));
      expect(await get('/coded')).toMatchObject({ outcome: 'fetched', body: Buffer.from(rss) });
    },
  );

  test('under codings in two header lines is decoded', async () => {
    const { body } = encodedBody(rss, ['gzip', 'br']);
    origin.set('/coded', { headers: { 'content-encoding': ['gzip', 'br'] }, body });
    expect(await get('/coded')).toMatchObject({ outcome: 'fetched', body: Buffer.from(rss) });
  });

  test('that is empty is a document too', async () => {
    origin.document('/empty', '');
    expect(await get('/empty')).toMatchObject({ outcome: 'fetched', body: Buffer.alloc(0) });
  });

  test('of a 203 is taken, its validators are not', async () => {
    origin.set('/203', { status: 203, headers: { etag: '"x"' }, body: rss });
    expect(await get('/203')).toMatchObject({ outcome: 'fetched', status: 203, validators: nothing });
  });

  test('after early hints is taken', async () => {
    origin.set(
      '/103',
      rawAnswer(
        `HTTP/1.1 103 Early Hints\r\nETag: "no"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>`,
      ),
    );
    expect(await get('/103')).toMatchObject({
      outcome: 'fetched',
      validators: nothing,
      body: Buffer.from('<rss/>'),
    });
  });
});

describe('validators', () => {
  test.each([
    ['strong', '"v1"'],
    ['weak', 'W/"v1"'],
    ['weak in lower case', 'w/"v1"'],
    ['unquoted', 'v1'],
    ['with half a quote', '"v1'],
    ['with spaces', '"v 1  2"'],
    ['with a comma', '"a,b", "c"'],
    ['with backslashes', String.raw`\"v1\"`],
    ['with quotes inside', '"a"b"'],
    ['with the mark of gzip', '"v1-gzip"'],
    ['with a tab', '"a\tb"'],
    ['in Latin-1', '"caf\xe9"'],
    ['in UTF-8', Buffer.from('"café ☃"').toString('latin1')],
    ['a star', '*'],
    ['long', `"${'x'.repeat(8_000)}"`],
  ])('an ETag goes back byte for byte: %s', async (_name, etag) => {
    origin.document('/tag', rss, { etag });
    const first = await get('/tag');
    expect(first).toMatchObject({ outcome: 'fetched', validators: { etag } });
    if (first.outcome !== 'fetched') return;
    expect(await get('/tag', { validators: first.validators })).toMatchObject({
      outcome: 'not-modified',
      validators: { etag },
    });
    expect(origin.requests[1]?.headers['if-none-match']).toBe(etag);
    expect(origin.requests[1]?.headers['if-modified-since']).toBeUndefined();
  });

  test.each([
    'Mon, 16 Feb 2026 10:00:00 GMT',
    'Monday, 16-Feb-26 10:00:00 GMT',
    '2026-02-16',
    'yesterday',
    '0',
  ])('a Last-Modified goes back byte for byte: %s', async (lastModified) => {
    origin.document('/date', rss, { lastModified });
    expect(await get('/date')).toMatchObject({ validators: { lastModified } });
    expect(await get('/date', { validators: { lastModified } })).toMatchObject({ outcome: 'not-modified' });
    expect(origin.requests[1]?.headers['if-modified-since']).toBe(lastModified);
  });

  test('both go when both are there', async () => {
    const validators = { etag: '"v1"', lastModified: 'Mon, 16 Feb 2026 10:00:00 GMT' };
    origin.document('/both', rss, validators);
    expect(await get('/both', { validators })).toMatchObject({ outcome: 'not-modified', validators });
    expect(origin.requests[0]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Mon, 16 Feb 2026 10:00:00 GMT',
    });
  });

  test.each([
    ['missing', {}],
    ['empty', { etag: '', 'last-modified': '' }],
    ['blank', { etag: '   ' }],
    ['over 8 KB', { etag: `"${'x'.repeat(8_200)}"` }],
  ])('none are invented: %s', async (_name, headers) => {
    origin.set('/none', { headers, body: rss });
    expect(await get('/none')).toMatchObject({ outcome: 'fetched', validators: nothing });
  });

  test.each([
    ['CR and LF', '"a"\r\nX-Evil: 1'],
    ['LF', '"a"\nb'],
    ['NUL', '"a\0"'],
    ['characters beyond a byte', '"☃"'],
    ['over 8 KB', 'x'.repeat(8_193)],
    ['empty', ''],
  ])('a stored one that cannot be sent is left out: %s', async (_name, bad) => {
    origin.document('/bad', rss, { etag: '"v1"' });
    const result = await get('/bad', { validators: { etag: bad, lastModified: bad } });
    expect(result).toMatchObject({ outcome: 'fetched', validators: { etag: '"v1"' } });
    expect(origin.requests[0]?.rawHeaders.join()).not.toMatch(/if-|evil/i);
  });

  test('a 304 keeps those that were sent, whatever it says itself, and brings its freshness', async () => {
    origin.set('/304', {
      status: 304,
      headers: {
        etag: '"other"',
        'last-modified': 'today',
        'cache-control': 'max-age=60',
        'retry-after': '5',
      },
    });
    expect(await get('/304', { validators: { etag: '"mine"' } })).toEqual({
      outcome: 'not-modified',
      url: origin.url('/304'),
      finalUrl: origin.url('/304'),
      movedTo: undefined,
      validators: { etag: '"mine"' },
      freshness: { freshForSeconds: 60, retryAfterSeconds: 5 },
      tookMs: expect.any(Number),
    });
  });

  test.each([undefined, {}, { etag: '' }, { etag: '"a"\n' }])(
    'a 304 without a condition (%j) is no answer',
    async (validators) => {
      origin.set('/304', { status: 304 });
      expect(await get('/304', { validators })).toMatchObject({
        outcome: 'failed',
        code: 'http-status',
        status: 304,
      });
    },
  );

  test('other statuses give none', async () => {
    origin.set('/500', { status: 500, headers: { etag: '"x"' }, body: rss });
    expect(await get('/500', { validators: { etag: '"mine"' } })).not.toHaveProperty('validators');
  });
});

describe('statuses', () => {
  test('410 is gone', async () => {
    origin.set('/gone', { status: 410, headers: { 'cache-control': 'max-age=60' }, body: rss });
    expect(await get('/gone')).toEqual({
      outcome: 'gone',
      url: origin.url('/gone'),
      finalUrl: origin.url('/gone'),
      freshness: { freshForSeconds: 60 },
      tookMs: expect.any(Number),
    });
  });

  test.each([
    201, 202, 204, 205, 206, 226, 299, 300, 305, 306, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 418,
    421, 423, 425, 429, 451, 499, 500, 501, 502, 503, 504, 520, 521, 530, 599, 600, 999,
  ])('%i is a failure in words that names the host and the status', async (status) => {
    origin.set(`/${status}`, { status, body: status === 204 || status === 205 ? '' : rss });
    const result = await get(`/${status}`);
    expect(result).toMatchObject({ outcome: 'failed', code: 'http-status', status });
    const message = result.outcome === 'failed' ? result.message : '';
    expect(message).toContain(`127.0.0.1:${origin.port}`);
    expect(message).toContain(`(${status})`);
    expect(message).toMatch(/^[^.].*\.$/);
  });

  test.each([429, 503, 500, 404])('Retry-After of a %i is passed on and said', async (status) => {
    origin.set('/later', { status, headers: { 'retry-after': '120' }, body: 'later' });
    const result = await get('/later');
    expect(result).toMatchObject({ outcome: 'failed', status, freshness: { retryAfterSeconds: 120 } });
    if (status !== 404) expect(result).toMatchObject({ message: expect.stringContaining('120 s') });
  });

  test('the body of an error is not waited for beyond 64 KB', async () => {
    origin.set('/long', (_request, response) => {
      response.writeHead(404);
      response.write(Buffer.alloc(200_000));
    });
    expect(await get('/long')).toMatchObject({ outcome: 'failed', status: 404 });
  });
});

describe('addresses that cannot be asked', () => {
  test.each([
    '',
    'feed.xml',
    '/feed.xml',
    '//feed.example/',
    'http://',
    'http://a b/',
    'http://[::1',
    'http://x:99999/',
  ])('"%s" is no address', async (url) => {
    expect(await fetcher.fetch({ url })).toMatchObject({ outcome: 'failed', code: 'bad-url', url });
  });

  test.each([
    'ftp://feed.example/',
    'file:///etc/passwd',
    'feed:https://feed.example/',
    'data:text/xml,<rss/>',
  ])('%s is refused', async (url) => {
    expect(await fetcher.fetch({ url })).toMatchObject({ outcome: 'failed', code: 'bad-url' });
  });

  test('a very long one is refused', async () => {
    const result = await get(`/${'x'.repeat(9_000)}`);
    expect(result).toMatchObject({ outcome: 'failed', code: 'bad-url' });
    expect(result.outcome === 'failed' && result.message.length).toBeLessThan(300);
  });

  test('settings that cannot be used are bad-config', () => {
    for (const options of [
      { userAgent: 'x', allowAddresses: ['rubbish'] },
      { userAgent: 'a\r\nb', allowAddresses: [] },
      { userAgent: '', allowAddresses: [] },
    ]) {
      expect(() => createFetcher(options)).toThrow(AppError);
    }
  });
});

describe('connections', () => {
  test('are kept, two at most for an origin', async () => {
    const busy = await startOrigin((_request, response) => void setTimeout(() => response.end(rss), 5));
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, n) => fetcher.fetch({ url: busy.url(`/${n}`) })),
    );
    expect(results.every(({ outcome }) => outcome === 'fetched')).toBe(true);
    expect(busy.connections).toMatchObject({ opened: 2, mostOpen: 2 });
    await busy.close();
  });

  test('one that the other side closes while idle is replaced without a failure', async () => {
    const closing = await startOrigin((request, response) => {
      response.end(rss, () => setImmediate(() => request.socket.destroy()));
    });
    for (let n = 0; n < 20; n++) {
      expect(await fetcher.fetch({ url: closing.url('/') })).toMatchObject({ outcome: 'fetched' });
    }
    await closing.close();
  });

  test('after close, fetches under way and later ones end as stopped', async () => {
    const silent = await startOrigin(() => {});
    const other = createFetcher({ userAgent: 'x', allowAddresses: ['127.0.0.0/8'] });
    const pending = other.fetch({ url: silent.url('/') });
    await expect.poll(() => silent.requests.length).toBe(1);
    await other.close();
    const stopped = { outcome: 'failed', code: 'stopped', message: expect.stringContaining('stopped') };
    expect(await pending).toMatchObject(stopped);
    expect(await other.fetch({ url: silent.url('/') })).toMatchObject(stopped);
    await silent.close();
  });
});

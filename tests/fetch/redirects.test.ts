import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFetcher, type FetchRequest } from '../../src/fetch/fetch-source.ts';
import { encodedBody, type Origin, redirectTo, slowHeaders, startOrigin } from '../support/origin.ts';

const rss = '<rss><channel><title>Alpha</title></channel></rss>';
const fetcher = createFetcher({ userAgent: 'Wireroom-test', allowAddresses: ['127.0.0.1', '127.0.0.2'] });
/** toMatchObject takes `{}` for any object. */
const nothing = expect.toSatisfy((value: object) => Object.keys(value).length === 0);
let here: Origin;
let there: Origin;

beforeAll(async () => {
  here = await startOrigin();
  there = await startOrigin({}, { host: '127.0.0.2' });
  for (const origin of [here, there]) origin.document('/feed', rss, { etag: '"v1"' });
});
afterAll(async () => {
  await fetcher.close();
  await here.close();
  await there.close();
});
beforeEach(() => {
  here.requests.length = 0;
  there.requests.length = 0;
});
const get = (path: string, request: Omit<FetchRequest, 'url'> = {}) =>
  fetcher.fetch({ url: here.url(path), ...request });
/** Puts a chain of redirects at /hop/0, /hop/1, … that ends at /feed. */
const chain = (statuses: number[], end = '/feed') => {
  statuses.forEach((status, n) => {
    here.set(`/hop/${n}`, redirectTo(status, n === statuses.length - 1 ? end : `/hop/${n + 1}`));
  });
  return '/hop/0';
};

describe('redirects', () => {
  test.each<[number[], string | undefined]>([
    [[301], '/feed'],
    [[308], '/feed'],
    [[302], undefined],
    [[303], undefined],
    [[307], undefined],
    [[301, 308, 301], '/feed'],
    [[301, 302], '/hop/1'],
    [[301, 301, 307, 301], '/hop/2'],
    [[302, 301], undefined],
    [[307, 308, 301], undefined],
    [[301, 301, 301, 301, 301], '/feed'],
  ])('%j is followed and moves the source to %s', async (statuses, moved) => {
    const result = await get(chain(statuses));
    expect(result).toMatchObject({
      outcome: 'fetched',
      url: here.url('/hop/0'),
      finalUrl: here.url('/feed'),
      movedTo: moved && here.url(moved),
    });
    expect(here.requests).toHaveLength(statuses.length + 1);
  });

  test.each([
    ['absolute', () => there.url('/feed'), () => there.url('/feed')],
    ['without a scheme', () => `//127.0.0.2:${there.port}/feed`, () => there.url('/feed')],
    ['an absolute path', () => '/feed', () => here.url('/feed')],
    ['a relative path', () => '../feed', () => here.url('/feed')],
    ['a query alone', () => '?x', () => here.url('/from/a?x')],
    ['with a fragment', () => '/feed#top', () => here.url('/feed')],
    ['with blanks around', () => '  /feed  ', () => here.url('/feed')],
    ['with blanks inside', () => '/a b', () => here.url('/a%20b')],
    ['in UTF-8', () => Buffer.from('/é').toString('latin1'), () => here.url('/%C3%A9')],
    ['in Latin-1', () => '/\xe9', () => here.url('/%C3%A9')],
    ['host in capitals', () => `HTTP://127.0.0.2:${there.port}/feed`, () => there.url('/feed')],
    [
      'with a name and a password, which are dropped',
      () => there.url('/feed').replace('//', '//a:b@'),
      () => there.url('/feed'),
    ],
  ])('a Location that is %s leads on', async (_name, toLocation, toTarget) => {
    for (const path of ['/from/a?x', '/a%20b', '/%C3%A9']) here.document(path, rss);
    here.set('/from/a', redirectTo(301, toLocation()));
    expect(await get('/from/a')).toMatchObject({
      outcome: 'fetched',
      finalUrl: toTarget(),
      movedTo: toTarget(),
    });
    for (const { headers } of there.requests) expect(headers.authorization).toBeUndefined();
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['blank', '   '],
    ['no address', 'http://'],
    ['an impossible port', 'http://127.0.0.1:99999/'],
    ['javascript', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:text/xml,<rss/>'],
    ['ftp', 'ftp://127.0.0.1/'],
    ['very long', `/${'x'.repeat(9_000)}`],
  ])('a Location that is %s is a bad redirect', async (_name, location) => {
    here.set('/bad', redirectTo(302, location));
    const result = await get('/bad');
    expect(result).toMatchObject({
      outcome: 'failed',
      code: 'bad-redirect',
      status: 302,
      finalUrl: here.url('/bad'),
    });
    expect(here.requests).toHaveLength(1);
  });

  test('five are followed, six are not', async () => {
    expect(await get(chain([302, 302, 302, 302, 302]))).toMatchObject({ outcome: 'fetched' });
    here.requests.length = 0;
    expect(await get(chain([302, 302, 302, 302, 302, 302]))).toMatchObject({
      outcome: 'failed',
      code: 'too-many-redirects',
      message: expect.stringContaining('more than 5 times'),
    });
    expect(here.requests).toHaveLength(6);
  });

  test.each([
    ['to itself', ['/loop/a']],
    ['to itself by a fragment', ['/loop/a#x']],
    ['of two', ['/loop/b', '/loop/a']],
    ['of three', ['/loop/b', '/loop/c', '/loop/a']],
  ])('a circle %s is seen at its first turn', async (_name, targets) => {
    targets.forEach((target, n) => {
      here.set(`/loop/${'abc'[n]}`, redirectTo(301, target));
    });
    expect(await get('/loop/a')).toMatchObject({
      outcome: 'failed',
      code: 'too-many-redirects',
      message: expect.stringContaining('circle'),
    });
    expect(here.requests).toHaveLength(targets.length);
  });

  test.each([404, 500, 204])('a move that ends in %i is none', async (status) => {
    here.set('/end', { status });
    const result = await get(chain([301], '/end'));
    expect(result).toMatchObject({ outcome: 'failed', status, finalUrl: here.url('/end') });
    expect(result).not.toHaveProperty('movedTo');
  });

  test('a move that ends in 410 is gone and no move', async () => {
    here.set('/end', { status: 410 });
    const result = await get(chain([301], '/end'));
    expect(result).toMatchObject({ outcome: 'gone', finalUrl: here.url('/end') });
    expect(result).not.toHaveProperty('movedTo', here.url('/end'));
  });

  test('the validators go along on every hop, and a 304 at the end is a move too', async () => {
    here.set('/a', redirectTo(301, there.url('/b')));
    there.set('/b', redirectTo(308, '/feed'));
    expect(await get('/a', { validators: { etag: '"v1"', lastModified: 'x' } })).toMatchObject({
      outcome: 'not-modified',
      movedTo: there.url('/feed'),
      validators: { etag: '"v1"', lastModified: 'x' },
    });
    for (const { headers } of [...here.requests, ...there.requests]) {
      expect(headers).toMatchObject({ 'if-none-match': '"v1"', 'if-modified-since': 'x' });
    }
    expect(there.requests).toHaveLength(2);
  });

  test('the freshness and the body of a redirect count for nothing', async () => {
    here.set('/r', {
      ...redirectTo(302, '/feed'),
      headers: { location: '/feed', 'cache-control': 'max-age=9' },
    });
    expect(await get('/r')).toMatchObject({ outcome: 'fetched', freshness: nothing });
    here.set('/r', { ...encodedBody(rss, ['gzip'], 'rubbish'), status: 302 });
    here.set('/r', { status: 302, headers: { location: '/feed', 'content-encoding': 'zstd' }, body: 'x' });
    expect(await get('/r')).toMatchObject({ outcome: 'fetched', body: Buffer.from(rss) });
  });

  test('the time is for all hops together', async () => {
    const hasty = createFetcher({ userAgent: 'x', allowAddresses: ['127.0.0.1'], limits: { totalMs: 300 } });
    for (const n of [0, 1, 2, 3]) here.set(`/slow/${n}`, slowHeaders(120, redirectTo(302, `/slow/${n + 1}`)));
    expect(await hasty.fetch({ url: here.url('/slow/0') })).toMatchObject({
      outcome: 'failed',
      code: 'timeout',
    });
    await hasty.close();
  });
});

describe('redirects to where nobody may go', () => {
  test.each([
    'http://127.0.0.3/',
    'http://127.1.2.3:8080/',
    'http://2130706435/',
    'http://0x7f000003/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.3]/',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://localhost:1234/',
    'http://127.0.0.1:25/',
  ])('%s is refused', async (target) => {
    const strict = createFetcher({
      userAgent: 'x',
      allowAddresses: ['127.0.0.1'],
      resolve: async () => [{ address: '127.0.0.9', family: 4 }],
    });
    here.set('/in', redirectTo(301, target));
    const result = await strict.fetch({ url: here.url('/in') });
    expect(result).toMatchObject({ outcome: 'failed', code: 'address-refused' });
    expect(here.requests).toHaveLength(1);
    await strict.close();
  });
});

describe('name and password in an address', () => {
  const secret = (origin: Origin, path: string, pair = 'ann:p%40ss%3Aé') =>
    origin.url(path).replace('//', `//${pair}@`);
  const basic = `Basic ${Buffer.from('ann:p@ss:é').toString('base64')}`;
  const sent = (origin: Origin) => origin.requests.map(({ headers }) => headers.authorization);

  test('go to their host as Basic, and nowhere into the result', async () => {
    const url = secret(here, '/feed');
    const result = await fetcher.fetch({ url });
    expect(sent(here)).toEqual([basic]);
    expect(result).toMatchObject({ outcome: 'fetched', url, finalUrl: here.url('/feed') });
  });

  test('go along on the same host and into its new address', async () => {
    for (const target of ['/feed', here.url('/feed'), secret(here, '/feed', 'eve:other')]) {
      here.requests.length = 0;
      here.set('/a', redirectTo(301, target));
      const result = await fetcher.fetch({ url: secret(here, '/a', 'ann:x') });
      expect(sent(here)).toEqual(Array(2).fill(`Basic ${Buffer.from('ann:x').toString('base64')}`));
      expect(result).toMatchObject({ movedTo: secret(here, '/feed', 'ann:x'), finalUrl: here.url('/feed') });
    }
  });

  test('never go to another host or port, and come back with the trail', async () => {
    const neighbour = await startOrigin({
      '/feed': { body: rss },
      '/back': redirectTo(302, here.url('/feed')),
    });
    for (const other of [there, neighbour]) {
      here.set('/away', redirectTo(301, other.url('/feed')));
      const result = await fetcher.fetch({ url: secret(here, '/away') });
      expect(result).toMatchObject({ outcome: 'fetched', movedTo: other.url('/feed') });
      expect(sent(other)).toEqual([undefined]);
    }
    here.set('/round', redirectTo(302, neighbour.url('/back')));
    here.requests.length = 0;
    await fetcher.fetch({ url: secret(here, '/round') });
    expect(sent(here)).toEqual([basic, basic]);
    expect(sent(neighbour)).toEqual([undefined, undefined]);
    await neighbour.close();
  });

  test('are not in messages', async () => {
    here.set('/401', { status: 401 });
    for (const url of [
      secret(here, '/401', 'ann:hush'),
      'http://ann:hush@10.0.0.1/',
      'ftp://ann:hush@x.example/',
    ]) {
      const result = await fetcher.fetch({ url });
      expect(result.outcome === 'failed' && result.message).not.toContain('hush');
    }
  });

  test.each([
    ['ann@', 'ann:'],
    [':x@', ':x'],
    ['%zz:%@', '%zz:%'],
  ])('%s is sent as %s', async (userinfo, pair) => {
    await fetcher.fetch({ url: here.url('/feed').replace('//', `//${userinfo}`) });
    expect(sent(here)).toEqual([`Basic ${Buffer.from(pair).toString('base64')}`]);
  });
});

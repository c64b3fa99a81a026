import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { setSourceState } from '../../db/sources.ts';
import { parseOpml } from '../../src/feed/opml.ts';
import type { Publication } from '../../src/model/outgoing.ts';
import { useDatabase } from '../support/postgres.ts';
import { now, seedSource, seedTopic } from './seed.ts';
import { createTestApp, toPublication } from './test-app.ts';

const lastModified = 'Tue, 24 Nov 2026 11:29:30 GMT';
const body = `<?xml version="1.0"?><rss version="2.0"><channel><title>Ünïcode ${'long '.repeat(200)}</title></channel></rss>`;

describe('the documents of a topic', () => {
  const database = useDatabase();
  const publications: Record<string, Publication> = {
    'world-news.rss': toPublication('rss', body),
    'world-news.atom': toPublication('atom', '<feed/>'),
    'world-news.json': toPublication('json', '{}'),
  };
  let queries = 0;
  const app = () =>
    createTestApp(database.db, {
      async findPublication(slug, format) {
        queries += 1;
        return publications[`${slug}.${format}`];
      },
    }).app;
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app().request(path, { method, headers });

  beforeAll(async () => {
    await seedTopic(database.db, 'World News');
    await seedTopic(database.db, 'Unrendered');
  });

  it.each([
    ['rss', 'application/rss+xml; charset=utf-8'],
    ['atom', 'application/atom+xml; charset=utf-8'],
    ['json', 'application/feed+json; charset=utf-8'],
  ])('serves .%s', async (format, type) => {
    const response = await get(`/topics/world-news.${format}`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Age, ETag, IM',
      'cache-control': 'public, max-age=300, stale-while-revalidate=60, stale-if-error=86400',
      'content-length': String(publications[`world-news.${format}`]?.body.byteLength),
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': type,
      etag: '"abc"',
      'last-modified': lastModified,
      vary: format === 'json' ? 'Accept-Encoding' : 'Accept-Encoding, A-IM',
      'x-content-type-options': 'nosniff',
    });
    expect(await response.text()).toBe(Buffer.from(publications[`world-news.${format}`]!.body).toString());
  });

  it.each([
    ['gzip', 'gzip', '"abc-gzip"', gunzipSync],
    ['gzip, br', 'br', '"abc-br"', brotliDecompressSync],
  ])('compresses: Accept-Encoding %s', async (accept, coding, etag, decompress) => {
    const response = await get('/topics/world-news.rss', { 'accept-encoding': accept });
    expect(response.headers.get('content-encoding')).toBe(coding);
    expect(response.headers.get('etag')).toBe(etag);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(bytes.byteLength));
    expect(decompress(bytes).toString()).toBe(body);
  });

  it('answers HEAD as GET, without the body', async () => {
    const whole = await get('/topics/world-news.rss', { 'accept-encoding': 'gzip' });
    const head = await get('/topics/world-news.rss', { 'accept-encoding': 'gzip' }, 'HEAD');
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(whole.headers));
    expect(await head.text()).toBe('');
  });

  it.each([
    ['the tag', { 'if-none-match': '"abc"' }, '"abc"'],
    ['a weak tag', { 'if-none-match': 'W/"abc"' }, '"abc"'],
    ['a list', { 'if-none-match': '"x", "abc-gzip"' }, '"abc-gzip"'],
    [
      'a tag of another coding than it takes now',
      { 'if-none-match': '"abc-gzip"', 'accept-encoding': 'br' },
      '"abc-gzip"',
    ],
    ['a star', { 'if-none-match': '*', 'accept-encoding': 'br' }, '"abc-br"'],
    ['the date', { 'if-modified-since': lastModified }, '"abc"'],
    ['the date, compressed', { 'if-modified-since': lastModified, 'accept-encoding': 'gzip' }, '"abc-gzip"'],
  ])('answers 304 to %s', async (_, headers, etag) => {
    const response = await get('/topics/world-news.rss', headers);
    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('last-modified')).toBe(lastModified);
    expect(response.headers.get('vary')).toBe('Accept-Encoding, A-IM');
    expect(response.headers.get('cache-control')).toContain('max-age=300');
    expect(response.headers.has('content-length')).toBe(false);
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(await response.text()).toBe('');
  });

  it.each([
    ['another tag', { 'if-none-match': '"abd"' }],
    [
      'another tag, though the date is right',
      { 'if-none-match': '"abd"', 'if-modified-since': lastModified },
    ],
    ['an earlier date', { 'if-modified-since': 'Tue, 24 Nov 2026 11:29:29 GMT' }],
    ['no date', { 'if-modified-since': 'soon' }],
  ])('answers 200 to %s', async (_, headers) => {
    expect((await get('/topics/world-news.rss', headers)).status).toBe(200);
  });

  it('asks for the publication once a request', async () => {
    const before = queries;
    await get('/topics/world-news.rss');
    expect(queries - before).toBe(1);
  });

  it('follows the publication when it changes', async () => {
    publications['changing.rss'] = toPublication('rss', 'one');
    expect(await (await get('/topics/changing.rss')).text()).toBe('one');
    publications['changing.rss'] = { ...toPublication('rss', 'two'), etag: '"def"' };
    const changed = await get('/topics/changing.rss', { 'if-none-match': '"abc"' });
    expect([changed.status, await changed.text(), changed.headers.get('etag')]).toEqual([
      200,
      'two',
      '"def"',
    ]);
  });

  it('answers 404 for a topic that is not there, as a problem', async () => {
    const response = await get('/topics/nothing.rss', { accept: '*/*' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      status: 404,
      code: 'topic-not-found',
      title: 'There is no such page',
    });
  });

  it('answers 503 with Retry-After for a topic that is not rendered yet', async () => {
    const response = await get('/topics/unrendered.atom');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(await response.json()).toMatchObject({ code: 'not-ready' });
  });

  it('answers 404 for a format that we do not write', async () => {
    expect((await get('/topics/world-news.xml')).status).toBe(404);
  });

  it('lets programs in other pages ask conditionally', async () => {
    const response = await get(
      '/topics/world-news.json',
      { origin: 'https://reader.example.org' },
      'OPTIONS',
    );
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('If-None-Match');
  });

  it.each([undefined, 0, 75])('tells an age only of what could not be asked for: %s', async (age) => {
    const { app: aged } = createTestApp(database.db, {
      findPublication: async () => publications['world-news.rss'],
      getAge: () => age ?? 0,
    });
    const asked: Record<string, string>[] = [{}, { 'if-none-match': '"abc"' }, { 'accept-encoding': 'gzip' }];
    for (const headers of asked) {
      const response = await aged.request('/topics/world-news.rss', { headers });
      expect(response.headers.get('age')).toBe(age ? String(age) : null);
      expect(response.headers.has('warning')).toBe(false);
    }
  });

  it('notes who asks, by what answers', async () => {
    const noted: unknown[] = [];
    const { app: noting } = createTestApp(database.db, {
      findPublication: async (slug) => publications[`${slug}.rss`],
      readers: { note: ({ format }, ...rest) => void noted.push([format, ...rest]) },
      trustProxy: true,
    });
    const headers = { 'user-agent': 'Reader/1', 'x-forwarded-for': '192.0.2.1, 198.51.100.7' };
    await noting.request('/topics/world-news.rss', { headers });
    await noting.request('/topics/world-news.rss', { headers: { 'if-none-match': '"abc"' } });
    await noting.request('/topics/nothing.rss', { headers });
    expect(noted).toEqual([
      ['rss', 'Reader/1', '198.51.100.7'],
      ['rss', null, '127.0.0.1'],
    ]);
  });

  it('lists the sources that are read as OPML, without secrets', async () => {
    await seedSource(database.db, {
      feedUrl: 'https://me:secret@p.example/feed?a=1&b=2',
      siteUrl: 'https://p.example/',
      title: 'The <P>aper & Co',
      language: 'de-AT',
    });
    const paused = await seedSource(database.db, { feedUrl: 'https://q.example/feed', title: 'Paused' });
    await setSourceState(database.db, paused.id, 'paused', now);
    const response = await get('/sources.opml');
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('text/x-opml; charset=utf-8');
    expect(parseOpml(text)).toEqual([
      {
        feedUrl: 'https://p.example/feed?a=1&b=2',
        siteUrl: 'https://p.example/',
        title: 'The <P>aper & Co',
        categories: [],
      },
    ]);
    expect(text).toContain('language="de-AT"');
    expect(text).not.toContain('secret');
  });

  it('lists the topics as OPML', async () => {
    const response = await get('/topics.opml');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/x-opml; charset=utf-8');
    const text = await response.text();
    expect(text).toContain('xmlUrl="https://news.example.org/topics/world-news.rss"');
    const again = await get('/topics.opml', { 'if-none-match': response.headers.get('etag')! });
    expect(again.status).toBe(304);
  });
});

import { describe, expect, it } from 'vitest';
import { connectDatabase } from '../../db/connect.ts';
import { AppError } from '../../src/errors.ts';
import { useDatabase } from '../support/postgres.ts';
import { seedTopic } from './seed.ts';
import { createTestApp } from './test-app.ts';

describe('the table of addresses', () => {
  const database = useDatabase();
  const get = (path: string, init: RequestInit = {}) => createTestApp(database.db).app.request(path, init);

  it('says that it is well', async () => {
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ status: 'ok', database: 'ok', version: '0.1.0' });
  });

  it('answers a NUL in an address as what is not there', async () => {
    for (const path of ['/topics/%00', '/topics/%00.atom', '/stories/%00', '/api/stories/%00']) {
      expect((await get(path)).status, path).toBe(404);
    }
  });

  it('serves the style sheet for ever, under an address that changes with it', async () => {
    const html = await (await get('/')).text();
    const path = /href="(\/assets\/[0-9a-f]{16}\/site\.css)"/.exec(html)?.[1] ?? '';
    const response = await get(path, { headers: { 'accept-encoding': 'br' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect((await get('/assets/0000000000000000/site.css')).status).toBe(404);
  });

  it.each([
    ['/favicon.svg', 'image/svg+xml'],
    ['/robots.txt', 'text/plain; charset=utf-8'],
  ])('serves %s', async (path, type) => {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });

  it.each(['/', '/topics/world-news', '/healthz', '/favicon.svg', '/topics.opml'])(
    'answers HEAD %s',
    async (path) => {
      if (path === '/topics/world-news') await seedTopic(database.db, 'World News');
      const response = await get(path, { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
      expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    },
  );

  it.each(['/', '/topics/world-news', '/topics/world-news.rss', '/stories/1-x', '/healthz'])(
    'answers 405 to POST %s',
    async (path) => {
      const response = await get(path, { method: 'POST', body: 'x' });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    },
  );

  it('answers OPTIONS', async () => {
    const response = await get('/', { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it.each([
    ['/topics/world-news/', '/topics/world-news'],
    ['/topics/world-news.rss/', '/topics/world-news.rss'],
    ['/topics/world-news//?before=2026-01-01', '/topics/world-news?before=2026-01-01'],
    ['/topics/%D8%A3/', '/topics/%D8%A3'],
    ['/healthz/', '/healthz'],
  ])('drops the slash at the end of %s', async (path, location) => {
    const response = await get(path);
    expect([response.status, response.headers.get('location')]).toEqual([301, location]);
  });

  it.each([
    '/nothing',
    '//evil.example.org/',
    '/topics',
    '/stories/',
    '/wp-login.php',
    '/%',
    '/topics/%E0%A4%A',
    '/%00',
    `${'/'.repeat(16_000)}a`,
  ])('answers 404 to %s and sends nobody elsewhere', async (path) => {
    const response = await get(`http://localhost${path}`);
    expect(response.status).toBe(404);
    expect(response.headers.has('location')).toBe(false);
  });

  it('helps on a page that is not there: a way to the front page and to each topic', async () => {
    const response = await get('/nothing', { headers: { accept: 'text/html' } });
    const html = await response.text();
    expect(html).toContain('There is no such page');
    expect(html).toContain('href="/topics/world-news"');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers a problem as JSON to programs that ask for it (RFC 9457)', async () => {
    const response = await get('/nothing', { headers: { accept: 'application/json' } });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'There is no such page',
      status: 404,
      detail: 'The address may be mistyped, or the page may have gone.',
      code: 'page-not-found',
    });
  });

  it('writes links below the path that the public URL has', async () => {
    const { app } = createTestApp(database.db, { publicUrl: 'https://example.org/news' });
    const html = await (await app.request('/')).text();
    expect(html).toContain('href="/news/topics/world-news"');
    expect(html).toMatch(/href="\/news\/assets\/[0-9a-f]+\/site\.css"/);
    const moved = await app.request('/topics/world-news/');
    expect(moved.headers.get('location')).toBe('/news/topics/world-news');
  });
});

describe('when things break', () => {
  const away = connectDatabase(
    { host: '127.0.0.1', port: 9, user: 'nobody', database: 'nothing' },
    { max: 1 },
  );

  it.each(['/', '/topics/world-news', '/stories/1-x'])(
    '%s is a calm page when the database is away',
    async (path) => {
      const { app, lines } = createTestApp(away);
      const response = await app.request(path, { headers: { accept: 'text/html' } });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('10');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const html = await response.text();
      expect(html).toContain('Back in a moment');
      expect(html).not.toMatch(/ECONN|127\.0\.0\.1|DATABASE_URL|\.ts/);
      expect(lines.map(({ level }) => level)).toEqual(['warn']);
    },
  );

  it('says 503 in JSON of its health', async () => {
    const response = await createTestApp(away).app.request('/healthz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'unavailable', database: 'unavailable' });
  });

  it('goes on serving documents from memory, and 503 for those it lacks', async () => {
    expect((await createTestApp(away).app.request('/topics/world-news.rss')).status).toBe(503);
  });

  it('shows nothing of a fault of ours but that there was one, and logs it', async () => {
    const { app, lines } = createTestApp(away, {
      findPublication: async () => {
        throw new TypeError('secret detail in /srv/wireroom/src/x.ts');
      },
    });
    const response = await app.request('/topics/a.json');
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toMatch(/secret|TypeError|\.ts/);
    expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal' });
    expect(lines).toMatchObject([{ level: 'error', fields: { path: '/topics/a.json' } }]);
  });

  it('tells a caller what the caller did wrong', async () => {
    const { app, lines } = createTestApp(away, {
      findPublication: async () => {
        throw new AppError('bad-argument', 'The size must be a number.');
      },
    });
    const response = await app.request('/topics/a.rss');
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { detail: 'The size must be a number.' },
    ]);
    expect(lines).toEqual([]);
  });
});

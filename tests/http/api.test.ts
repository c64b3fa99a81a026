import { brotliDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { storeStoryLinks } from '../../db/story-links.ts';
import { useDatabase } from '../support/postgres.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from './seed.ts';
import { createTestApp } from './test-app.ts';

describe('/api/stories/:id', () => {
  const database = useDatabase();
  let storyId = '';
  let relatedId = '';
  let hiddenId = '';
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    createTestApp(database.db).app.request(path, { method, headers });

  beforeAll(async () => {
    const { db } = database;
    const world = await seedTopic(db, 'World News');
    const alpha = await seedSource(db, {
      feedUrl: 'https://alpha.example/feed',
      siteUrl: 'https://alpha.example/',
      title: 'Alpha <Daily>',
    });
    const beta = await seedSource(db, {
      feedUrl: 'https://beta.example/feed',
      title: 'Beta',
      policy: 'title',
    });
    storyId = await seedStory(
      db,
      [world],
      [
        {
          source: alpha,
          entry: { title: 'Talks wrap up', url: 'https://alpha.example/talks', publishedAt: minutesAgo(60) },
        },
        {
          source: beta,
          entry: { title: 'Talks end', url: 'javascript:alert(1)', publishedAt: minutesAgo(50) },
        },
      ],
    );
    relatedId = await seedStory(
      db,
      [world],
      [{ source: beta, entry: { title: 'Talks begin', summary: 'Kept.', publishedAt: minutesAgo(900) } }],
    );
    hiddenId = await seedStory(
      db,
      [],
      [{ source: beta, entry: { title: 'Nobody saw this', publishedAt: minutesAgo(10) } }],
    );
    await storeStoryLinks(db, [
      { storyId, otherId: relatedId, likeness: 0.4567 },
      { storyId, otherId: hiddenId, likeness: 0.9 },
    ]);
    await db.insertInto('story_aliases').values({ id: '7000001', story_id: storyId }).execute();
    await db.insertInto('story_aliases').values({ id: '7000002', story_id: hiddenId }).execute();
  });

  it('tells the story, its entries with their sources, its topics and what is related', async () => {
    const response = await get(`/api/stories/${storyId}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const alpha = {
      title: 'Alpha <Daily>',
      url: 'https://alpha.example/',
      feedUrl: 'https://alpha.example/feed',
    };
    const beta = { title: 'Beta', feedUrl: 'https://beta.example/feed' };
    const lead = {
      id: expect.stringMatching(/^\d+$/),
      title: 'Talks wrap up',
      url: 'https://alpha.example/talks',
      publishedAt: minutesAgo(60).toISOString(),
      source: alpha,
    };
    expect(await response.json()).toEqual({
      id: storyId,
      uuid: expect.stringMatching(/^[0-9a-f]{8}-/),
      url: `https://news.example.org/stories/${storyId}-talks-wrap-up`,
      firstAt: minutesAgo(60).toISOString(),
      updatedAt: expect.stringMatching(/Z$/),
      lead,
      entries: [
        lead,
        {
          id: expect.stringMatching(/^\d+$/),
          title: 'Talks end',
          publishedAt: minutesAgo(50).toISOString(),
          source: beta,
        },
      ],
      topics: [{ slug: 'world-news', name: 'World News', url: 'https://news.example.org/topics/world-news' }],
      related: [
        {
          id: relatedId,
          title: 'Talks begin',
          url: `https://news.example.org/stories/${relatedId}-talks-begin`,
          source: beta,
          likeness: 0.457,
        },
      ],
    });
  });

  it('gives no more of a source than its policy allows, and no password of it', async () => {
    const secret = await seedSource(database.db, {
      feedUrl: 'https://me:secret@gamma.example/feed',
      title: 'Gamma',
      policy: 'title',
    });
    const topic = await seedTopic(database.db, 'Other');
    const id = await seedStory(
      database.db,
      [topic],
      [{ source: secret, entry: { title: 'T', summary: 'Hidden summary', publishedAt: now } }],
    );
    const text = await (await get(`/api/stories/${id}`)).text();
    expect(text).toContain('"feedUrl":"https://gamma.example/feed"');
    expect(text).not.toMatch(/secret|Hidden/);
  });

  it('is for anyone’s programs, for a minute, and 304 to who has it already', async () => {
    const response = await get(`/api/stories/${storyId}`, { 'accept-encoding': 'br' });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('public, max-age=60');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    const again = await get(`/api/stories/${storyId}`, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('access-control-allow-origin')).toBe('*');
    expect(again.headers.get('etag')).toBe(etag);
    expect((await get(`/api/stories/${storyId}`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('is compressed where that pays', async () => {
    const plain = await (await get(`/api/stories/${storyId}`)).text();
    expect(plain.length).toBeGreaterThan(1024);
    const response = await get(`/api/stories/${storyId}`, { 'accept-encoding': 'br' });
    expect(response.headers.get('content-encoding')).toBe('br');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(brotliDecompressSync(bytes).toString()).toBe(plain);
  });

  it('answers HEAD', async () => {
    const response = await get(`/api/stories/${storyId}`, {}, 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it('sends a story that was merged to the one that it is in, programs in other sites’ pages too', async () => {
    const response = await get('/api/stories/7000001?x=1');
    expect(response.status).toBe(301);
    expect(response.headers.get('location')).toBe(`/api/stories/${storyId}?x=1`);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('writes addresses below the path that the public URL has', async () => {
    const { app } = createTestApp(database.db, { publicUrl: 'https://example.org/news' });
    const story = (await (await app.request(`/api/stories/${storyId}`)).json()) as { url: string };
    expect(story.url).toBe(`https://example.org/news/stories/${storyId}-talks-wrap-up`);
    const moved = await app.request('/api/stories/7000001');
    expect(moved.headers.get('location')).toBe(`/news/api/stories/${storyId}`);
  });

  it.each([
    ['an unknown one', () => '/api/stories/999999'],
    ['none', () => '/api/stories/x'],
    ['one with a slug', () => `/api/stories/${storyId}-talks-wrap-up`],
    ['one beyond all numbers', () => '/api/stories/99999999999999999999'],
    ['one that is published nowhere', () => `/api/stories/${hiddenId}`],
    ['one that was merged into such a one', () => '/api/stories/7000002'],
  ])('answers 404 in JSON, to browsers too: %s', async (_, toPath) => {
    const response = await get(toPath(), { accept: 'text/html,application/xhtml+xml' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ status: 404, code: 'story-not-found' });
  });

  it('answers 404 and 405 in JSON beside its addresses', async () => {
    const missing = await get('/api/nothing', { accept: 'text/html' });
    expect(await missing.json()).toMatchObject({ status: 404, code: 'page-not-found' });
    const posted = await get(`/api/stories/${storyId}`, { accept: 'text/html' }, 'POST');
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(await posted.json()).toMatchObject({ status: 405, code: 'method-not-allowed' });
  });
});

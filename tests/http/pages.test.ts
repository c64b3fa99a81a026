import { beforeAll, describe, expect, it } from 'vitest';
import { storeStoryLinks } from '../../db/story-links.ts';
import { editTopic } from '../../db/topics.ts';
import { cutPage } from '../../src/http/readers.tsx';
import type { PublishedStory } from '../../src/model/placement.ts';
import type { Topic } from '../../src/model/topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { type Newspaper, seedNewspaper } from './newspaper.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from './seed.ts';
import { createTestApp } from './test-app.ts';

describe('pages of a full newspaper', () => {
  const database = useDatabase();
  let newspaper: Newspaper;
  const app = () => createTestApp(database.db).app;
  const getPage = async (path: string): Promise<string> => {
    let response = await app().request(path);
    if (response.status === 301) response = await app().request(response.headers.get('location')!);
    expect(response.status, path).toBe(200);
    return await response.text();
  };

  beforeAll(async () => {
    newspaper = await seedNewspaper(database.db, 'http://127.0.0.1:1');
  });

  it('shows every topic in its order on the front page, with four stories at most', async () => {
    const html = await getPage('/');
    const sections = html.split('<section ').slice(1);
    expect(sections).toHaveLength(4);
    expect(sections.map((section) => (section.match(/<article/g) ?? []).length)).toEqual([4, 4, 1, 0]);
    expect(sections[0]).toContain('4 more reports');
    expect(sections[2]).toContain('dir="rtl"');
    expect(sections[3]).toContain('Nothing in Chess yet');
  });

  it('offers every document to feed readers', async () => {
    const links = (html: string) => [
      ...html.matchAll(/<link rel="alternate" type="([^"]+)"[^>]*href="([^"]+)"/g),
    ];
    const front = links(await getPage('/'));
    expect(front).toHaveLength(12);
    expect(front.slice(0, 3).map(([, type, href]) => [type, href])).toEqual([
      ['application/rss+xml', '/topics/world-news.rss'],
      ['application/atom+xml', '/topics/world-news.atom'],
      ['application/feed+json', '/topics/world-news.json'],
    ]);
    expect(links(await getPage('/topics/science'))).toHaveLength(3);
    expect(links(await getPage(`/stories/${newspaper.stories.lead}`))).toHaveLength(3);
  });

  it('sends security headers, and answers 304 to the same page', async () => {
    const response = await app().request('/', { headers: { 'accept-encoding': 'gzip' } });
    const csp = response.headers.get('content-security-policy');
    expect(csp).toContain("default-src 'none'");
    expect(csp).not.toContain('unsafe-inline');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const again = await app().request('/', { headers: { 'if-none-match': response.headers.get('etag')! } });
    expect(again.status).toBe(304);
  });

  it('holds nothing inline that the policy would refuse', async () => {
    for (const path of ['/', '/topics/world-news', `/stories/${newspaper.stories.full}`]) {
      const html = await getPage(path);
      expect(html).not.toMatch(/<style|<script(?! type="module" src="\/assets\/)|\son\w+="| style="/);
    }
  });

  it.each(['/', '/topics/world-news'])(
    'weighs less than 60 kB before compression, style included: %s',
    async (path) => {
      const html = await getPage(path);
      const css = await getPage(/href="(\/assets\/[^"]+\.css)"/.exec(html)![1]!);
      const script = await getPage(/src="(\/assets\/[^"]+\.js)"/.exec(html)![1]!);
      expect(Buffer.byteLength(html + css + script)).toBeLessThan(60_000);
    },
  );

  it('pages through all stories of a topic, each once, in order', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/topics/world-news';
    for (let pages = 0; path && pages < 5; pages += 1) {
      const html: string = await getPage(path);
      seen.push(
        ...[...html.matchAll(/class="headline[^>]*><a href="\/stories\/(\d+)/g)].map(([, id]) => id!),
      );
      path = /rel="next" href="([^"]+)"/.exec(html)?.[1];
    }
    expect(seen).toHaveLength(45);
    expect(new Set(seen).size).toBe(45);
  });

  it.each(['soon', '2026-13-01T00:00:00Z', '2026-11-24<script>', '+275761-01-01T00:00:00Z'])(
    'answers 400 to ?before=%s',
    async (before) => {
      const response = await app().request(`/topics/world-news?before=${encodeURIComponent(before)}`);
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain('<script>');
    },
  );

  it('says so where nothing is earlier', async () => {
    expect(await getPage('/topics/world-news?before=1999-01-01T00:00:00Z')).toContain('No earlier stories');
  });

  it('shows a story as its source allows: summary', async () => {
    const html = await getPage(`/stories/${newspaper.stories.lead}`);
    expect(html).toContain('Seventeen islands had been without a regular boat');
    expect(html).toContain('Ines Marrow and Tobias Lund');
    expect(html).toContain(
      '<time datetime="2026-11-24T11:17:30.000Z" title="Tuesday 24 November 2026, 11:17 UTC">',
    );
    expect(html).not.toContain('story-body');
    expect(html.match(/<li>.*?coverage-headline/g)).toHaveLength(4);
    expect(html).toContain('<p class="coverage-headline" lang="fr" dir="ltr">');
    expect(html).toContain('Daily paper of the islands');
  });

  it('links related stories to our own pages of them, nearest first, between coverage and publisher', async () => {
    const html = await getPage(`/stories/${newspaper.stories.lead}`);
    const [before = '', section = '', after = ''] = html.split(
      /<section class="related"|(?=<section class="publisher")/,
    );
    expect(before).toContain('<section class="coverage"');
    expect(after).toContain('Daily paper of the islands');
    const { endless, titleOnly, rtl, hostile } = newspaper.stories;
    const ids = [...section.matchAll(/<a href="\/stories\/(\d+)-/g)].map(([, id]) => id);
    expect(ids).toEqual([endless, titleOnly, rtl, hostile]);
    expect(section).toContain('<p class="related-headline" lang="ar" dir="rtl">');
    expect(section).toContain('<span class="source">Bare Headlines</span> <time datetime=');
    expect(section).not.toContain('rel="noopener"');
    expect(section).not.toMatch(/<script>|<b>Times/);
  });

  it('says nothing of related stories where there are none', async () => {
    const html = await getPage(`/stories/${newspaper.stories.full}`);
    expect(html).toContain('<section class="coverage"');
    expect(html).not.toContain('elated');
  });

  it('shows a story as its source allows: headline alone', async () => {
    const html = await getPage(`/stories/${newspaper.stories.titleOnly}`);
    expect(html).toContain('Two border crossings reopen');
    expect(html).not.toContain('must not be seen');
    expect(html).not.toContain('Nor this text');
    for (const path of ['/', '/topics/world-news'])
      expect(await getPage(path)).not.toContain('must not be seen');
  });

  it('shows a story as its source allows: everything', async () => {
    const html = await getPage(`/stories/${newspaper.stories.full}`);
    expect(html).toContain('<h2>How they did it</h2>');
    expect(html).toContain('Forty amateurs on three continents');
  });

  it('points search engines and shared links to the publisher’s article', async () => {
    const html = await getPage(`/stories/${newspaper.stories.lead}`);
    const href =
      'https://gazette.example.org/articles/Ferry%20strike%20ends%20after%20night%20of%20talks%20a?a=1&amp;b=2';
    expect(html).toContain(`<link rel="canonical" href="${href}"/>`);
    expect(html).toContain(`<a class="button strong" href="${href}" rel="noopener">`);
    const path = `/stories/${newspaper.stories.lead}-ferry-strike-ends-after-night-of-talks-as-islands-run-short-of-fuel`;
    for (const [property, content] of [
      ['og:type', 'article'],
      ['og:site_name', 'The Daily Wire Room'],
      ['og:title', 'Ferry strike ends after night of talks as islands run short of fuel'],
      ['og:url', `https://news.example.org${path}`],
      ['og:image', 'http://127.0.0.1:1/ferry-1200x800.svg'],
      ['article:published_time', '2026-11-24T11:17:30.000Z'],
    ]) {
      expect(html).toContain(`<meta property="${property}" content="${content}"/>`);
    }
  });

  it('escapes what publishers send, and follows no address but http and https', async () => {
    const html = await getPage(`/stories/${newspaper.stories.hostile}`);
    expect(html).not.toMatch(/<script>|javascript:|data:text|<img src=x|<b>Times/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('button strong');
  });

  it('marks what is written from right to left', async () => {
    const html = await getPage(`/stories/${newspaper.stories.rtl}`);
    expect(html).toContain('<article class="story-article" dir="rtl">');
    expect(html).toMatch(/<h1 class="headline[^"]*" lang="ar" dir="rtl">/);
    expect(await getPage('/topics/port-ar')).toContain('<main id="main" tabindex="-1" dir="rtl">');
  });

  it.each([
    ['another slug', (id: string) => `/stories/${id}-what-it-was-called-before`],
    ['no slug', (id: string) => `/stories/${id}`],
    ['an empty slug', (id: string) => `/stories/${id}-`],
  ])('sends %s to the right address', async (_, toPath) => {
    const response = await app().request(toPath(newspaper.stories.lead));
    expect(response.status).toBe(301);
    expect(response.headers.get('location')).toMatch(/^\/stories\/\d+-ferry-strike-ends/);
  });

  it('sends a story that was merged to the one that it is in, with what stood behind the address', async () => {
    const { lead } = newspaper.stories;
    await database.db.insertInto('story_aliases').values({ id: '7000001', story_id: lead }).execute();
    for (const address of ['7000001', '7000001-as-it-was-called']) {
      const response = await app().request(`/stories/${address}?from=feed&n=1`);
      expect(response.status).toBe(301);
      expect(response.headers.get('location')).toBe(
        `/stories/${lead}-ferry-strike-ends-after-night-of-talks-as-islands-run-short-of-fuel?from=feed&n=1`,
      );
    }
  });

  it.each([
    '/stories/0',
    '/stories/01-x',
    '/stories/999999',
    '/stories/99999999999999999999-x',
    '/stories/x',
    '/stories/1.5',
    '/stories/-1',
  ])('answers 404 to %s', async (path) => {
    expect((await app().request(path)).status).toBe(404);
  });
});

describe('stories and topics at the edge', () => {
  const database = useDatabase();
  const request = (path: string) => createTestApp(database.db).app.request(path);

  it('says on an empty site that there are no topics, and how to add one', async () => {
    const html = await (await request('/')).text();
    expect(html).toContain('No topics yet');
    expect(html).toContain('wireroom topic add');
  });

  it('keeps a story that is published nowhere to itself', async () => {
    const source = await seedSource(database.db, { feedUrl: 'https://a.example.org/feed', title: 'A' });
    const storyId = await seedStory(
      database.db,
      [],
      [{ source, entry: { title: 'Draft', publishedAt: now } }],
    );
    expect((await request(`/stories/${storyId}-draft`)).status).toBe(404);
  });

  it('keeps a story that is published nowhere out of what others are related to, and off old addresses', async () => {
    const topic = await seedTopic(database.db, 'Related');
    const source = await seedSource(database.db, { feedUrl: 'https://r.example.org/feed', title: 'R' });
    const seed = (title: string, topics: Topic[]) =>
      seedStory(database.db, topics, [{ source, entry: { title, publishedAt: now } }]);
    const shown = await seed('Shown', [topic]);
    const hidden = await seed('Unseen', []);
    await storeStoryLinks(database.db, [{ storyId: shown, otherId: hidden, likeness: 0.9 }]);
    await database.db.insertInto('story_aliases').values({ id: '7000002', story_id: hidden }).execute();
    expect(await (await request(`/stories/${shown}-shown`)).text()).not.toContain('Unseen');
    expect((await request('/stories/7000002-unseen')).status).toBe(404);
  });

  it('reaches a story whose headline yields no slug, or half a character', async () => {
    const topic = await seedTopic(database.db, 'Edge');
    const source = await seedSource(database.db, { feedUrl: 'https://b.example.org/feed', title: 'B' });
    for (const title of ['!!!', `a${'𐌰'.repeat(60)}`, '東京で会議']) {
      const id = await seedStory(
        database.db,
        [topic],
        [{ source, entry: { title, publishedAt: minutesAgo(title.length) } }],
      );
      const moved = await request(`/stories/${id}-x`);
      expect([title, moved.status]).toEqual([title, 301]);
      const response = await request(moved.headers.get('location')!);
      expect([title, response.status]).toEqual([title, 200]);
    }
    expect((await request('/topics/edge')).status).toBe(200);
  });

  it('shows a topic anew after it was renamed', async () => {
    const topic = await seedTopic(database.db, 'Before');
    await editTopic(database.db, topic.id, { name: 'After <i>' }, now);
    expect(await (await request('/topics/before')).text()).toContain('<h1>After &lt;i&gt;</h1>');
  });
});

describe('cutPage', () => {
  const toStories = (...days: number[]) =>
    days.map((day, id) => {
      const placement = { storyId: String(id), datedAt: new Date(Date.UTC(2026, 0, day)) };
      return { placement } as PublishedStory;
    });

  it('shows all where there is no more', () => {
    expect(cutPage(toStories(3, 2), 3)).toEqual({ stories: toStories(3, 2) });
    expect(cutPage([], 3)).toEqual({ stories: [] });
  });

  it('names the place where the next page starts, equal dates or not', () => {
    const { stories, olderThan } = cutPage(toStories(3, 3, 3), 2);
    expect(stories).toHaveLength(2);
    expect(olderThan).toEqual({ datedAt: new Date(Date.UTC(2026, 0, 3)), storyId: '1' });
  });
});

describe('walking through a topic page by page', () => {
  const database = useDatabase();

  it('shows every story once, though sixty share a date', async () => {
    const topic = await seedTopic(database.db, 'Walk');
    const source = await seedSource(database.db, { feedUrl: 'https://walker.example/feed', title: 'Walker' });
    for (let n = 0; n < 70; n++) {
      const publishedAt = minutesAgo(n < 60 ? 90 : n);
      await seedStory(
        database.db,
        [topic],
        [{ source, entry: { title: `Walking story ${n}.`, publishedAt } }],
      );
    }
    const seen: string[] = [];
    let path: string | undefined = '/topics/walk';
    for (let page = 0; page < 5 && path; page++) {
      const html: string = await (await createTestApp(database.db).app.request(path)).text();
      seen.push(...[...html.matchAll(/Walking story (\d+)\.</g)].map(([, number]) => number ?? ''));
      path = html.match(/rel="next"\s+href="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(new Set(seen).size).toBe(70);
    expect(seen).toHaveLength(70);
  });
});

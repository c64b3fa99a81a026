import { beforeAll, describe, expect, it } from 'vitest';
import { placeStories } from '../../db/placements.ts';
import type { Topic } from '../../src/model/topic.ts';
import { decideDue } from '../../src/newsroom/decide-due.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { openManyStories } from '../support/many-stories.ts';
import { useDatabase } from '../support/postgres.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from './seed.ts';
import { createTestApp } from './test-app.ts';

describe('a story that was taken back', () => {
  const database = useDatabase();
  let clock = now;
  let handIn: (topic: Topic) => ReturnType<typeof createHand>;
  let topics: Topic[] = [];
  let publisher: Awaited<ReturnType<typeof seedSource>>;
  const get = (path: string, accept = 'text/html') =>
    createTestApp(database.db).app.request(path, { headers: { accept } });
  const seed = (title: string, in_: Topic[]) =>
    seedStory(database.db, in_, [{ source: publisher, entry: { title, publishedAt: minutesAgo(60) } }]);

  beforeAll(async () => {
    const { db } = database;
    topics = [await seedTopic(db, 'World'), await seedTopic(db, 'Europe')];
    publisher = await seedSource(db, { feedUrl: 'https://alpha.example/feed', title: 'Alpha' });
    const ana = await addEditor(db, 'Ana');
    handIn = (topic) => createHand({ db, now: () => clock }, ana, topic.id);
  });
  const hand = (n: number) => handIn(topics[n] ?? expect.fail());

  it('answers 410 with the editors’ note, to people and to programs; not the headline, not the editor’s name', async () => {
    const id = await seed('Minister resigns', topics.slice(0, 1));
    await hand(0)(id, { act: 'spike' }, { reason: 'He did not.' });
    const page = await get(`/stories/${id}-minister-resigns`);
    expect(page.status).toBe(410);
    const html = await page.text();
    expect(html).toContain(
      'This story was published here, and was taken back on 24 November 2026. The editors’ note: He did not.',
    );
    expect(html).not.toMatch(/Minister resigns|Ana/);
    for (const path of [`/stories/${id}`, `/api/stories/${id}`]) {
      const problem = await get(path, 'application/json');
      expect(problem.status).toBe(410);
      expect(problem.headers.get('content-type')).toBe('application/problem+json');
      expect(await problem.json()).toMatchObject({ status: 410, code: 'story-retracted' });
    }
  });

  it('is back when a decision publishes it again, and by undo', async () => {
    const id = await seed('Bridge opens', topics.slice(0, 1));
    await hand(0)(id, { act: 'spike' });
    expect((await get(`/stories/${id}-bridge-opens`)).status).toBe(410);
    await hand(0)(id, { act: 'publish' });
    expect((await get(`/stories/${id}-bridge-opens`)).status).toBe(200);
    const held = await hand(0)(id, { act: 'hold' });
    expect((await get(`/stories/${id}-bridge-opens`)).status).toBe(410);
    await hand(0)(id, { act: 'undo', decisionId: held.kind === 'decided' ? held.decision.id : '' });
    expect((await get(`/stories/${id}-bridge-opens`)).status).toBe(200);
  });

  it('has its page as long as it stands published in another topic', async () => {
    const id = await seed('Vote in both', topics);
    await hand(0)(id, { act: 'spike' });
    expect((await get(`/stories/${id}-vote-in-both`)).status).toBe(200);
    await hand(1)(id, { act: 'spike' });
    expect((await get(`/stories/${id}-vote-in-both`)).status).toBe(410);
  });

  it('is told otherwise when its hour had come; stays 410 when its reports are gone; one that never was is 404', async () => {
    const id = await seed('Tonight only', topics.slice(0, 1));
    clock = new Date(now.getTime() + 3_600_000);
    await hand(0)(id, { act: 'schedule', expireAt: new Date(clock.getTime() + 60_000) });
    clock = new Date(clock.getTime() + 60_000);
    await decideDue({ db: database.db, now: () => clock });
    const html = await (await get(`/stories/${id}`)).text();
    expect(html).toContain('This story was published here until 24 November 2026.');
    await database.db.deleteFrom('stories').where('id', '=', id).execute();
    expect((await get(`/stories/${id}`)).status).toBe(410);
    expect((await get('/stories/987654')).status).toBe(404);
    const candidate = await seed('Never out', []);
    expect((await get(`/stories/${candidate}`)).status).toBe(404);
  });

  it('leads from a story that was merged into it', async () => {
    const [id, other] = [
      await seed('Flood one', topics.slice(0, 1)),
      await seed('Flood two', topics.slice(0, 1)),
    ];
    await hand(0)(id, { act: 'merge', otherId: other });
    await hand(0)(id, { act: 'spike' });
    expect((await get(`/stories/${other}`)).status).toBe(410);
  });

  it('shows corrections on its page and in the API while it is published', async () => {
    const id = await seed('Nine boats sink', topics);
    await hand(1)(id, { act: 'correct', text: 'It was eight <boats>.' });
    const page = await get(`/stories/${id}-nine-boats-sink`);
    const words = /Correction, 24 November 2026: It was eight &lt;boats&gt;\./;
    expect(await page.text()).toMatch(words);
    expect(await (await get(`/api/stories/${id}`)).json()).toMatchObject({
      corrections: [{ text: 'It was eight <boats>.' }],
    });
    await hand(1)(id, { act: 'hold' });
    expect(await (await get(`/stories/${id}-nine-boats-sink`)).text()).not.toMatch(words);
  });
});

describe('archives', () => {
  const database = useDatabase();
  let world: Topic;
  const get = (path: string, headers: Record<string, string> = {}) =>
    createTestApp(database.db).app.request(path, { headers });

  beforeAll(async () => {
    const { db } = database;
    world = await seedTopic(db, 'World', { itemLimit: 5 });
    const stories = await openManyStories(db, 60);
    const placed = stories.map(({ storyId, datedAt }) => ({
      topicId: world.id,
      storyId,
      datedAt,
      reasons: [],
      state: 'published' as const,
    }));
    await placeStories(db, placed, now);
    const log = { error: (fields: object) => expect.fail(JSON.stringify(fields)) };
    await publishChangedTopics({ db, publicUrl: 'https://news.example.org', now: () => now, log });
  });

  it.each([
    ['rss', 'application/rss+xml; charset=utf-8'],
    ['atom', 'application/atom+xml; charset=utf-8'],
    ['json', 'application/feed+json; charset=utf-8'],
  ])('are served as .%s: for a month, conditionally, compressed', async (format, type) => {
    const response = await get(`/topics/world/archive/1.${format}`, { 'accept-encoding': 'br' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('cache-control')).toContain('max-age=2592000');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const etag = response.headers.get('etag') ?? '';
    const again = await get(`/topics/world/archive/1.${format}`, { 'if-none-match': etag });
    expect(again.status).toBe(304);
  });

  it('lead on to the current document from the next one, which is not closed yet; others are not there', async () => {
    const next = await get('/topics/world/archive/2.atom');
    expect(next.status).toBe(307);
    expect(next.headers.get('location')).toBe('https://news.example.org/topics/world.atom');
    for (const path of ['3.atom', '0.atom', '01.atom', '-1.atom', 'x.atom', '99999999999.atom']) {
      expect((await get(`/topics/world/archive/${path}`)).status, path).toBe(404);
    }
    expect((await get('/topics/none/archive/1.atom')).status).toBe(404);
  });
});

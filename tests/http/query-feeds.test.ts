import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../db/connect.ts';
import type { Source } from '../../src/model/source.ts';
import type { Topic } from '../../src/model/topic.ts';
import { createQueryDocuments } from '../../src/newsroom/query-documents.ts';
import { saveSearch } from '../../src/newsroom/save-search.ts';
import { useDatabase } from '../support/postgres.ts';
import { readBack } from '../support/read-back.ts';
import { validateFeed } from '../support/validate-feed.ts';
import { minutesAgo, now, type SeededEntry, seedSource, seedStory, seedTopic } from './seed.ts';
import { createTestApp } from './test-app.ts';

const database = useDatabase();
let clock = now.getTime();
let isAway = false;
let queries = createQueries();
let sources: Record<'post' | 'bote', Source>;
let topics: Record<'world' | 'climate', Topic>;

const flaky = () =>
  new Proxy(database.db, {
    get(db, name) {
      if (isAway) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
      const member = Reflect.get(db, name, db);
      return typeof member === 'function' ? member.bind(db) : member;
    },
  });

function createQueries(db?: Db) {
  const context = { siteName: 'The Wire', publicUrl: 'https://wire.example', isTold: () => true };
  return createQueryDocuments({
    ...context,
    db: db ?? (undefined as unknown as Db),
    now: () => new Date(clock),
  });
}

beforeEach(async () => {
  const { db } = database;
  for (const table of ['topics', 'stories', 'sources', 'saved_searches'] as const) {
    await db.deleteFrom(table).execute();
  }
  clock = now.getTime();
  isAway = false;
  queries = createQueries(flaky());
  sources = {
    post: await seedSource(db, { feedUrl: 'https://post.example/feed', title: 'The Post', language: 'en' }),
    bote: await seedSource(db, { feedUrl: 'https://bote.example/feed', title: 'Bote', language: 'de' }),
  };
  topics = { world: await seedTopic(db, 'World News'), climate: await seedTopic(db, 'Climate') };
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  createTestApp(database.db, { queries }).app.request(path, { headers, method });

async function read(path: string) {
  const response = await get(path);
  const format = path.endsWith('.rss') ? 'rss' : path.endsWith('.atom') ? 'atom' : 'json';
  const text = await response.text();
  expect([response.status, response.status === 200 ? validateFeed(format, text) : text]).toEqual([200, []]);
  return { text, items: readBack(format, text), response };
}
const titlesOf = async (path: string) => (await read(path)).items.map(({ title }) => title);
const problemOf = async (path: string) => {
  const response = await get(path, { accept: '*/*' });
  return [response.status, ((await response.json()) as { detail: string }).detail];
};

const en = (title: string, minutes: number, more: Partial<SeededEntry> = {}) => ({
  source: sources.post,
  entry: {
    title,
    publishedAt: minutesAgo(minutes),
    language: 'en',
    url: `https://post.example/${minutes}`,
    ...more,
  },
});
const de = (title: string, minutes: number, language = 'de') => ({
  source: sources.bote,
  entry: { title, publishedAt: minutesAgo(minutes), language, url: `https://bote.example/${minutes}` },
});
const tell = (where: Topic[], ...entries: ReturnType<typeof en>[]) => seedStory(database.db, where, entries);
const uuidOf = async (storyId: string, topic: Topic) => {
  const { item_uuid } = await database.db
    .selectFrom('placements')
    .select('item_uuid')
    .where('story_id', '=', storyId)
    .where('topic_id', '=', topic.id)
    .executeTakeFirstOrThrow();
  return `urn:uuid:${item_uuid}`;
};

describe('topics combined', () => {
  it('hold each story once, newest first, under the ids of the topics, and are called in words', async () => {
    const both = await tell([topics.world, topics.climate], en('Both', 20));
    const world = await tell([topics.world], en('World', 30));
    const climate = await tell([topics.climate], en('Climate', 10));
    for (const format of ['rss', 'atom', 'json']) {
      const { items, text } = await read(`/topics/world-news+climate.${format}`);
      expect(items.map(({ title, id }) => [title, id])).toEqual([
        ['Climate', await uuidOf(climate, topics.climate)],
        ['Both', await uuidOf(both, topics.world)],
        ['World', await uuidOf(world, topics.world)],
      ]);
      expect(text).toContain('World News + Climate');
      expect(text).toContain(`https://wire.example/topics/climate+world-news.${format}`);
    }
  });

  it('are the same document in whatever order they are named, and however often', async () => {
    await tell([topics.world], en('World', 30));
    const tags = ['world-news+climate', 'climate+world-news', 'climate+world-news+climate'].map(
      async (name) => (await get(`/topics/${name}.atom`)).headers.get('etag'),
    );
    expect(new Set(await Promise.all(tags)).size).toBe(1);
  });

  it('tell what stands published alone, with the words of the topic', async () => {
    const spiked = await tell([topics.world], en('Spiked', 30));
    const edited = await tell([topics.world], en('Edited', 20));
    await database.db
      .updateTable('placements')
      .set({ state: 'spiked', published_at: null })
      .where('story_id', '=', spiked)
      .execute();
    await database.db
      .updateTable('placements')
      .set({ headline: 'A better headline', edited_at: minutesAgo(5) })
      .where('story_id', '=', edited)
      .execute();
    const { items } = await read('/topics/world-news+climate.json');
    expect(items.map(({ title, updated }) => [title, updated])).toEqual([
      ['A better headline', minutesAgo(5).getTime()],
    ]);
  });

  it('are a valid document when nothing is in them, and none when a topic is not there', async () => {
    const { text } = await read('/topics/climate+world-news.atom');
    expect(text).toContain(`<updated>${now.toISOString()}</updated>`);
    expect(await problemOf('/topics/world-news+nothing.atom')).toEqual([
      404,
      'There is no topic “nothing” here.',
    ]);
    expect(await problemOf('/topics/world-news+.atom')).toEqual([404, 'There is no topic “” here.']);
  });

  it('are ten at most', async () => {
    const slugs = Array.from({ length: 11 }, (_, n) => `t${n}`);
    for (const slug of slugs) await seedTopic(database.db, slug);
    expect((await get(`/topics/${slugs.slice(1).join('+')}.rss`)).status).toBe(200);
    expect(await problemOf(`/topics/${slugs.join('+')}.rss`)).toEqual([
      400,
      'At most 10 topics go into one document.',
    ]);
  });
});

describe('the whole site', () => {
  it('is the newest 50 stories that stand published anywhere', async () => {
    for (let n = 1; n <= 55; n++) {
      await tell(n % 2 ? [topics.world, topics.climate] : [topics.climate], en(`Story ${n}`, n));
    }
    await tell([], en('Nowhere', 0));
    const titles = await titlesOf('/all.rss');
    expect(titles).toEqual(Array.from({ length: 50 }, (_, n) => `Story ${n + 1}`));
  });
});

describe('a source', () => {
  it('has what it tells, led by its own words, under the ids of the topics', async () => {
    const shared = await tell([topics.world], en('Told in English', 30), de('Auf Deutsch erzählt', 29));
    await tell([topics.world], en('Only the Post', 20));
    await tell([], de('Nicht veröffentlicht', 10));
    const { items, text } = await read(`/sources/${sources.bote.id}.atom`);
    expect(items.map(({ title, id, source }) => [title, id, source])).toEqual([
      ['Auf Deutsch erzählt', await uuidOf(shared, topics.world), 'Bote'],
    ]);
    expect(text).toContain('Told in English (The Post)');
    expect(await titlesOf(`/sources/${sources.post.id}.json`)).toEqual(['Only the Post', 'Told in English']);
  });

  it('is an empty document when nothing of it is published, and a 404 when it is none', async () => {
    expect(await titlesOf(`/sources/${sources.bote.id}.rss`)).toEqual([]);
    expect(await problemOf('/sources/999999999.rss')).toEqual([404, 'There is no source “999999999” here.']);
    expect(await problemOf('/sources/..%2f1.rss')).toMatchObject([404, expect.stringContaining('no source')]);
    expect((await get('/sources/99999999999999999999.rss')).status).toBe(404);
  });
});

describe('a language', () => {
  it('has its stories, also those of its regions, led in it', async () => {
    await tell([topics.world], en('English first', 30), de('Zweitens Deutsch', 29));
    await tell([topics.world], de('Aus Wien', 20, 'de-AT'));
    await tell([topics.world], en('English', 10));
    await tell([topics.world], de('Nicht Deutsch', 5, 'den'));
    const { items, text } = await read('/languages/de.atom');
    expect(items.map(({ title }) => title)).toEqual(['Aus Wien', 'Zweitens Deutsch']);
    expect(text).toContain('xml:lang="de"');
    expect(text).toContain('The Wire: German');
    expect(await titlesOf('/languages/DE-at.rss')).toEqual(['Aus Wien']);
  });

  it('is a 404 in words when nothing is published in it or it is none', async () => {
    expect(await problemOf('/languages/fr.atom')).toEqual([
      404,
      'Nothing is published here in the language “fr”.',
    ]);
    for (const name of ['x', '%25', 'de_AT', 'a'.repeat(300), "de'--"]) {
      expect(await problemOf(`/languages/${name}.atom`)).toMatchObject([
        404,
        expect.stringContaining('no language'),
      ]);
    }
  });
});

describe('a saved search', () => {
  it('has the published stories of which some entry matches, as topics tell them', async () => {
    await saveSearch(database.db, { name: 'Great Floods', rule: 'title:flood* -sport' }, now);
    await tell([topics.world], en('Rain for days', 30), de('floods in the north', 29));
    await tell([topics.climate], en('Floods again', 20));
    await tell([topics.world], en('Floods of sport', 10));
    await tell([], en('Floods unpublished', 5));
    const { items, text } = await read('/searches/great-floods.atom');
    expect(items.map(({ title }) => title)).toEqual(['Floods again', 'Rain for days']);
    expect(text).toContain('>Great Floods<');
    expect(await problemOf('/searches/nothing.rss')).toEqual([
      404,
      'There is no saved search “nothing” here.',
    ]);
  });
});

describe('every such document', () => {
  const paths = () => [
    '/all',
    `/sources/${sources.post.id}`,
    '/languages/en',
    '/topics/climate+world-news',
    '/searches/all-of-it',
  ];
  beforeEach(async () => {
    await saveSearch(database.db, { name: 'All of it', rule: '*' }, now);
    await tell([topics.world], en('One', 30));
  });

  it('has an id of its own, the same for all processes and formats, whatever things are called', async () => {
    const idOf = (atom: string) => /<id>(urn:uuid:[0-9a-f-]{36})<\/id>/.exec(atom)?.[1];
    const readIds = () => Promise.all(paths().map(async (path) => idOf((await read(`${path}.atom`)).text)));
    const ids = await readIds();
    expect(new Set(ids).size).toBe(paths().length);
    for (const id of ids.slice(0, 4)) expect(id).toMatch(/^urn:uuid:.{8}-.{4}-5.{3}-[89ab]/);
    await database.db.updateTable('topics').set({ name: 'Renamed' }).execute();
    await database.db.updateTable('sources').set({ title: 'Renamed' }).execute();
    queries = createQueries(flaky());
    expect(await readIds()).toEqual(ids);
  });

  it('has the same bytes when it is rendered again later: no clock is in it', async () => {
    const tags = async () =>
      Promise.all(paths().map(async (path) => (await get(`${path}.rss`)).headers.get('etag')));
    const first = await tags();
    clock += 86_400_000;
    queries = createQueries(flaky());
    expect(await tags()).toEqual(first);
  });

  it('is served as a document is: conditional, compressed, for all origins, HEAD too', async () => {
    for (const path of paths()) {
      const whole = await get(`${path}.json`, { 'accept-encoding': 'br' });
      expect(Object.fromEntries(whole.headers)).toMatchObject({
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=300, stale-while-revalidate=60, stale-if-error=86400',
        'content-encoding': 'br',
        'content-type': 'application/feed+json; charset=utf-8',
        vary: 'Accept-Encoding',
      });
      const tag = whole.headers.get('etag')!;
      expect((await get(`${path}.json`, { 'if-none-match': tag })).status).toBe(304);
      const head = await get(`${path}.json`, { 'accept-encoding': 'br' }, 'HEAD');
      expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(whole.headers));
    }
  });

  it('is answered from memory, and anew when something was published: once a second at most', async () => {
    expect(await titlesOf('/all.rss')).toEqual(['One']);
    await tell([topics.world], en('Two', 20));
    clock += 2_000;
    expect(await titlesOf('/all.rss')).toEqual(['One']);
    queries.doubt();
    expect(await titlesOf('/all.rss')).toEqual(['Two', 'One']);
    await tell([topics.world], en('Three', 10));
    queries.doubt();
    clock += 900;
    expect(await titlesOf('/all.rss')).toEqual(['Two', 'One']);
    clock += 200;
    expect(await titlesOf('/all.rss')).toEqual(['Three', 'Two', 'One']);
    // What nobody tells of is seen within a minute.
    await tell([topics.world], en('Four', 5));
    clock += 61_000;
    expect(await titlesOf('/all.rss')).toEqual(['Four', 'Three', 'Two', 'One']);
  });

  it('is rendered once for all who ask at the same time', async () => {
    let statements = 0;
    const counting = new Proxy(database.db, {
      get(db, name) {
        if (name === 'selectFrom') statements++;
        const member = Reflect.get(db, name, db);
        return typeof member === 'function' ? member.bind(db) : member;
      },
    });
    queries = createQueries(counting);
    await get('/all.atom');
    const once = statements;
    queries = createQueries(counting);
    statements = 0;
    await Promise.all(Array.from({ length: 40 }, () => get('/all.atom')));
    expect(statements).toBe(once);
  });

  it('is answered with its age while the database is away', async () => {
    const before = await get('/all.rss');
    clock += 90_000;
    isAway = true;
    const after = await get('/all.rss');
    expect([after.status, after.headers.get('age')]).toEqual([200, '90']);
    expect(await after.text()).toBe(await before.text());
    expect((await get('/languages/en.rss')).status).toBe(503);
    isAway = false;
    expect((await get('/all.rss')).headers.get('age')).toBeNull();
  });
});

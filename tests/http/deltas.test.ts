import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { findPublication, storePublications } from '../../db/publications.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import type { Publication } from '../../src/model/outgoing.ts';
import type { Source } from '../../src/model/source.ts';
import type { Topic } from '../../src/model/topic.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { readBack } from '../support/read-back.ts';
import { validateFeed } from '../support/validate-feed.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from './seed.ts';
import { createTestApp } from './test-app.ts';

const database = useDatabase();
let source: Source;
let topic: Topic;
let clock = now;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  source = await seedSource(database.db, { feedUrl: 'https://p.example/feed', title: 'P' });
  topic = await seedTopic(database.db, 'World');
  clock = now;
});

async function tell(title: string, minutes: number): Promise<string> {
  const entry = { title, publishedAt: minutesAgo(minutes), url: `https://p.example/${minutes}` };
  return seedStory(database.db, [topic], [{ source, entry }]);
}

async function publish(): Promise<void> {
  clock = new Date(clock.getTime() + 1_000);
  await markTopicsChanged(database.db, [topic.id]);
  const log = { error: (fields: object) => console.error(fields) };
  await publishChangedTopics({ db: database.db, publicUrl: 'https://wire.example', log, now: () => clock });
}

/** A web server that has the documents in memory, as publication-cache.ts holds them. */
function createServer(db = database.db) {
  const held = new Map<string, Publication>();
  return createTestApp(db, {
    async findPublication(slug, format) {
      const found = await findPublication(database.db, slug, format);
      const key = `${slug}.${format}`;
      if (found && held.get(key)?.etag !== found.etag) held.set(key, found);
      return found && held.get(key);
    },
  }).app;
}
type Server = ReturnType<typeof createServer>;
const ask = (server: Server, format: string, headers: Record<string, string> = {}) =>
  server.request(`/topics/world.${format}`, { headers });
const tagOf = (response: Response) => response.headers.get('etag')!;
const titles = (format: 'rss' | 'atom', document: string) =>
  readBack(format, document).map(({ title }) => title);

describe.each(['rss', 'atom'] as const)('A-IM: feed of .%s', (format) => {
  const delta = (server: Server, tag: string, more: Record<string, string> = {}) =>
    ask(server, format, { 'a-im': 'feed', 'if-none-match': tag, ...more });

  it('is answered 226 with what the client lacks alone: new and changed items', async () => {
    const changed = await tell('One', 30);
    await tell('Two', 20);
    await publish();
    const server = createServer();
    const first = await ask(server, format);
    await tell('Three', 10);
    await database.db
      .updateTable('placements')
      .set({ headline: 'One, edited', edited_at: clock })
      .where('story_id', '=', changed)
      .execute();
    await publish();
    const response = await delta(server, tagOf(first));
    expect([response.status, response.headers.get('im')]).toEqual([226, 'feed']);
    expect(response.headers.get('cache-control')).toBe('no-store, im, max-age=300');
    expect(response.headers.get('vary')).toBe('Accept-Encoding, A-IM');
    const text = await response.text();
    expect(titles(format, text)).toEqual(['Three', 'One, edited']);
    expect(validateFeed(format, text)).toEqual([]);
    // What it holds then is the whole, and is named so.
    const whole = await ask(server, format);
    expect(tagOf(response)).toBe(tagOf(whole));
    expect((await delta(server, tagOf(response))).status).toBe(304);
  });

  it('is answered in the coding that the client takes, whatever coding it holds', async () => {
    await tell('One', 30);
    await publish();
    const server = createServer();
    const first = await ask(server, format, { 'accept-encoding': 'br' });
    await tell('Two', 20);
    await publish();
    const response = await delta(server, tagOf(first), { 'accept-encoding': 'gzip' });
    expect([response.status, response.headers.get('content-encoding')]).toEqual([226, 'gzip']);
    expect(tagOf(response)).toMatch(/-gzip"$/);
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    expect(titles(format, text)).toEqual(['Two']);
  });

  it('takes the newest of the versions that the client names', async () => {
    const server = createServer();
    const tags: string[] = [];
    for (const title of ['One', 'Two', 'Three']) {
      await tell(title, 30 - tags.length);
      await publish();
      tags.push(tagOf(await ask(server, format)));
    }
    const response = await delta(server, `W/${tags[0]}, "other", ${tags[1]}`);
    expect(titles(format, await response.text())).toEqual(['Three']);
  });

  it('is known to a server that has just started, and to none after twenty other versions', async () => {
    await tell('First', 60);
    await publish();
    const first = tagOf(await ask(createServer(), format));
    for (let n = 1; n <= 19; n++) {
      await tell(`Story ${n}`, 60 - n);
      await publish();
    }
    const response = await delta(createServer(), first);
    expect(response.status).toBe(226);
    expect(titles(format, await response.text())).toHaveLength(19);
    await tell('One more', 1);
    await publish();
    expect((await delta(createServer(), first)).status).toBe(200);
  });

  it('is empty when things have only gone', async () => {
    await tell('One', 30);
    const gone = await tell('Two', 20);
    await publish();
    const server = createServer();
    const first = await ask(server, format);
    await database.db.deleteFrom('placements').where('story_id', '=', gone).execute();
    await publish();
    const response = await delta(server, tagOf(first));
    expect([response.status, titles(format, await response.text())]).toEqual([226, []]);
  });

  it.each([
    ['no A-IM', {}],
    ['another manipulation', { 'a-im': 'vcdiff, diffe' }],
    ['feed refused', { 'a-im': 'gzip, feed;q=0' }],
    ['an unknown tag', { 'a-im': 'feed', 'if-none-match': '"unknown"' }],
    ['no tag', { 'a-im': 'feed', 'if-none-match': '' }],
    ['a date', { 'a-im': 'feed', 'if-none-match': '', 'if-modified-since': 'Tue, 24 Nov 2020 11:29:30 GMT' }],
  ])('gets the whole: %s', async (_, headers) => {
    await tell('One', 30);
    await publish();
    const server = createServer();
    const first = tagOf(await ask(server, format));
    await tell('Two', 20);
    await publish();
    const response = await ask(server, format, { 'if-none-match': first, ...headers });
    expect([response.status, response.headers.has('im')]).toEqual([200, false]);
    expect(response.headers.get('vary')).toBe('Accept-Encoding, A-IM');
    expect(response.headers.get('cache-control')).toContain('public');
    expect(titles(format, await response.text())).toEqual(['Two', 'One']);
  });

  it('gets the whole while the database is away', async () => {
    await tell('One', 30);
    await publish();
    const first = tagOf(await ask(createServer(), format));
    await tell('Two', 20);
    await publish();
    const broken = new Proxy(database.db, {
      get() {
        throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
      },
    });
    expect((await delta(createServer(broken), first)).status).toBe(200);
  });
});

it('is not for JSON Feed, which has no part that is a document', async () => {
  await tell('One', 30);
  await publish();
  const server = createServer();
  const first = tagOf(await ask(server, 'json'));
  await tell('Two', 20);
  await publish();
  const response = await ask(server, 'json', { 'a-im': 'feed', 'if-none-match': first });
  expect([response.status, response.headers.get('vary')]).toEqual([200, 'Accept-Encoding']);
});

it('remembers no version of a document that is not stored after all', async () => {
  await tell('One', 30);
  await publish();
  const count = async () =>
    (await database.db.selectFrom('publication_versions').selectAll().execute()).length;
  const before = await count();
  await publish();
  expect(await count()).toBe(before);
  expect(await storePublications(database.db, 'world', [])).toEqual([]);
});

import { beforeEach, expect, test } from 'vitest';
import { createTopic, removeTopic } from '../../db/topics.ts';
import { createReaderNotes } from '../../src/newsroom/reader-notes.ts';
import { listTopicReaders } from '../../src/newsroom/topic-readers.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const day = 86_400_000;
const t0 = new Date('2026-02-16T09:00:00Z');
let clock = t0.getTime();
let topicId = '';
let otherId = '';
const warnings: string[] = [];

beforeEach(async () => {
  for (const table of ['topics', 'poller_salts'] as const) await database.db.deleteFrom(table).execute();
  clock = t0.getTime();
  warnings.length = 0;
  topicId = (await createTopic(database.db, makeTopic('world'), t0)).id;
  otherId = (await createTopic(database.db, makeTopic('other'), t0)).id;
});

const createNotes = (db = database.db) =>
  createReaderNotes({
    db,
    now: () => new Date(clock),
    log: { warn: (_, sentence) => void warnings.push(sentence) },
  });
const readers = async () => (await listTopicReaders(database.db, [topicId], new Date(clock)))[0];
/** Two things fall into one register now and then. */
const about = (count: number) =>
  expect.toSatisfy((found: number) => found <= count + 1 && found >= count - 4);
const rss = () => ({ topicId, format: 'rss' as const });
const atom = () => ({ topicId, format: 'atom' as const });

test('counts distinct programs a day by address and name, over formats, servers and restarts', async () => {
  for (const notes of [createNotes(), createNotes()]) {
    for (let n = 0; n < 20; n++) {
      notes.note(rss(), 'Reader/1', `192.0.2.${n}`);
      notes.note(atom(), 'Reader/1', `192.0.2.${n}`);
      notes.note(rss(), 'Other/1', `192.0.2.${n}`);
    }
    await notes.stop();
  }
  expect(await readers()).toMatchObject({
    subscribers: 0,
    days: [{ day: '2026-02-16', pollers: about(40) }],
  });
  clock += day;
  const notes = createNotes();
  notes.note(rss(), null, '2001:db8::1');
  await notes.stop();
  expect((await readers())?.days).toEqual([
    { day: '2026-02-17', pollers: 1 },
    { day: '2026-02-16', pollers: about(40) },
  ]);
});

test('two servers that flush at the same time lose nothing', async () => {
  const servers = Array.from({ length: 5 }, () => createNotes());
  for (const [n, notes] of servers.entries()) {
    for (let m = 0; m < 10; m++) notes.note(rss(), 'Reader/1', `192.0.${n}.${m}`);
  }
  await Promise.all(servers.map((notes) => notes.stop()));
  expect((await readers())?.days).toEqual([{ day: '2026-02-16', pollers: about(50) }]);
  expect(warnings).toEqual([]);
});

test('of subscribers, the greatest number per aggregator and feed id in seven days counts', async () => {
  const say = async (...agents: [format: 'rss' | 'atom', userAgent: string][]) => {
    const notes = createNotes();
    for (const [format, userAgent] of agents) notes.note({ topicId, format }, userAgent, '192.0.2.1');
    await notes.stop();
  };
  await say(['rss', 'Feedly/1.0 (100 subscribers)']);
  clock += 3 * day;
  await say(['rss', 'Feedly/1.0 (90 subscribers)'], ['atom', 'Feedly/1.0 (5 subscribers)']);
  await say(['rss', 'Feedbin feed-id:1 - 10 subscribers'], ['atom', 'Feedbin feed-id:2 - 3 subscribers']);
  await say(['rss', 'Feedbin feed-id:1 - 8 subscribers'], ['atom', 'Feedbin feed-id:1 - 9 subscribers']);
  expect(await readers()).toMatchObject({
    subscribers: 118,
    aggregators: [
      { name: 'Feedly', subscribers: 105 },
      { name: 'Feedbin', subscribers: 13 },
    ],
  });
  clock += 4 * day;
  expect(await readers()).toMatchObject({ subscribers: 108 });
  clock += 7 * day;
  expect(await readers()).toMatchObject({ subscribers: 0, aggregators: [] });
});

test('keeps nothing of who it was, and forgets the key and the sketch when the day is over', async () => {
  const notes = createNotes();
  notes.note(rss(), 'Unmistakable/1', '192.0.2.77');
  await notes.flush();
  const dump = async () => {
    const { db } = database;
    return {
      counts: await db.selectFrom('reader_counts').selectAll().execute(),
      pollers: await db.selectFrom('poller_counts').selectAll().execute(),
      salts: await db.selectFrom('poller_salts').selectAll().execute(),
    };
  };
  const text = JSON.stringify(await dump());
  for (const trace of ['Unmistakable', '192.0.2']) expect(text).not.toContain(trace);
  expect(await dump()).toMatchObject({ salts: [{}], pollers: [{ pollers: 1 }] });
  const salt = (await dump()).salts[0]?.salt;
  clock += day;
  notes.note(rss(), 'Unmistakable/1', '192.0.2.77');
  await notes.stop();
  const after = await dump();
  expect(after.salts).toHaveLength(1);
  expect(salt && after.salts[0]?.salt.equals(salt)).toBe(false);
  expect(after.pollers.map(({ registers }) => registers !== null).sort()).toEqual([false, true]);
});

test('says so when nothing can be stored, and counts on; topics that are gone do not hold the others up', async () => {
  const broken = new Proxy(database.db, {
    get() {
      throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    },
  });
  const lost = createNotes(broken);
  lost.note(rss(), 'Reader/1', '192.0.2.1');
  await lost.stop();
  expect(warnings).toEqual([expect.stringContaining('could not be counted')]);
  const notes = createNotes();
  notes.note({ topicId: otherId, format: 'rss' }, 'Feedly/1.0 (7 subscribers)', '192.0.2.1');
  notes.note(rss(), 'Feedly/1.0 (6 subscribers)', '192.0.2.1');
  await removeTopic(database.db, otherId);
  await notes.stop();
  expect(await readers()).toMatchObject({ subscribers: 6, days: [{ pollers: 1 }] });
});

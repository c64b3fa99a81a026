import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { announceDeskEvent, type DeskEvent } from '../../db/desk-events.ts';
import { createDeskFeed } from '../../db/desk-feed.ts';
import { type Listener, listenTo } from '../../db/listen.ts';
import { cachePublications } from '../../db/publication-cache.ts';
import { storePublications } from '../../db/publications.ts';
import { createTopic } from '../../db/topics.ts';
import { runStatement } from '../support/global-setup.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const warnings: string[] = [];
const log = { warn: (_fields: object, sentence: string) => void warnings.push(sentence) };
let listener: Listener;

beforeEach(() => {
  warnings.length = 0;
  listener = listenTo(database.address, log);
});
afterEach(() => listener.close());

const notify = (channel: string, payload: string) =>
  runStatement(database.address, `select pg_notify('${channel}', '${payload}')`);
const breakConnection = () =>
  runStatement(
    database.address,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wireroom-listen' and datname = current_database()`,
  );
const untilListening = () => vi.waitFor(() => expect(listener.isListening()).toBe(true), { timeout: 5_000 });

/** Hears a channel and notes it. */
function hear(channel: string) {
  const heard: string[] = [];
  listener.hearChannel(channel, {
    hear: (payload) => void heard.push(payload),
    onListening: () => void heard.push('listening'),
  });
  return heard;
}

test('one connection hears several channels, each ear its own', async () => {
  const [one, two, again] = [hear('one'), hear('two'), hear('one')];
  await untilListening();
  await notify('one', 'a');
  await notify('two', 'b');
  await notify('three', 'c');
  await vi.waitFor(() =>
    expect([one, two, again]).toEqual([
      ['listening', 'a'],
      ['listening', 'b'],
      ['listening', 'a'],
    ]),
  );
  const { rows } = await sql`
    select pid from pg_stat_activity where application_name = 'wireroom-listen' and datname = current_database()`.execute(
    database.db,
  );
  expect(rows).toHaveLength(1);
});

test('a channel can be added while it listens', async () => {
  await untilListening();
  const late = hear('late');
  await vi.waitFor(() => expect(late).toEqual(['listening']));
  await notify('late', 'x');
  await vi.waitFor(() => expect(late).toEqual(['listening', 'x']));
});

test('a connection that breaks is replaced, and every ear is told that it may have missed something', async () => {
  const [one, two] = [hear('one'), hear('two')];
  await untilListening();
  await breakConnection();
  await vi.waitFor(() => expect(listener.isListening()).toBe(false));
  await untilListening();
  await notify('two', 'after');
  await vi.waitFor(() =>
    expect([one, two]).toEqual([
      ['listening', 'listening'],
      ['listening', 'listening', 'after'],
    ]),
  );
});

test('says that it cannot listen, and closes all the same', async () => {
  const nowhere = listenTo({ url: 'postgres://nobody@127.0.0.1:1/none' }, log);
  await vi.waitFor(() => expect(warnings).toHaveLength(1));
  expect(warnings[0]).toMatch(/Cannot listen/);
  expect(nowhere.isListening()).toBe(false);
  await nowhere.close();
});

test('documents and desks share the connection', async () => {
  const { id } = await createTopic(database.db, makeTopic('shared'), new Date());
  const cache = cachePublications(database.db, listener);
  const told: DeskEvent[] = [];
  createDeskFeed(listener).subscribe(id, (event) => void told.push(event));
  await untilListening();
  const publish = (text: string) =>
    storePublications(database.db, 'shared', [
      {
        topicId: id,
        format: 'rss',
        body: Buffer.from(text),
        gzip: Buffer.from(''),
        brotli: Buffer.from(''),
        etag: `"${text}"`,
        lastModifiedAt: new Date(0),
      },
    ]);
  await publish('one');
  expect((await cache.find('shared', 'rss'))?.etag).toBe('"one"');
  await publish('two');
  await announceDeskEvent(database.db, toDecided(id, '1'));
  await vi.waitFor(async () => {
    expect((await cache.find('shared', 'rss'))?.etag).toBe('"two"');
    expect(told).toContainEqual(toDecided(id, '1'));
  });
});

const toDecided = (topicId: string, decisionId: string): DeskEvent => ({
  kind: 'decided',
  topicId,
  storyId: '7',
  decisionId,
  editorId: '3',
  editorName: 'Zoë “Z” Müller',
  act: 'publish',
});

/** Subscribes to a topic and notes what is told. */
function subscribe(feed: ReturnType<typeof createDeskFeed>, topicId: string) {
  const told: DeskEvent[] = [];
  return { told, leave: feed.subscribe(topicId, (event) => void told.push(event)) };
}

test('decisions reach those who look at the topic, each and in order, and nobody after leaving', async () => {
  const feed = createDeskFeed(listener);
  await untilListening();
  const [one, other, left] = [subscribe(feed, '1'), subscribe(feed, '2'), subscribe(feed, '1')];
  left.leave();
  left.leave();
  for (let n = 0; n < 20; n++) await announceDeskEvent(database.db, toDecided('1', String(n)));
  await announceDeskEvent(database.db, toDecided('2', '99'));
  await vi.waitFor(() => expect(other.told).toEqual([toDecided('2', '99')]));
  expect(one.told).toEqual(Array.from({ length: 20 }, (_, n) => toDecided('1', String(n))));
  expect(left.told).toEqual([]);
});

test('nothing is told of a transaction that was undone', async () => {
  const feed = createDeskFeed(listener);
  await untilListening();
  const { told } = subscribe(feed, '1');
  const undone = new Error('undone');
  const work = database.db.transaction().execute(async (tx) => {
    await announceDeskEvent(tx, toDecided('1', 'undone'));
    throw undone;
  });
  await expect(work).rejects.toBe(undone);
  await announceDeskEvent(database.db, toDecided('1', 'done'));
  await vi.waitFor(() => expect(told).toEqual([toDecided('1', 'done')]));
});

test('a burst of candidates is told once a topic, and the next burst again', async () => {
  const feed = createDeskFeed(listener);
  await untilListening();
  const [one, two] = [subscribe(feed, '1'), subscribe(feed, '2')];
  await database.db.connection().execute(async (db) => {
    for (let n = 0; n < 100; n++)
      await announceDeskEvent(db, { kind: 'candidates', topicIds: n % 2 ? ['1'] : ['1', '2', '3'] });
  });
  await vi.waitFor(() => expect([one.told.length, two.told.length]).toEqual([1, 1]));
  expect(one.told).toEqual([{ kind: 'candidates', topicIds: ['1'] }]);
  await announceDeskEvent(database.db, { kind: 'candidates', topicIds: ['1'] });
  await vi.waitFor(() => expect(one.told).toHaveLength(2));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect([one.told.length, two.told.length]).toEqual([2, 1]);
});

test('more topics than one payload holds are announced all the same', async () => {
  const feed = createDeskFeed(listener);
  await untilListening();
  const topicIds = Array.from({ length: 1_000 }, (_, n) => String(9_000_000_000_000_000_000n + BigInt(n)));
  const [first, last] = [subscribe(feed, topicIds[0]!), subscribe(feed, topicIds[999]!)];
  await announceDeskEvent(database.db, { kind: 'candidates', topicIds });
  await announceDeskEvent(database.db, { kind: 'candidates', topicIds: [] });
  await vi.waitFor(() => expect([first.told.length, last.told.length]).toEqual([1, 1]));
});

test('after the connection broke everyone is told that there may be candidates', async () => {
  const feed = createDeskFeed(listener);
  await untilListening();
  const [one, two] = [subscribe(feed, '1'), subscribe(feed, '2')];
  await breakConnection();
  await announceDeskEvent(database.db, toDecided('1', 'missed'));
  await vi.waitFor(
    () =>
      expect([one.told, two.told]).toEqual([
        [{ kind: 'candidates', topicIds: ['1'] }],
        [{ kind: 'candidates', topicIds: ['2'] }],
      ]),
    { timeout: 5_000 },
  );
});

test.each([
  '',
  'x',
  'null',
  '[]',
  '{"kind":"decided"}',
  '{"kind":"candidates"}',
  '{"kind":"candidates","topicIds":[1]}',
  '{"kind":"other","topicIds":["1"]}',
])('what is no event is passed over: %j', async (payload) => {
  const feed = createDeskFeed(listener);
  await untilListening();
  const { told } = subscribe(feed, '1');
  await notify('wireroom_desk', payload);
  await announceDeskEvent(database.db, toDecided('1', 'next'));
  await vi.waitFor(() => expect(told).toEqual([toDecided('1', 'next')]));
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectDatabase, type Db } from '../../db/connect.ts';
import { type Ear, type Listener, listenTo } from '../../db/listen.ts';
import { cachePublications, type PublicationCache } from '../../db/publication-cache.ts';
import { storePublications } from '../../db/publications.ts';
import { createTopic, removeTopic } from '../../db/topics.ts';
import { runStatement } from '../support/global-setup.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const t0 = new Date('2026-02-16T09:00:00Z');
const log = { warn() {} };
let listener: Listener;
let cache: PublicationCache;
let reader: Db;
let topicId = '';

beforeEach(async () => {
  await database.db.deleteFrom('topics').execute();
  topicId = (await createTopic(database.db, makeTopic('world'), t0)).id;
  reader = connectDatabase(database.address, { max: 2 });
  listener = listenTo(database.address, log);
  cache = cachePublications(reader, listener);
});
afterEach(async () => {
  await listener.close();
  await reader.destroy().catch(() => undefined);
});

const publish = (text: string) =>
  storePublications(database.db, 'world', [
    {
      topicId,
      format: 'rss',
      body: Buffer.from(text),
      gzip: Buffer.from(''),
      brotli: Buffer.from(''),
      etag: `"${text}"`,
      lastModifiedAt: t0,
    },
  ]);
const read = async () => (await cache.find('world', 'rss'))?.etag;

test('answers from memory, the same object, until the topic is published anew', async () => {
  await publish('one');
  await vi.waitFor(async () =>
    expect(await cache.find('world', 'rss')).toBe(await cache.find('world', 'rss')),
  );
  await publish('two');
  await vi.waitFor(async () => expect(await read()).toBe('"two"'));
});

test('keeps nothing that is not there, and forgets a removed topic', async () => {
  expect(await cache.find('world', 'atom')).toBeUndefined();
  await publish('one');
  expect(await read()).toBe('"one"');
  await removeTopic(database.db, topicId);
  await vi.waitFor(async () => expect(await read()).toBeUndefined());
});

test('never keeps a document that was read before an announcement: readers and a writer in a race', async () => {
  await publish('0');
  for (let round = 1; round <= 30; round++) {
    const reads = [read(), read(), read()];
    await publish(String(round));
    await Promise.all(reads);
    await vi.waitFor(async () => expect(await read()).toBe(`"${round}"`));
  }
});

test('when the listening connection breaks, changes are seen all the same', async () => {
  await publish('one');
  expect(await read()).toBe('"one"');
  await runStatement(
    database.address,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wireroom-listen' and datname = current_database()`,
  );
  await publish('two');
  await vi.waitFor(async () => expect(await read()).toBe('"two"'));
  await publish('three');
  await vi.waitFor(async () => expect(await read()).toBe('"three"'), { timeout: 5_000 });
});

test('says how old a document is that it cannot ask for, from when it was last known to be current, and no longer once it can', async () => {
  let clock = t0.getTime();
  const ears: Ear[] = [];
  let isListening = true;
  let isAway = false;
  const told: Listener = {
    hearChannel: (_, ear) => void ears.push(ear),
    isListening: () => isListening,
    close: async () => undefined,
  };
  const flaky = new Proxy(database.db, {
    get(db, name) {
      if (isAway) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
      const member = Reflect.get(db, name, db);
      return typeof member === 'function' ? member.bind(db) : member;
    },
  });
  const aged = cachePublications(flaky, told, () => new Date(clock));
  const age = async (slug = 'world') => {
    const found = await aged.find(slug, 'rss');
    return found && [found.etag, aged.getAge(found)];
  };
  await publish('one');
  expect(await age()).toEqual(['"one"', 0]);
  clock += 60_000;
  expect(await age()).toEqual(['"one"', 0]);
  for (const ear of ears) ear.onAnswer?.();
  // The connection breaks in silence, and is noticed ten seconds later.
  clock += 10_000;
  isListening = false;
  isAway = true;
  expect(await age()).toEqual(['"one"', 10]);
  clock += 5_500;
  expect(await age()).toEqual(['"one"', 15]);
  await expect(age('other')).rejects.toThrow('away');
  // It listens again, but what happened meanwhile is unknown, and cannot be asked for.
  isListening = true;
  for (const ear of ears) ear.onListening();
  expect(await age()).toEqual(['"one"', 15]);
  isAway = false;
  expect(await age()).toEqual(['"one"', 0]);
  clock += 60_000;
  expect(await age()).toEqual(['"one"', 0]);
  // It hears of a change that it cannot ask for: the document was current until then.
  await publish('two');
  isAway = true;
  for (const ear of ears) ear.hear('world');
  clock += 7_000;
  expect(await age()).toEqual(['"one"', 7]);
  isAway = false;
  expect(await age()).toEqual(['"two"', 0]);
});

test('while it cannot listen it answers with the same object as long as the document is the same', async () => {
  await listener.close();
  await publish('one');
  const first = await cache.find('world', 'rss');
  expect(await cache.find('world', 'rss')).toBe(first);
  await publish('two');
  expect(await read()).toBe('"two"');
});

test('while the database is away it answers from memory', async () => {
  await publish('one');
  await vi.waitFor(async () =>
    expect(await cache.find('world', 'rss')).toBe(await cache.find('world', 'rss')),
  );
  await reader.destroy();
  await runStatement(
    database.address,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wireroom-listen' and datname = current_database()`,
  );
  expect(await read()).toBe('"one"');
  await expect(cache.find('world', 'json')).rejects.toThrow();
});

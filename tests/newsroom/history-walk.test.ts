import { beforeAll, expect, test } from 'vitest';
import { placeStories } from '../../db/placements.ts';
import { findPublication } from '../../db/publications.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { createTopic } from '../../db/topics.ts';
import { type PublicationFormat, publicationFormats } from '../../src/model/outgoing.ts';
import type { Topic } from '../../src/model/topic.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { createTestApp } from '../http/test-app.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openManyStories } from '../support/many-stories.ts';
import { useDatabase } from '../support/postgres.ts';
import { type WalkedDocument, walkHistory } from '../support/walk-history.ts';

const publicUrl = 'https://news.example.org';
const count = 5_000;
const batch = 100;
const database = useDatabase({ max: 10 });
let topic: Topic;
let app: ReturnType<typeof createTestApp>['app'];
let stories: Awaited<ReturnType<typeof openManyStories>>;
let hand: ReturnType<typeof createHand>;
let clock = new Date('2026-03-01T00:00:00Z');

beforeAll(async () => {
  const { db } = database;
  topic = await createTopic(db, makeTopic('world', { itemLimit: 20 }), clock);
  stories = await openManyStories(db, count);
  hand = createHand({ db, now: () => clock }, await addEditor(db, 'Ana'), topic.id);
  app = createTestApp(db, {
    publicUrl,
    findPublication: (slug, format) => findPublication(db, slug, format),
  }).app;
  await publish();
});

const get = (path: string) => app.request(path);

const publish = () =>
  publishChangedTopics({
    db: database.db,
    publicUrl,
    now: () => clock,
    log: { error: (fields) => expect.fail(JSON.stringify(fields)) },
  });

/** Items that documents have by now, and when what was taken back was. */
const told = new Set<string>();
const retracted = new Set<string>();
/** Items that were ever retracted, whether or not they came back. */
const everRetracted = new Set<string>();
/** The etags of archives by address: what changes them is told below. */
const etags = new Map<string, Set<string>>();

/** Publishes a hundred items; editors change, correct and take back some that are published, and bring one back. */
async function work(from: number): Promise<void> {
  clock = new Date(clock.getTime() + 60_000);
  const now = stories.slice(from, from + batch);
  const reasons = [{ clause: '*', field: 'all' }];
  await placeStories(
    database.db,
    now.map(({ storyId, datedAt }) => ({
      topicId: topic.id,
      storyId,
      datedAt,
      reasons,
      state: 'published' as const,
    })),
    clock,
  );
  await markTopicsChanged(database.db, [topic.id]);
  const picks = Array.from({ length: 5 }, () => stories[pick(from + batch)] ?? expect.fail());
  const [edited, corrected, led, ...wrong] = picks;
  await hand(edited!.storyId, { act: 'edit', headline: `Edited at ${from}` });
  await hand(corrected!.storyId, { act: 'correct', text: `It was ${from}, not ${from + 1}.` });
  await hand(led!.storyId, { act: 'lead', entryId: led!.entryId });
  for (const one of wrong) {
    everRetracted.add(one.uuid);
    if ((await hand(one.storyId, { act: 'spike' }, { reason: `Wrong at ${from}` })).kind === 'decided')
      retracted.add(one.uuid);
  }
  const [back] = [...retracted].slice(from % 300 === 0 ? 0 : 1_000);
  const story = stories.find(({ uuid }) => uuid === back);
  if (story) {
    await hand(story.storyId, { act: 'publish' });
    retracted.delete(story.uuid);
  }
  await publish();
  for (const { uuid } of now) told.add(uuid);
}

let seed = 1;
/** A number below the limit, the same ones in each run. */
function pick(limit: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % limit;
}

const toUuid = (id: string) => id.replace('urn:uuid:', '');

/** Walks once: whoever begins to walk has all that was told by then, each once, but for what was taken back. */
async function walk(format: PublicationFormat): Promise<WalkedDocument[]> {
  const before = [...told];
  const documents = await walkHistory(get, 'world', format);
  const archives = documents.slice(1);
  const archived = archives.flatMap(({ items }) => items.map(({ id }) => toUuid(id)));
  expect(new Set(archived).size, 'an item is in two archives').toBe(archived.length);
  const seen = new Set([...(documents[0]?.items ?? []).map(({ id }) => toUuid(id)), ...archived]);
  expect(before.filter((uuid) => !seen.has(uuid) && !everRetracted.has(uuid))).toEqual([]);
  for (const { url, etag } of archives) etags.set(url, (etags.get(url) ?? new Set()).add(etag));
  return documents;
}

test('whoever walks 5,000 items while editors work and more are published has each once', async () => {
  for (let from = 0; from < count; from += 5 * batch) {
    const steps = async () => {
      for (let n = 0; n < 5; n++) await work(from + n * batch);
    };
    const format = publicationFormats[(from / batch / 5) % 3] ?? 'atom';
    await Promise.all([steps(), walk(format), walk('atom')]);
  }
  clock = new Date(clock.getTime() + 60_000);
  for (let n = 0; n < 5; n++) await publish();
  const expected = stories.map(({ uuid }) => uuid).filter((uuid) => !retracted.has(uuid));
  for (const format of publicationFormats) {
    const documents = await walk(format);
    const seen = new Map<string, string>();
    // The document that people subscribe to comes first: what it has again is newer than in the archive.
    for (const { id, updated } of documents.flatMap(({ items }) => items)) {
      const first = seen.get(toUuid(id));
      if (first === undefined) seen.set(toUuid(id), updated);
      else expect(first >= updated, `${id} is older than in its archive`).toBe(true);
    }
    expect([...seen.keys()].sort()).toEqual([...expected].sort());
    expect(documents.length).toBeGreaterThan(90);
    expect(documents[0]?.items.length).toBeLessThan(20 + 50 + 100);
    for (const { items } of documents.slice(1)) expect(items.length).toBeLessThanOrEqual(50);
  }
  expect(retracted.size).toBeGreaterThan(50);
  // Archives changed by retractions alone.
  const left = await database.db
    .selectFrom('published_items')
    .select('left_archive')
    .where('left_archive', 'is not', null)
    .execute();
  const changed = [...etags]
    .filter(([, { size }]) => size > 1)
    .map(([url]) => Number(/(\d+)\.\w+$/.exec(url)?.[1]));
  const losers = new Set(left.map(({ left_archive }) => left_archive));
  const renewed = await database.db
    .selectFrom('published_items')
    .select('renewed_at')
    .where('renewed_at', 'is not', null)
    .execute();
  expect(new Set(changed.filter((n) => !losers.has(n))).size).toBeLessThanOrEqual(renewed.length);
  expect(changed.length).toBeGreaterThan(0);
}, 60_000);

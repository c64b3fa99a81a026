import { beforeEach, describe, expect, test } from 'vitest';
import { connectDatabase } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { findPlacement } from '../../db/placement-rows.ts';
import { placeStories } from '../../db/placements.ts';
import { storeSources } from '../../db/sources.ts';
import { createTopic, editTopic } from '../../db/topics.ts';
import type { PlacementState } from '../../src/model/placement.ts';
import type { Topic } from '../../src/model/topic.ts';
import { decideDue } from '../../src/newsroom/decide-due.ts';
import { listDecisions } from '../../src/newsroom/list-decisions.ts';
import { makeEntry } from '../support/make-entry.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openOneEach } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const t0 = new Date('2026-02-16T09:00:00Z');
const atMinute = (minutes: number) => new Date(t0.getTime() + minutes * 60_000);
let topic: Topic;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  topic = await createTopic(database.db, makeTopic('world', { mode: 'editor' }), t0);
});

async function place(name: string, state: PlacementState, columns: object = {}, minute = 1): Promise<string> {
  const [storyId = ''] = await openOneEach(database.db, [name], t0);
  const placement = { topicId: topic.id, storyId, state: 'candidate' as const, reasons: [], datedAt: t0 };
  await placeStories(database.db, [placement], atMinute(minute));
  await database.db
    .updateTable('placements')
    .set({ state, ...columns })
    .where('story_id', '=', storyId)
    .execute();
  return storyId;
}

/** Another source tells the story too. */
async function tell(storyId: string, host: string, minute: number): Promise<void> {
  const [source] = await storeSources(database.db, [{ feedUrl: `https://${host}.example/feed` }], t0);
  const { stored } = await storeEntries(database.db, source?.source.id ?? '', [makeEntry(host)], t0);
  await database.db
    .insertInto('story_entries')
    .values({ entry_id: stored[0]?.id ?? '', story_id: storyId, joined_at: atMinute(minute) })
    .execute();
}

const run = (minute: number, db = database.db) => decideDue({ db, now: () => atMinute(minute) });
const read = (storyId: string) => findPlacement(database.db, topic.id, storyId);
const history = async () =>
  (await listDecisions(database.db, { topicId: topic.id, limit: 500 })).map(
    ({ act, editorId, editorName, reason }) => `${act} ${editorId ?? '-'} ${editorName}: ${reason}`,
  );
const takeChanges = async () =>
  (await database.db.deleteFrom('topic_changes').returning('topic_id').execute()).length;

describe('by the clock', () => {
  test('what has its hour is published then, once, and not before', async () => {
    const id = await place('a', 'held', { publish_at: atMinute(10), version: 1 });
    expect(await run(9)).toBe(0);
    await takeChanges();
    expect(await run(10)).toBe(1);
    expect(await run(11)).toBe(0);
    expect(await read(id)).toMatchObject({ state: 'published', publishedAt: atMinute(10), version: 2 });
    expect((await read(id))?.publishAt).toBeUndefined();
    expect(await history()).toEqual(['publish - clock: scheduled']);
    expect(await takeChanges()).toBeGreaterThan(0);
  });

  test('what has expired is held, whatever it was', async () => {
    const ids = [
      await place('a', 'published', { expire_at: atMinute(5), pinned_at: t0 }),
      await place('b', 'candidate', { expire_at: atMinute(5) }),
      await place('c', 'held', { publish_at: atMinute(4), expire_at: atMinute(5) }),
    ];
    expect(await run(6)).toBe(3);
    for (const id of ids) expect(await read(id)).toMatchObject({ state: 'held', version: 1 });
    expect((await read(ids[0] ?? ''))?.pinnedAt).toBeUndefined();
    expect(await history()).toEqual(Array(3).fill('hold - clock: expired'));
    expect(await run(7)).toBe(0);
  });

  test('a pin ends at its hour; the story stays published', async () => {
    const id = await place('a', 'published', { pinned_at: t0, pinned_until: atMinute(5) });
    expect(await run(5)).toBe(1);
    expect(await read(id)).toMatchObject({ state: 'published' });
    expect((await read(id))?.pinnedAt).toBeUndefined();
    expect(await history()).toEqual(['unpin - clock: pinned until now']);
  });

  test('five workers at once make each decision once', async () => {
    for (let n = 0; n < 30; n++) await place(`p${n}`, 'held', { publish_at: atMinute(5), version: 1 });
    for (let n = 0; n < 15; n++) await place(`e${n}`, 'published', { expire_at: atMinute(5), version: 1 });
    for (let n = 0; n < 15; n++)
      await place(`u${n}`, 'published', { pinned_at: t0, pinned_until: atMinute(5), version: 1 });
    const workers = Array.from({ length: 5 }, () => connectDatabase(database.address, { max: 2 }));
    const made = await Promise.all(workers.map((db) => run(6, db)));
    await Promise.all(workers.map((db) => db.destroy()));
    // What one worker has claimed the others leave: whoever is last finds nothing.
    expect(made.reduce((sum, n) => sum + n, 0) + (await run(6))).toBe(60);
    const lines = await history();
    expect(lines).toHaveLength(60);
    const count = (start: string) => lines.filter((line) => line.startsWith(start)).length;
    expect([count('publish'), count('hold'), count('unpin')]).toEqual([30, 15, 15]);
    const versions = await database.db.selectFrom('placements').select('version').distinct().execute();
    expect(versions).toEqual([{ version: 2 }]);
  });

  test('what an editor has in hand at the moment is left to the next time', async () => {
    const id = await place('a', 'held', { publish_at: atMinute(5), version: 1 });
    await database.db.transaction().execute(async (tx) => {
      await tx.selectFrom('placements').selectAll().where('story_id', '=', id).forUpdate().execute();
      expect(await run(6)).toBe(0);
    });
    expect(await run(6)).toBe(1);
  });
});

describe('in a topic that is assisted', () => {
  beforeEach(async () => {
    topic = await editTopic(
      database.db,
      topic.id,
      { mode: 'assisted', assistMinutes: 30, assistSources: 2 },
      t0,
    );
  });

  test('a candidate is published after its minutes', async () => {
    const id = await place('a', 'candidate', {}, 1);
    expect(await run(30)).toBe(0);
    expect(await run(31)).toBe(1);
    expect(await read(id)).toMatchObject({ state: 'published' });
    expect(await history()).toEqual(['publish - rule: waited 30 minutes']);
  });

  test('as soon as enough sources tell it', async () => {
    const id = await place('a', 'candidate', {}, 1);
    expect(await run(2)).toBe(0);
    await tell(id, 'second', 3);
    expect(await run(3)).toBe(1);
    expect(await history()).toEqual(['publish - rule: told by 2 sources']);
  });

  test('never what an editor has decided on, released or not', async () => {
    await place('a', 'held', {}, 1);
    await place('b', 'spiked', {}, 1);
    await place('c', 'candidate', { version: 2 }, 1);
    expect(await run(1_000)).toBe(0);
  });

  test('what was waiting before a change counts from the change, and another report of it', async () => {
    const old = await place('a', 'candidate', {}, -500);
    await tell(old, 'second', -400);
    await editTopic(database.db, topic.id, { assistMinutes: 20 }, atMinute(100));
    expect(await run(119)).toBe(0);
    expect(await run(120)).toBe(1);
    const known = await place('b', 'candidate', {}, 90);
    await tell(known, 'third', 95);
    expect(await run(101)).toBe(0);
    await tell(known, 'fourth', 102);
    expect(await run(103)).toBe(1);
  });

  test('another name, or the same again, begins nothing anew; other sources do', async () => {
    const { db } = database;
    const readChangedAt = async (change: Parameters<typeof editTopic>[2]) =>
      (await editTopic(db, topic.id, change, atMinute(50))).changedAt;
    const same = { name: 'Other', mode: 'assisted', assistMinutes: 30, rule: '*', sourceIds: 'all' } as const;
    expect(await readChangedAt(same)).toEqual(t0);
    await place('a', 'candidate', {}, 1);
    expect(await run(51)).toBe(1);
    const [source] = await storeSources(db, [{ feedUrl: 'https://one.example/feed' }], t0);
    const sourceIds = [source?.source.id ?? ''];
    expect(await readChangedAt({ sourceIds })).toEqual(atMinute(50));
    await db.updateTable('topics').set({ changed_at: t0 }).execute();
    expect(await readChangedAt({ sourceIds: [...sourceIds, ...sourceIds] })).toEqual(t0);
    expect(await readChangedAt({ assistSources: 3 })).toEqual(atMinute(50));
  });

  test('nothing in topics of other modes', async () => {
    await editTopic(database.db, topic.id, { mode: 'editor' }, t0);
    await place('a', 'candidate', {}, 1);
    expect(await run(1_000)).toBe(0);
  });

  test('five workers at once publish each once', async () => {
    for (let n = 0; n < 40; n++) await place(`p${n}`, 'candidate', {}, 1);
    const workers = Array.from({ length: 5 }, () => connectDatabase(database.address, { max: 2 }));
    await Promise.all(workers.map((db) => run(60, db)));
    await Promise.all(workers.map((db) => db.destroy()));
    await run(60);
    expect(await history()).toHaveLength(40);
  });
});

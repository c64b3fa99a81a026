import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { insertDecisions } from '../../db/decisions.ts';
import { mergeStories } from '../../db/merge-stories.ts';
import { findPlacement } from '../../db/placement-rows.ts';
import { placeStories } from '../../db/placements.ts';
import { createTopic } from '../../db/topics.ts';
import type { PlacementState } from '../../src/model/placement.ts';
import { addEditor } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openOneEach } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const t0 = new Date('2026-02-16T09:00:00Z');
const atHour = (hour: number) => new Date(t0.getTime() + hour * 3_600_000);
let topicId = '';

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  topicId = (await createTopic(database.db, makeTopic('world'), t0)).id;
});

/** `by`: who has decided on it; the rule alone: nobody has. */
type By = 'the rule' | 'the clock' | 'an editor';

async function place(storyId: string, by: By, state: PlacementState, columns: object = {}): Promise<void> {
  await placeStories(database.db, [{ topicId, storyId, state: 'candidate', reasons: [], datedAt: t0 }], t0);
  const own = { state, version: by === 'the rule' ? 0 : 1, published_at: state === 'published' ? t0 : null };
  await database.db
    .updateTable('placements')
    .set({ ...own, ...columns })
    .where('story_id', '=', storyId)
    .execute();
  if (by === 'the rule') return;
  const editorId = by === 'an editor' ? (await addEditor(database.db, 'Ana')).id : undefined;
  const about = {
    topicId,
    topicSlug: 'world',
    storyId,
    headline: '',
    editorName: by,
    details: {},
    reason: '',
  };
  await insertDecisions(database.db, [
    { ...about, requestId: randomUUID(), editorId, act: 'publish', madeAt: t0 },
  ]);
}

const merge = async (intoId: string, fromId: string) => {
  await database.db.transaction().execute((tx) => mergeStories(tx, [{ fromId, intoId }], atHour(9)));
  return findPlacement(database.db, topicId, intoId);
};

test.each<[By, PlacementState, By, PlacementState]>([
  ['an editor', 'spiked', 'the rule', 'published'],
  ['an editor', 'held', 'the rule', 'published'],
  ['an editor', 'spiked', 'the clock', 'published'],
  ['an editor', 'published', 'an editor', 'spiked'],
  ['an editor', 'published', 'an editor', 'held'],
  ['an editor', 'held', 'an editor', 'spiked'],
  ['the rule', 'published', 'an editor', 'candidate'],
])('what %s has %s stays where %s has %s, whichever story goes', async (by, state, otherBy, otherState) => {
  for (const goes of ['first', 'second']) {
    const names = [randomUUID(), randomUUID()];
    const [one = '', other = ''] = await openOneEach(database.db, names, t0);
    await place(one, by, state);
    await place(other, otherBy, otherState);
    const found = goes === 'first' ? await merge(other, one) : await merge(one, other);
    expect(found).toMatchObject({ state });
  }
});

test('what an editor decided on a story that was taken up before counts', async () => {
  const [one = '', first = '', held = ''] = await openOneEach(database.db, ['a', 'b', 'c'], t0);
  await place(first, 'an editor', 'published');
  await merge(one, first);
  await place(held, 'an editor', 'held');
  expect(await merge(held, one)).toMatchObject({ state: 'published' });
});

test('pins, hours and the end are not lost', async () => {
  const [one = '', pinned = '', held = '', planned = ''] = await openOneEach(
    database.db,
    ['a', 'b', 'c', 'd'],
    t0,
  );
  await place(one, 'an editor', 'published', { expire_at: atHour(20) });
  await place(pinned, 'an editor', 'published', { pinned_at: atHour(1), pinned_until: atHour(12) });
  expect(await merge(one, pinned)).toMatchObject({
    pinnedAt: atHour(1),
    pinnedUntil: atHour(12),
    expireAt: atHour(20),
  });
  await place(held, 'an editor', 'held');
  await place(planned, 'an editor', 'held', { publish_at: atHour(12), placed_at: atHour(1) });
  expect(await merge(held, planned)).toMatchObject({ state: 'held', publishAt: atHour(12) });
});

test('a placing that is on its way while its story is taken up waits, and finds no story', async () => {
  const [into = '', from = ''] = await openOneEach(database.db, ['a', 'b'], t0);
  let placing: Promise<string[]> | undefined;
  await database.db.transaction().execute(async (tx) => {
    await mergeStories(tx, [{ fromId: from, intoId: into }], t0);
    placing = placeStories(
      database.db,
      [{ topicId, storyId: from, state: 'published', reasons: [], datedAt: t0 }],
      t0,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(await placing).toEqual([]);
});

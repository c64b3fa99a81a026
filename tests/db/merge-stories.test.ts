import { beforeEach, describe, expect, test } from 'vitest';
import { mergeStories } from '../../db/merge-stories.ts';
import { placeStories } from '../../db/placements.ts';
import { findMergedInto } from '../../db/story-aliases.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import { createTopic } from '../../db/topics.ts';
import type { PlacementState } from '../../src/model/placement.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openOneEach } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const t0 = new Date('2026-02-16T09:00:00Z');
const atHour = (hour: number) => new Date(t0.getTime() + hour * 3_600_000);
let topicId = '';
let otherTopicId = '';

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  const make = async (slug: string) => (await createTopic(database.db, makeTopic(slug), t0))?.id ?? '';
  topicId = await make('world');
  otherTopicId = await make('europe');
});

const open = (...names: string[]) => openOneEach(database.db, names, t0);

async function place(storyId: string, state: PlacementState, hour: number, topic = topicId): Promise<void> {
  const placement = {
    topicId: topic,
    storyId,
    state: 'published' as const,
    reasons: [],
    datedAt: atHour(hour),
  };
  await placeStories(database.db, [placement], atHour(hour));
  await database.db
    .updateTable('placements')
    .set({ state, published_at: state === 'published' ? atHour(hour) : null })
    .where('story_id', '=', storyId)
    .where('topic_id', '=', topic)
    .execute();
}

const merge = (...pairs: [string, string][]) =>
  database.db.transaction().execute((tx) =>
    mergeStories(
      tx,
      pairs.map(([fromId, intoId]) => ({ fromId, intoId })),
      atHour(9),
    ),
  );
const listStoryIds = async () =>
  (await database.db.selectFrom('stories').select('id').orderBy('id').execute()).map(({ id }) => id);
const uuidOf = async (storyId: string) =>
  (await database.db.selectFrom('stories').select('uuid').where('id', '=', storyId).executeTakeFirstOrThrow())
    .uuid;
const listPlacements = (topic = topicId) =>
  database.db
    .selectFrom('placements')
    .select(['story_id', 'state', 'item_uuid', 'placed_at'])
    .where('topic_id', '=', topic)
    .execute();

describe('placements of both in one topic', () => {
  test.each<[string, PlacementState, number, PlacementState, number, 'from' | 'into']>([
    ['published beats candidate', 'published', 2, 'candidate', 1, 'from'],
    ['published beats candidate of the one that goes', 'candidate', 1, 'published', 2, 'into'],
    ['published beats held', 'published', 2, 'held', 1, 'from'],
    ['published beats spiked', 'published', 2, 'spiked', 1, 'from'],
    ['held beats candidate', 'held', 2, 'candidate', 1, 'from'],
    ['spiked beats candidate', 'candidate', 1, 'spiked', 2, 'into'],
    ['the earlier published of two', 'published', 1, 'published', 2, 'from'],
    ['the earlier published of two, that stays', 'published', 2, 'published', 1, 'into'],
    ['of two at once the older story’s', 'published', 1, 'published', 1, 'into'],
  ])('%s', async (_name, fromState, fromHour, intoState, intoHour, kept) => {
    const [into = '', from = ''] = await open('a', 'b');
    await place(from, fromState, fromHour);
    await place(into, intoState, intoHour);
    const item = await uuidOf(kept === 'from' ? from : into);
    await merge([from, into]);
    const state = kept === 'from' ? fromState : intoState;
    const hour = kept === 'from' ? fromHour : intoHour;
    expect(await listPlacements()).toEqual([
      { story_id: into, state, item_uuid: item, placed_at: atHour(hour) },
    ]);
  });

  const change = (storyId: string, columns: object) =>
    database.db.updateTable('placements').set(columns).where('story_id', '=', storyId).execute();
  const readWords = () =>
    database.db
      .selectFrom('placements')
      .select(['item_uuid', 'headline', 'standfirst', 'version', 'edited_from'])
      .where('topic_id', '=', topicId)
      .execute();

  test('of equals the one that editors have decided on', async () => {
    const [into = '', from = ''] = await open('a', 'b');
    await place(into, 'published', 1);
    await place(from, 'published', 2);
    await change(from, { version: 3, headline: 'Ours' });
    const item_uuid = await uuidOf(from);
    await merge([from, into]);
    expect(await readWords()).toMatchObject([{ item_uuid, headline: 'Ours', version: 3 }]);
  });

  test('an editor’s words are not lost with the placement that goes, and never put over others', async () => {
    const [into = '', one = '', other = ''] = await open('a', 'b', 'c');
    await place(into, 'published', 1);
    await place(one, 'candidate', 1);
    await place(other, 'candidate', 2);
    const edited_from = JSON.stringify({ title: 't', summary: 's' });
    await change(one, { version: 4, headline: 'Ours', edited_from });
    await change(other, { version: 2, headline: 'Theirs', standfirst: 'Theirs.' });
    const item_uuid = await uuidOf(into);
    await merge([one, into], [other, into]);
    expect(await readWords()).toEqual([
      { item_uuid, headline: 'Ours', standfirst: null, version: 4, edited_from: JSON.parse(edited_from) },
    ]);
    const [next = ''] = await open('d');
    await place(next, 'published', 0);
    await change(next, { standfirst: 'Own.' });
    const nextItem = await uuidOf(next);
    await change(into, { version: 0 });
    await merge([into, next]);
    expect(await readWords()).toMatchObject([{ item_uuid: nextItem, headline: null, standfirst: 'Own.' }]);
  });

  test('what is decided while it waits counts', async () => {
    const [into = '', from = ''] = await open('a', 'b');
    await place(into, 'candidate', 1);
    await place(from, 'candidate', 2);
    const item_uuid = await uuidOf(from);
    let merging: Promise<void> | undefined;
    await database.db.transaction().execute(async (tx) => {
      await tx
        .updateTable('placements')
        .set({ state: 'published', version: 1 })
        .where('story_id', '=', from)
        .execute();
      merging = merge([from, into]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await merging;
    expect(await readWords()).toMatchObject([{ item_uuid, version: 1 }]);
  });

  test('of three stories one placement stays', async () => {
    const [into = '', one = '', other = ''] = await open('a', 'b', 'c');
    await place(into, 'candidate', 1);
    await place(one, 'published', 3);
    await place(other, 'published', 2);
    const item = await uuidOf(other);
    await merge([one, into], [other, into]);
    expect(await listPlacements()).toMatchObject([{ story_id: into, state: 'published', item_uuid: item }]);
  });

  test('in other topics each keeps its own', async () => {
    const [into = '', from = ''] = await open('a', 'b');
    await place(into, 'published', 1);
    await place(from, 'published', 1, otherTopicId);
    const items = [await uuidOf(into), await uuidOf(from)];
    await merge([from, into]);
    expect(await listPlacements()).toMatchObject([{ story_id: into, item_uuid: items[0] }]);
    expect(await listPlacements(otherTopicId)).toMatchObject([{ story_id: into, item_uuid: items[1] }]);
  });

  test('stories that have nothing to do with it keep theirs', async () => {
    const [into = '', from = '', third = ''] = await open('a', 'b', 'c');
    for (const id of [into, from, third]) await place(id, 'published', 1);
    await merge([from, into]);
    expect((await listPlacements()).map((p) => p.story_id).sort()).toEqual([into, third].sort());
  });
});

describe('what else a story has', () => {
  test('entries and keys move, the story goes, its lead is not lost', async () => {
    const [into = '', from = ''] = await open('a', 'b');
    await merge([from, into]);
    expect(await listStoryIds()).toEqual([into]);
    const members = await database.db.selectFrom('story_entries').select('story_id').execute();
    expect(members).toEqual([{ story_id: into }, { story_id: into }]);
    const keys = await database.db.selectFrom('story_keys').select('story_id').execute();
    expect(keys).toEqual([{ story_id: into }, { story_id: into }]);
  });

  test('addresses lead on, those of what it had taken up too', async () => {
    const [a = '', b = '', c = '', d = ''] = await open('a', 'b', 'c', 'd');
    await merge([d, c]);
    await merge([c, b]);
    await merge([b, a]);
    for (const id of [b, c, d]) expect(await findMergedInto(database.db, id)).toBe(a);
    expect(await findMergedInto(database.db, a)).toBeUndefined();
  });

  test('links move: the nearer of two counts, none leads to itself', async () => {
    const [into = '', from = '', x = '', y = ''] = await open('a', 'b', 'c', 'd');
    await storeStoryLinks(database.db, [
      { storyId: from, otherId: into, likeness: 0.9 },
      { storyId: from, otherId: x, likeness: 0.8 },
      { storyId: into, otherId: x, likeness: 0.3 },
      { storyId: y, otherId: from, likeness: 0.4 },
      { storyId: into, otherId: y, likeness: 0.6 },
      { storyId: x, otherId: y, likeness: 0.2 },
    ]);
    await merge([from, into]);
    const links = await database.db
      .selectFrom('story_links')
      .selectAll()
      .orderBy('story_id')
      .orderBy('other_id')
      .execute();
    expect(links.map((l) => [l.story_id, l.other_id, Math.round(l.likeness * 10) / 10])).toEqual([
      [into, x, 0.8],
      [into, y, 0.6],
      [x, y, 0.2],
    ]);
  });

  test('links between two that go, into one or into two', async () => {
    const [a = '', b = '', c = '', d = ''] = await open('a', 'b', 'c', 'd');
    await storeStoryLinks(database.db, [{ storyId: c, otherId: d, likeness: 0.5 }]);
    await merge([c, a], [d, b]);
    const links = await database.db.selectFrom('story_links').select(['story_id', 'other_id']).execute();
    expect(links).toEqual([{ story_id: a, other_id: b }]);
    await merge([b, a]);
    expect(await database.db.selectFrom('story_links').selectAll().execute()).toEqual([]);
  });

  test('the later date of news stays', async () => {
    const [into = '', from = ''] = await open('a', 'b');
    await database.db
      .updateTable('stories')
      .set({ updated_at: atHour(5) })
      .where('id', '=', from)
      .execute();
    await merge([from, into]);
    const [story] = await database.db.selectFrom('stories').select('updated_at').execute();
    expect(story?.updated_at).toEqual(atHour(5));
  });

  test('no merges change nothing', async () => {
    await open('a');
    await merge();
    expect(await listStoryIds()).toHaveLength(1);
  });
});

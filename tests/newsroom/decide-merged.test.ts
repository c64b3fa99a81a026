import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { listDecisions } from '../../db/decisions.ts';
import { mergeStories } from '../../db/merge-stories.ts';
import { findPlacement } from '../../db/placement-rows.ts';
import { createTopic, removeTopic } from '../../db/topics.ts';
import type { Topic } from '../../src/model/topic.ts';
import { addTopic, changeTopic } from '../../src/newsroom/curate-topic.ts';
import type { DecisionOutcome } from '../../src/newsroom/decide.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openOneEach } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const now = new Date('2026-02-16T09:00:00Z');
let world: Topic;
let one: string;
let other: string;
let hand: ReturnType<typeof createHand>;
let byBen: ReturnType<typeof createHand>;

const context = {
  get db() {
    return database.db;
  },
  now: () => now,
};

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  [one = '', other = ''] = await openOneEach(database.db, ['a', 'b'], now);
  world = (await addTopic(database.db, makeTopic('world', { mode: 'editor' }), now)).topic;
  hand = createHand(context, await addEditor(database.db, 'Ana'), world.id);
  byBen = createHand(context, await addEditor(database.db, 'Ben'), world.id);
});

/** As grouping does: the other story is taken up by the one. */
const group = () =>
  database.db.transaction().execute((tx) => mergeStories(tx, [{ fromId: other, intoId: one }], now));
const read = (topicId = world.id) => findPlacement(database.db, topicId, one);
const toUndo = (outcome: DecisionOutcome) => {
  if (outcome.kind !== 'decided') throw new Error(JSON.stringify(outcome));
  return { act: 'undo', decisionId: outcome.decision.id } as const;
};

describe('once grouping has merged two stories', () => {
  test('undoing a decision on the one leaves what was decided on the other', async () => {
    await hand(one, { act: 'edit', headline: 'Ours' });
    await hand(one, { act: 'publish' });
    const undo = toUndo(await byBen(other, { act: 'spike' }));
    await group();
    expect(await byBen(other, undo)).toMatchObject({
      kind: 'conflict',
      storyId: one,
      message: expect.stringContaining('merged with another'),
    });
    expect(await read()).toMatchObject({ state: 'published', headline: 'Ours' });
  });

  test('what was decided on the story that is gone is undone where it stands', async () => {
    const undo = toUndo(await hand(other, { act: 'spike' }));
    await group();
    expect(await read()).toMatchObject({ state: 'spiked' });
    expect(await hand(other, undo)).toMatchObject({ kind: 'decided', storyId: one });
    expect(await read()).toMatchObject({ state: 'candidate', version: 2 });
  });

  test('undoing the placing of the one leaves what the rule placed', async () => {
    const sport = await createTopic(
      database.db,
      makeTopic('sport', { mode: 'editor', rule: 'headline' }),
      now,
    );
    await database.db.deleteFrom('placements').where('topic_id', '=', sport.id).execute();
    const place = createHand(context, await addEditor(database.db, 'Cem'), sport.id);
    const undo = toUndo(await place(other, { act: 'place' }));
    await changeTopic(database.db, sport.id, { rule: '*' }, now);
    await database.db
      .updateTable('placements')
      .set({ version: 1 })
      .where('story_id', '=', one)
      .where('topic_id', '=', sport.id)
      .execute();
    await database.db
      .updateTable('placements')
      .set({ placed_at: new Date(0) })
      .where('story_id', '=', one)
      .execute();
    await group();
    expect(await place(other, undo)).toMatchObject({ kind: 'conflict' });
    expect(await read(sport.id)).toBeDefined();
  });
});

describe('at the same time', () => {
  test('placing a story that is being taken up places the one that stands', async () => {
    const sport = await createTopic(database.db, makeTopic('sport', { mode: 'editor', rule: 'x' }), now);
    const place = createHand(context, await addEditor(database.db, 'Cem'), sport.id);
    let placing: Promise<DecisionOutcome> | undefined;
    await database.db.transaction().execute(async (tx) => {
      await mergeStories(tx, [{ fromId: other, intoId: one }], now);
      placing = place(other, { act: 'place' });
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await placing).toMatchObject({ kind: 'decided', storyId: one });
    expect(await read(sport.id)).toMatchObject({ version: 1 });
  });

  test('a report that is pruned while it is chosen to lead is refused in words', async () => {
    const { entry_id: entryId } = await database.db
      .selectFrom('story_entries')
      .select('entry_id')
      .where('story_id', '=', other)
      .executeTakeFirstOrThrow();
    await database.db
      .updateTable('story_entries')
      .set({ story_id: one })
      .where('entry_id', '=', entryId)
      .execute();
    let choosing: Promise<DecisionOutcome> | undefined;
    await database.db.transaction().execute(async (tx) => {
      await tx.deleteFrom('entries').where('id', '=', entryId).execute();
      choosing = hand(one, { act: 'lead', entryId });
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await choosing).toMatchObject({ kind: 'refused', code: 'decision-refused' });
  });

  test('a placing that was undone is done again once', async () => {
    const sport = await createTopic(database.db, makeTopic('sport', { mode: 'editor', rule: 'x' }), now);
    const place = createHand(context, await addEditor(database.db, 'Cem'), sport.id);
    let made = await place(one, { act: 'place' });
    for (let round = 1; round <= 10; round++) {
      const undone = await place(one, toUndo(made));
      const again = await Promise.all(Array.from({ length: 4 }, () => place(one, toUndo(undone))));
      expect(again.map(({ kind }) => kind).sort()).toEqual(['decided', 'repeated', 'repeated', 'repeated']);
      made = again.find(({ kind }) => kind === 'decided') ?? made;
    }
    expect(await listDecisions(database.db, { topicId: sport.id, limit: 99 })).toHaveLength(21);
  });
});

test('an undo in a topic that was removed says so', async () => {
  const undo = toUndo(await hand(one, { act: 'spike' }));
  await removeTopic(database.db, world.id);
  expect(await hand(one, undo)).toMatchObject({ kind: 'refused', code: 'topic-not-found' });
});

test('no change of rule, sources or mode moves what an editor has decided on', async () => {
  await hand(one, { act: 'spike' });
  await hand(other, { act: 'release' });
  await hand(other, { act: 'edit', headline: randomUUID() });
  const before = await database.db.selectFrom('placements').selectAll().orderBy('story_id').execute();
  for (const change of [
    { rule: 'nothing' },
    { mode: 'automatic' as const },
    { rule: '*' },
    { sourceIds: [] },
  ])
    await changeTopic(database.db, world.id, change, now);
  expect(await database.db.selectFrom('placements').selectAll().orderBy('story_id').execute()).toEqual(
    before,
  );
});

import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { findPlacement } from '../../db/placement-rows.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import type { DecidedBy } from '../../src/model/decision.ts';
import type { Topic } from '../../src/model/topic.ts';
import { addTopic, changeTopic } from '../../src/newsroom/curate-topic.ts';
import { decide } from '../../src/newsroom/decide.ts';
import { listDecisions } from '../../src/newsroom/list-decisions.ts';
import type { RegroupContext } from '../../src/newsroom/regroup-stories.ts';
import { mergeByEditor } from '../../src/newsroom/repair-stories.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { createTermBook } from '../../src/newsroom/term-book.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { bring, findStoryOf, firstAt, makeTelling } from '../support/tell-stories.ts';

const database = useDatabase({ max: 10 });
let now = new Date(firstAt.getTime() + 86_400_000);
let context: RegroupContext;
let ana: DecidedBy;
let ben: DecidedBy;
let world: Topic;
let entry: string;
let story: string;
let byAna: ReturnType<typeof createHand>;
let byBen: ReturnType<typeof createHand>;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources', 'entry_keys'] as const)
    await database.db.deleteFrom(table).execute();
  now = new Date(firstAt.getTime() + 86_400_000);
  context = {
    db: database.db,
    rules: createRuleBook(),
    terms: createTermBook(),
    groupHours: 72,
    now: () => now,
  };
  ana = await addEditor(database.db, 'Ana');
  ben = await addEditor(database.db, 'Ben');
  world = (await addTopic(database.db, makeTopic('world', { mode: 'editor' }), now)).topic;
  entry = await bring(context, 'a', makeTelling('ferry1'));
  story = await findStoryOf(database.db, entry);
  byAna = createHand(context, ana, world.id);
  byBen = createHand(context, ben, world.id);
  await takeChanges();
});

const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const placement = (topic = world, storyId = story) => findPlacement(database.db, topic.id, storyId);
const history = () => listDecisions(database.db, { topicId: world.id, limit: 100 });
const takeChanges = async () => {
  const rows = await database.db.deleteFrom('topic_changes').returning('topic_id').execute();
  return [...new Set(rows.map((row) => row.topic_id))].sort();
};

describe('a decision', () => {
  test('moves the placement, tells who, when and why, and what stood before', async () => {
    const outcome = await byAna(story, { act: 'publish' }, { reason: ' It is news. ', version: 0 });
    expect(outcome).toMatchObject({ kind: 'decided', storyId: story });
    expect(await placement()).toMatchObject({ state: 'published', version: 1, publishedAt: now });
    expect(await history()).toMatchObject([
      {
        act: 'publish',
        editorId: ana.id,
        editorName: 'Ana',
        topicSlug: 'world',
        headline: makeTelling('ferry1').title,
        reason: 'It is news.',
        before: { state: 'candidate' },
        after: { state: 'published' },
        madeAt: now,
      },
    ]);
  });

  test('has the documents rendered that it changes, and no others', async () => {
    await byAna(story, { act: 'spike' });
    expect(await takeChanges()).toEqual([]);
    await byAna(story, { act: 'publish' });
    expect(await takeChanges()).toEqual([world.id]);
    await byAna(story, { act: 'edit', headline: 'Ours' });
    expect(await takeChanges()).toEqual([world.id]);
    await byAna(story, { act: 'hold' });
    expect(await takeChanges()).toEqual([world.id]);
  });

  test('that gives a story its page has the topics rendered that name it as related', async () => {
    const { topic } = await addTopic(database.db, makeTopic('politics', { rule: 'budget' }), now);
    const budget = await findStoryOf(database.db, await bring(context, 'b', makeTelling('budget1')));
    await storeStoryLinks(database.db, [{ storyId: story, otherId: budget, likeness: 0.5 }]);
    await takeChanges();
    await byAna(story, { act: 'publish' });
    expect(await takeChanges()).toEqual([world.id, topic.id].sort());
  });

  test('arriving twice, also at the same time, decides once', async () => {
    const requestId = randomUUID();
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => byAna(story, { act: 'publish' }, { requestId, version: 0 })),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['decided', ...Array(5).fill('repeated')]);
    expect(await byAna(story, { act: 'publish' }, { requestId })).toMatchObject({ kind: 'repeated' });
    expect(await history()).toHaveLength(1);
    expect(await placement()).toMatchObject({ version: 1 });
    expect(await byBen(story, { act: 'publish' }, { requestId })).toMatchObject({ kind: 'refused' });
    expect(await byAna(story, { act: 'spike' }, { requestId })).toMatchObject({ kind: 'refused' });
  });

  test('for what stands already makes no row, and says whose decision that was', async () => {
    await byAna(story, { act: 'publish' });
    wait(180);
    const outcome = await byBen(story, { act: 'publish' }, { version: 0 });
    expect(outcome).toMatchObject({
      kind: 'unchanged',
      message: 'It stands so already: Ana published this 3 minutes ago.',
      last: { editorName: 'Ana' },
    });
    expect(await history()).toHaveLength(1);
  });

  test.each([
    [{ requestId: 'x' }, 'bad-argument'],
    [{ topicId: '999999' }, 'topic-not-found'],
    [{ topicId: '1 or true' }, 'bad-argument'],
    [{ storyId: '999999' }, 'story-not-found'],
    [{ storyId: '-1' }, 'bad-argument'],
    [{ act: { act: 'pin' } as const }, 'decision-refused'],
    [{ act: { act: 'lead', entryId: '999999' } as const }, 'decision-refused'],
    [{ act: { act: 'undo', decisionId: '999999' } as const }, 'decision-not-found'],
    [{ act: { act: 'merge', otherId: '999999' } as const }, 'story-not-found'],
  ])('%j is refused in words, and nothing changes', async (change, code) => {
    const request = {
      requestId: randomUUID(),
      topicId: world.id,
      storyId: story,
      act: { act: 'spike' } as const,
    };
    const outcome = await decide(context, ana, { ...request, ...change });
    expect(outcome).toMatchObject({ kind: 'refused', code, message: expect.stringMatching(/\w+.*\./) });
    expect(await history()).toEqual([]);
    expect(await placement()).toMatchObject({ version: 0 });
  });
});

test('a reason has 1,000 characters at most', async () => {
  const reason = 'x'.repeat(1_001);
  expect(await byAna(story, { act: 'spike' }, { reason })).toMatchObject({
    kind: 'refused',
    code: 'bad-argument',
  });
});

describe('two editors', () => {
  test('the second is shown what the first decided, and decides knowing it', async () => {
    await byAna(story, { act: 'spike' }, { version: 0 });
    wait(12);
    const outcome = await byBen(story, { act: 'publish' }, { version: 0 });
    expect(outcome).toMatchObject({
      kind: 'conflict',
      message: 'Ana spiked this 12 seconds ago. Press p again to publish it all the same.',
      placement: { state: 'spiked', version: 1 },
      last: { editorName: 'Ana', act: 'spike' },
    });
    expect(await placement()).toMatchObject({ state: 'spiked' });
    expect(await byBen(story, { act: 'publish' }, { version: 1 })).toMatchObject({ kind: 'decided' });
    expect((await history()).map(({ act }) => act)).toEqual(['publish', 'spike']);
  });

  test('at the same time: one decides, the other is told', async () => {
    const outcomes = await Promise.all([
      byAna(story, { act: 'spike' }, { version: 0 }),
      byBen(story, { act: 'publish' }, { version: 0 }),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['conflict', 'decided']);
    expect(await history()).toHaveLength(1);
  });

  test('one’s own decisions, however fast, are in nobody’s way', async () => {
    await byAna(story, { act: 'publish' }, { version: 0 });
    expect(await byAna(story, { act: 'pin' }, { version: 0 })).toMatchObject({ kind: 'decided' });
    expect(await placement()).toMatchObject({ pinnedAt: now, version: 2 });
  });
});

describe('the story of a decision', () => {
  test('is the one that took it up', async () => {
    const quake = await findStoryOf(database.db, await bring(context, 'a', makeTelling('quake1', 1)));
    await mergeByEditor(context, quake, story);
    expect(await byAna(story, { act: 'spike' })).toMatchObject({ kind: 'decided', storyId: quake });
    expect(await placement(world, quake)).toMatchObject({ state: 'spiked' });
    expect(await listDecisions(database.db, { storyId: story, limit: 10 })).toHaveLength(1);
  });

  test('that is merged while it is decided on is decided on once', async () => {
    const quake = await findStoryOf(database.db, await bring(context, 'a', makeTelling('quake1', 1)));
    const [, outcome] = await Promise.all([
      mergeByEditor(context, quake, story),
      byAna(story, { act: 'publish' }),
    ]);
    expect(outcome).toMatchObject({ kind: 'decided' });
    expect(await placement(world, quake)).toMatchObject({ state: 'published', version: 1 });
  });
});

describe('place', () => {
  test('puts it into a topic whose rule does not take it; a change of the rule leaves it there', async () => {
    const { topic } = await addTopic(database.db, makeTopic('sport', { rule: 'football' }), now);
    const place = createHand(context, ana, topic.id);
    expect(await place(story, { act: 'place' })).toMatchObject({ kind: 'decided' });
    expect(await placement(topic)).toMatchObject({
      state: 'published',
      version: 1,
      reasons: [{ clause: 'placed by Ana', field: 'editor' }],
    });
    expect(await place(story, { act: 'place' })).toMatchObject({
      kind: 'unchanged',
      message: expect.stringContaining('Ana placed this'),
    });
    expect(await changeTopic(database.db, topic.id, { rule: 'tennis' }, now)).toMatchObject({ withdrawn: 0 });
    expect(await placement(topic)).toBeDefined();
  });

  test('by two at once places once; its undo takes it out, and the undo of that puts it back', async () => {
    const { topic } = await addTopic(
      database.db,
      makeTopic('sport', { rule: 'football', mode: 'editor' }),
      now,
    );
    const hand = createHand(context, ana, topic.id);
    const outcomes = await Promise.all([
      hand(story, { act: 'place' }),
      createHand(context, ben, topic.id)(story, { act: 'place' }),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['decided', 'unchanged']);
    const placed = await placement(topic);
    expect(placed).toMatchObject({ state: 'candidate' });
    const [made] = await listDecisions(database.db, { topicId: topic.id, limit: 1 });
    const undone = await hand(story, { act: 'undo', decisionId: made?.id ?? '' });
    expect(undone.kind).toBe('decided');
    expect(undone).not.toHaveProperty('placement');
    expect(await placement(topic)).toBeUndefined();
    const redo = { act: 'undo', decisionId: undone.kind === 'decided' ? undone.decision.id : '' } as const;
    expect(await hand(story, redo)).toMatchObject({ kind: 'decided' });
    expect(await placement(topic)).toMatchObject({ state: 'candidate', itemUuid: placed?.itemUuid });
  });
});

describe('undo', () => {
  const lastId = async () => (await history())[0]?.id ?? '';

  test('puts back what stood before, and undoing that does it again', async () => {
    await byAna(story, { act: 'publish' });
    await byAna(story, { act: 'edit', headline: 'Ours' });
    await byAna(story, { act: 'undo', decisionId: await lastId() });
    expect(await placement()).toMatchObject({ state: 'published', headline: undefined, version: 3 });
    await byAna(story, { act: 'undo', decisionId: await lastId() });
    expect(await placement()).toMatchObject({ headline: 'Ours', version: 4 });
    const [, , edit] = await history();
    await byAna(story, { act: 'undo', decisionId: edit?.id ?? '' });
    expect(await placement()).toMatchObject({ headline: undefined, version: 5 });
    expect((await history()).map(({ act }) => act)).toEqual(['undo', 'undo', 'undo', 'edit', 'publish']);
  });

  test('twice, also at the same time, decides once', async () => {
    await byAna(story, { act: 'spike' });
    const undo = { act: 'undo', decisionId: await lastId() } as const;
    const outcomes = await Promise.all([byAna(story, undo), byBen(story, undo), byAna(story, undo)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['decided', 'repeated', 'repeated']);
    expect(await placement()).toMatchObject({ state: 'candidate', version: 2 });
  });

  test('not while a later decision stands; once that is undone, it goes', async () => {
    await byAna(story, { act: 'publish' });
    const publishing = { act: 'undo', decisionId: await lastId() } as const;
    await byBen(story, { act: 'pin' });
    wait(5);
    expect(await byAna(story, publishing)).toMatchObject({
      kind: 'conflict',
      message: 'This can’t be undone by itself: Ben pinned this 5 seconds ago. Undo that first.',
      last: { editorName: 'Ben' },
    });
    await byAna(story, { act: 'undo', decisionId: await lastId() });
    expect(await byAna(story, publishing)).toMatchObject({ kind: 'decided' });
    expect(await placement()).toMatchObject({ state: 'candidate' });
  });

  test('hours that have passed meanwhile do not come back', async () => {
    await byAna(story, { act: 'schedule', publishAt: new Date(now.getTime() + 60_000) });
    await byAna(story, { act: 'spike' });
    wait(120);
    await byAna(story, { act: 'undo', decisionId: await lastId() });
    expect(await placement()).toMatchObject({ state: 'held', publishAt: undefined });
  });

  test('only in the topic that it was decided in', async () => {
    await byAna(story, { act: 'spike' });
    const { topic } = await addTopic(database.db, makeTopic('other'), now);
    const undo = { act: 'undo', decisionId: await lastId() } as const;
    expect(await createHand(context, ana, topic.id)(story, undo)).toMatchObject({ kind: 'refused' });
  });
});

test('decisions are never changed', async () => {
  await byAna(story, { act: 'spike' });
  await expect(database.db.updateTable('decisions').set({ reason: 'x' }).execute()).rejects.toThrow(
    'append-only',
  );
  await expect(database.db.deleteFrom('decisions').execute()).rejects.toThrow('append-only');
});

import { beforeEach, expect, test } from 'vitest';
import { findPlacement } from '../../db/placement-rows.ts';
import { findMergedInto } from '../../db/story-aliases.ts';
import { listFactsOfStories } from '../../db/story-facts.ts';
import { listRelatedStories, storeStoryLinks } from '../../db/story-links.ts';
import type { Decision } from '../../src/model/decision.ts';
import type { Topic } from '../../src/model/topic.ts';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import type { DecisionOutcome } from '../../src/newsroom/decide.ts';
import type { RegroupContext } from '../../src/newsroom/regroup-stories.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { createTermBook } from '../../src/newsroom/term-book.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { bring, findStoryOf, firstAt, makeTelling, readPlacements } from '../support/tell-stories.ts';

const database = useDatabase({ max: 10 });
const now = new Date(firstAt.getTime() + 86_400_000);
let context: RegroupContext;
let world: Topic;
let seas: Topic;
let hand: ReturnType<typeof createHand>;
let quake: string;
let ferry: string;
let ferryEntries: string[];

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources', 'entry_keys'] as const)
    await database.db.deleteFrom(table).execute();
  context = {
    db: database.db,
    rules: createRuleBook(),
    terms: createTermBook(),
    groupHours: 72,
    now: () => now,
  };
  world = (await addTopic(database.db, makeTopic('world', { mode: 'editor' }), now)).topic;
  seas = (await addTopic(database.db, makeTopic('seas', { rule: 'ferry' }), now)).topic;
  hand = createHand(context, await addEditor(database.db, 'Ana'), world.id);
  quake = await storyOf(await bring(context, 'a', makeTelling('quake1')));
  ferryEntries = [
    await bring(context, 'b', makeTelling('ferry1', 1)),
    await bring(context, 'c', makeTelling('ferry2', 2)),
  ];
  ferry = await storyOf(ferryEntries[0] ?? '');
});

const storyOf = (entryId: string) => findStoryOf(database.db, entryId);
const getDecision = (outcome: DecisionOutcome): Decision => {
  if (outcome.kind !== 'decided') throw new Error(JSON.stringify(outcome));
  return outcome.decision;
};
const undo = (decision: Decision) => hand(quake, { act: 'undo', decisionId: decision.id });
const readStory = (id: string) =>
  database.db.selectFrom('stories').selectAll().where('id', '=', id).executeTakeFirst();

test('the story takes up the other with its entries and its places in other topics', async () => {
  const items = await readPlacements(database.db);
  const outcome = await hand(quake, { act: 'merge', otherId: ferry }, { version: 0 });
  expect(outcome).toMatchObject({ kind: 'decided', storyId: quake, placement: { version: 1 } });
  for (const entry of ferryEntries) expect(await storyOf(entry)).toBe(quake);
  expect(await findMergedInto(database.db, ferry)).toBe(quake);
  const item = items.find(({ topic }) => topic === 'seas')?.item;
  expect(await findPlacement(database.db, seas.id, quake)).toMatchObject({ itemUuid: item });
});

test('undone, both are as they were: ids, items, states, words, links, leads', async () => {
  const budget = await storyOf(await bring(context, 'd', makeTelling('budget1', 3)));
  await storeStoryLinks(database.db, [{ storyId: ferry, otherId: budget, likeness: 0.5 }]);
  await hand(ferry, { act: 'edit', headline: 'Our ferry' });
  await hand(ferry, { act: 'publish' });
  await hand(quake, { act: 'edit', standfirst: 'Our quake.' });
  const [places, ferryStory] = [await readPlacements(database.db), await readStory(ferry)];
  const merge = getDecision(await hand(quake, { act: 'merge', otherId: ferry }));
  expect(await findPlacement(database.db, world.id, quake)).toMatchObject({
    state: 'published',
    headline: 'Our ferry',
  });
  expect(await undo(merge)).toMatchObject({ kind: 'decided', storyId: quake });
  expect(await readPlacements(database.db)).toEqual(places);
  expect(await readStory(ferry)).toEqual(ferryStory);
  for (const entry of ferryEntries) expect(await storyOf(entry)).toBe(ferry);
  expect(await findPlacement(database.db, world.id, ferry)).toMatchObject({ headline: 'Our ferry' });
  const own = await findPlacement(database.db, world.id, quake);
  expect(own).toMatchObject({ standfirst: 'Our quake.', state: 'candidate' });
  expect(own?.headline).toBeUndefined();
  expect(await findMergedInto(database.db, ferry)).toBeUndefined();
  const related = await listRelatedStories(database.db, [ferry]);
  expect(related.get(ferry)?.map(({ story }) => story.id)).toEqual([budget]);
});

test('undone, grouping keeps the two apart, and the entries of each together', async () => {
  await undo(getDecision(await hand(quake, { act: 'merge', otherId: ferry })));
  const facts = await listFactsOfStories(database.db, [ferry]);
  const kinds = facts.map(({ kind, storyId, otherStoryId }) => `${kind} ${storyId === otherStoryId}`);
  expect(kinds.sort()).toEqual(['apart false', 'apart false', 'together true']);
});

test('what was decided elsewhere on what the other brought goes with it', async () => {
  const merge = getDecision(await hand(quake, { act: 'merge', otherId: ferry }));
  const atSeas = createHand(context, await addEditor(database.db, 'Ben'), seas.id);
  await atSeas(quake, { act: 'edit', headline: 'At sea' });
  await undo(merge);
  expect(await findPlacement(database.db, seas.id, ferry)).toMatchObject({ headline: 'At sea' });
  expect(await findPlacement(database.db, seas.id, quake)).toBeUndefined();
});

test('done again by undoing the undo, and undone once more', async () => {
  const places = await readPlacements(database.db);
  const merge = getDecision(await hand(quake, { act: 'merge', otherId: ferry }));
  const parted = getDecision(await undo(merge));
  const again = getDecision(await undo(parted));
  expect(await findMergedInto(database.db, ferry)).toBe(quake);
  expect(getDecision(await undo(again)).undoes).toBe(again.id);
  expect(await readPlacements(database.db)).toEqual(places);
  expect(await undo(again)).toMatchObject({ kind: 'repeated' });
});

test('by two at once merges once; with itself it is refused', async () => {
  const outcomes = await Promise.all([
    hand(quake, { act: 'merge', otherId: ferry }),
    hand(quake, { act: 'merge', otherId: ferry }),
  ]);
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['decided', 'unchanged']);
  expect(await hand(quake, { act: 'merge', otherId: quake })).toMatchObject({
    kind: 'refused',
    code: 'same-story',
  });
});

test('a later decision on the story has to be undone first', async () => {
  const merge = getDecision(await hand(quake, { act: 'merge', otherId: ferry }));
  await hand(quake, { act: 'publish' });
  expect(await undo(merge)).toMatchObject({ kind: 'conflict' });
  expect(await findMergedInto(database.db, ferry)).toBe(quake);
});

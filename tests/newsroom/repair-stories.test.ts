import { beforeEach, describe, expect, test } from 'vitest';
import { listFactsOfStories } from '../../db/story-facts.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import type { RegroupContext } from '../../src/newsroom/regroup-stories.ts';
import { mergeByEditor, splitEntry } from '../../src/newsroom/repair-stories.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { createTermBook } from '../../src/newsroom/term-book.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { bring, findStoryOf, firstAt, makeTelling, readPlacements } from '../support/tell-stories.ts';

const database = useDatabase();
const now = new Date(firstAt.getTime() + 86_400_000);
let context: RegroupContext;

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
});

const storyOf = (entryId: string) => findStoryOf(database.db, entryId);
const placements = () => readPlacements(database.db);
const listFacts = async () =>
  (
    await database.db.selectFrom('story_facts').selectAll().orderBy('entry_id').orderBy('other_id').execute()
  ).map(({ entry_id, other_id, kind }) => [entry_id, other_id, kind]);
const takeChanges = async () => {
  const rows = await database.db.deleteFrom('topic_changes').returning('topic_id').execute();
  return [...new Set(rows.map((row) => row.topic_id))].sort();
};
const findLead = async (storyId: string) =>
  (
    await database.db
      .selectFrom('stories')
      .select('lead_entry_id')
      .where('id', '=', storyId)
      .executeTakeFirst()
  )?.lead_entry_id;
const setState = (storyId: string, state: 'held' | 'spiked' | 'candidate') =>
  database.db.updateTable('placements').set({ state }).where('story_id', '=', storyId).execute();

describe('mergeByEditor', () => {
  test('the first takes up the second with its entries; facts bind the lead with all the others', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const ferry2 = await bring(context, 'b', makeTelling('ferry2', 1));
    const quake = await bring(context, 'a', makeTelling('quake1', 2));
    const quake2 = await bring(context, 'b', makeTelling('quake2', 3));
    const [into, from] = [await storyOf(quake), await storyOf(ferry)];
    expect(await mergeByEditor(context, into, from)).toEqual({ storyId: into, mergedId: from, entries: 2 });
    for (const id of [ferry, ferry2, quake, quake2]) expect(await storyOf(id)).toBe(into);
    expect(await listFacts()).toEqual([
      [ferry, quake, 'together'],
      [ferry2, quake, 'together'],
      [quake, quake2, 'together'],
    ]);
  });

  test('what was published keeps its item id, in the topics of both; topics of both are marked', async () => {
    const seas = await addTopic(database.db, makeTopic('seas', { rule: 'ferry' }), now);
    const quakes = await addTopic(database.db, makeTopic('quakes', { rule: 'earthquake' }), now);
    const other = await addTopic(database.db, makeTopic('other', { rule: 'budget' }), now);
    const quake = await bring(context, 'a', makeTelling('quake1'));
    const ferry = await bring(context, 'a', makeTelling('ferry1', 1));
    await bring(context, 'b', makeTelling('budget1', 2));
    const before = await placements();
    await takeChanges();
    const into = await storyOf(quake);
    await mergeByEditor(context, into, await storyOf(ferry));
    const after = await placements();
    expect(after.map(({ topic, item, state }) => [topic, item, state])).toEqual(
      before.map(({ topic, item, state }) => [topic, item, state]),
    );
    expect(after.filter(({ storyId }) => storyId === into).map(({ topic }) => topic)).toEqual([
      'quakes',
      'seas',
    ]);
    expect(await takeChanges()).toEqual([seas.topic.id, quakes.topic.id].sort());
    expect(other.matched).toBe(0);
  });

  test.each([
    ['published', 'held', 'published'],
    ['held', 'published', 'published'],
    ['spiked', 'held', 'held'],
    ['candidate', 'spiked', 'spiked'],
  ] as const)('where one is %s and the other %s, the story is %s', async (one, other, expected) => {
    await addTopic(database.db, makeTopic('world'), now);
    const a = await storyOf(await bring(context, 'a', makeTelling('ferry1')));
    const b = await storyOf(await bring(context, 'a', makeTelling('quake1', 1)));
    if (one !== 'published') await setState(a, one);
    if (other !== 'published') await setState(b, other);
    const kept = (await placements()).find(({ state }) => state === expected);
    await mergeByEditor(context, a, b);
    expect(await placements()).toMatchObject([{ storyId: a, state: expected, item: kept?.item }]);
  });

  test('a topic that only names one of them as related is marked, too', async () => {
    const { topic } = await addTopic(database.db, makeTopic('politics', { rule: 'budget' }), now);
    const a = await storyOf(await bring(context, 'a', makeTelling('ferry1')));
    const b = await storyOf(await bring(context, 'a', makeTelling('quake1', 1)));
    const budget = await storyOf(await bring(context, 'a', makeTelling('budget1', 2)));
    await storeStoryLinks(database.db, [{ storyId: b, otherId: budget, likeness: 0.5 }]);
    await takeChanges();
    await mergeByEditor(context, a, b);
    expect(await takeChanges()).toEqual([topic.id]);
  });

  test('ids of stories that were merged away stand for those that took them up, over any number of merges', async () => {
    const names = ['ferry1', 'quake1', 'budget1'] as const;
    const entries = [];
    for (const [n, name] of names.entries()) entries.push(await bring(context, 'a', makeTelling(name, n)));
    const [a = '', b = '', c = ''] = await Promise.all(entries.map(storyOf));
    await mergeByEditor(context, b, a);
    await mergeByEditor(context, c, b);
    for (const entry of entries) expect(await storyOf(entry)).toBe(c);
    const d = await storyOf(await bring(context, 'b', makeTelling('ferry2', 400)));
    expect(await mergeByEditor(context, a, d)).toMatchObject({ storyId: c, mergedId: d });
    await expect(mergeByEditor(context, a, c)).rejects.toMatchObject({ code: 'same-story' });
  });

  test('one and the same, and what is not there, are refused in words; nothing is changed', async () => {
    const a = await storyOf(await bring(context, 'a', makeTelling('ferry1')));
    await expect(mergeByEditor(context, a, a)).rejects.toMatchObject({ code: 'same-story' });
    for (const id of ['999999', '0', '-1', '', 'x', `${a} or true`, '9'.repeat(40)]) {
      await expect(mergeByEditor(context, a, id)).rejects.toMatchObject({ code: 'story-not-found' });
      await expect(mergeByEditor(context, id, a)).rejects.toMatchObject({ code: 'story-not-found' });
    }
    expect(await listFacts()).toEqual([]);
    expect(await storyOf(a)).not.toBe('');
  });

  test('two editors at once: one merges, the other is told that it is done', async () => {
    const a = await storyOf(await bring(context, 'a', makeTelling('ferry1')));
    const b = await storyOf(await bring(context, 'a', makeTelling('quake1', 1)));
    const done = await Promise.allSettled([mergeByEditor(context, a, b), mergeByEditor(context, b, a)]);
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(done.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'same-story' },
    });
  });
});

describe('splitEntry', () => {
  /** Three tellings of one event from three sources in one story. */
  async function tellFerry() {
    const ids = [];
    for (const [n, name] of (['ferry1', 'ferry2', 'ferry3'] as const).entries()) {
      ids.push(await bring(context, `s${n}`, makeTelling(name, n)));
    }
    const [a = '', b = '', c = ''] = ids;
    const story = await storyOf(a);
    expect([await storyOf(b), await storyOf(c)]).toEqual([story, story]);
    return { a, b, c, story };
  }

  test('the entry gets a story of its own, kept apart from each of the others', async () => {
    const { a, b, c, story } = await tellFerry();
    const { storyId, leftId } = await splitEntry(context, b);
    expect(leftId).toBe(story);
    expect(await storyOf(b)).toBe(storyId);
    expect([await storyOf(a), await storyOf(c)]).toEqual([story, story]);
    expect(await findLead(storyId)).toBe(b);
    expect(await listFacts()).toEqual([
      [a, b, 'apart'],
      [b, c, 'apart'],
    ]);
  });

  test('when the lead leaves, another one leads; the published item keeps its id, and the new story gets one', async () => {
    await addTopic(database.db, makeTopic('world'), now);
    const { a, b, c, story } = await tellFerry();
    const [before] = await placements();
    const lead = (await findLead(story)) ?? '';
    await takeChanges();
    const { storyId } = await splitEntry(context, lead);
    expect([a, b, c].filter((id) => id !== lead)).toContain(await findLead(story));
    const after = await placements();
    expect(after.find((p) => p.storyId === story)).toEqual(before);
    const opened = after.find((p) => p.storyId === storyId);
    expect(opened).toMatchObject({ state: 'published' });
    expect(opened?.item).not.toBe(before?.item);
    expect(await takeChanges()).toHaveLength(1);
  });

  test.each(['spiked', 'held'] as const)('a story that is %s stays so', async (state) => {
    await addTopic(database.db, makeTopic('world'), now);
    const { b, story } = await tellFerry();
    await setState(story, state);
    await splitEntry(context, b);
    expect((await placements()).find((p) => p.storyId === story)?.state).toBe(state);
  });

  test('a third telling that comes later joins one of the two, and never brings them together', async () => {
    const { a, b, story } = await tellFerry();
    const { storyId } = await splitEntry(context, b);
    const later = await bring(context, 's4', makeTelling('ferry4', 4));
    expect([story, storyId]).toContain(await storyOf(later));
    expect([await storyOf(a), await storyOf(b)]).toEqual([story, storyId]);
  });

  test('the entry itself, when it is changed, does not go back', async () => {
    const { b } = await tellFerry();
    const { storyId } = await splitEntry(context, b);
    const changed = makeTelling('ferry2', 1, { title: makeTelling('ferry1').title });
    expect(await bring(context, 's1', changed)).toBe(b);
    expect(await storyOf(b)).toBe(storyId);
  });

  test('the key of the address goes with the entry, or stays where another one has it', async () => {
    const shared = 'https://wire.example/ferry';
    const a = await bring(context, 'a', makeTelling('ferry1', 0, { canonicalUrl: shared }));
    const b = await bring(context, 'b', makeTelling('quake1', 1, { canonicalUrl: shared }));
    const c = await bring(context, 'c', makeTelling('ferry2', 2));
    const story = await storyOf(a);
    expect([await storyOf(b), await storyOf(c)]).toEqual([story, story]);
    await splitEntry(context, b);
    const d = await bring(context, 'd', makeTelling('budget1', 3, { canonicalUrl: shared }));
    expect(await storyOf(d)).toBe(story);
    const { storyId } = await splitEntry(context, c);
    const own = makeTelling('quake2', 4, { canonicalUrl: makeTelling('ferry2').canonicalUrl });
    expect(await storyOf(await bring(context, 'e', own))).toBe(storyId);
  });

  test('after a merge: what was said together is taken back for this entry, and holds for the others', async () => {
    const quake = await bring(context, 'a', makeTelling('quake1'));
    const ferry = await bring(context, 'a', makeTelling('ferry1', 1));
    const ferry2 = await bring(context, 'b', makeTelling('ferry2', 2));
    await mergeByEditor(context, await storyOf(quake), await storyOf(ferry));
    await splitEntry(context, quake);
    expect(await listFacts()).toEqual([
      [quake, ferry, 'apart'],
      [quake, ferry2, 'apart'],
      [ferry, ferry2, 'together'],
    ]);
    await mergeByEditor(context, await storyOf(ferry), await storyOf(quake));
    const kinds = (await listFactsOfStories(database.db, [await storyOf(quake)])).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['together']));
  });

  test('an entry that is alone, and one that is not there, are refused in words', async () => {
    const alone = await bring(context, 'a', makeTelling('ferry1'));
    await expect(splitEntry(context, alone)).rejects.toMatchObject({
      code: 'entry-alone',
      message: expect.stringContaining(alone),
    });
    for (const id of ['999999', '0', '', 'x', '1; drop table entries', '9'.repeat(40)]) {
      await expect(splitEntry(context, id)).rejects.toMatchObject({ code: 'entry-not-found' });
    }
  });
});

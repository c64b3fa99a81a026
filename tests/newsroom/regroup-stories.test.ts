import { beforeEach, describe, expect, test } from 'vitest';
import { insertStories, moveEntries, setKeyHolders } from '../../db/move-entries.ts';
import { setLeads } from '../../db/story-leads.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import { type RegroupContext, regroupStories } from '../../src/newsroom/regroup-stories.ts';
import { mergeByEditor, splitEntry } from '../../src/newsroom/repair-stories.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { createTermBook } from '../../src/newsroom/term-book.ts';
import { sha256 } from '../support/make-entry.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { bring, findStoryOf, firstAt, makeTelling, readPlacements } from '../support/tell-stories.ts';

const database = useDatabase();
const now = new Date(firstAt.getTime() + 86_400_000);
const nothing = { merged: 0, opened: 0, moved: 0 };
let context: RegroupContext;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources', 'entry_keys'] as const) {
    await database.db.deleteFrom(table).execute();
  }
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
const hours = (n: number) => new Date(firstAt.getTime() + n * 3_600_000);
/** As another process does it, which has nothing at hand. */
const regroup = (since = hours(-1)) => regroupStories({ ...context, terms: createTermBook() }, since);
const setState = (storyId: string, state: 'held' | 'spiked' | 'candidate') =>
  database.db.updateTable('placements').set({ state }).where('story_id', '=', storyId).execute();

/** Puts an entry into another story, or one of its own, as a worse way of grouping might have done. */
async function misplace(entryId: string, storyId?: string): Promise<string> {
  const left = await storyOf(entryId);
  const [opened = ''] = storyId === undefined ? await insertStories(database.db, [firstAt]) : [storyId];
  await moveEntries(database.db, [{ entryId, storyId: opened }], now);
  if (storyId === undefined) await setLeads(database.db, new Map([[opened, entryId]]));
  await database.db
    .deleteFrom('stories')
    .where('id', '=', left)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('story_entries').select('entry_id').where('story_id', '=', left))),
    )
    .execute();
  return opened;
}

/** All that regrouping could change. */
async function dump() {
  const { db } = database;
  return {
    told: await db.selectFrom('story_entries').selectAll().orderBy('entry_id').execute(),
    stories: await db.selectFrom('stories').selectAll().orderBy('id').execute(),
    keys: await db.selectFrom('story_keys').selectAll().orderBy('key').execute(),
    links: await db.selectFrom('story_links').selectAll().orderBy('story_id').orderBy('other_id').execute(),
    aliases: await db.selectFrom('story_aliases').selectAll().orderBy('id').execute(),
    facts: await db.selectFrom('story_facts').selectAll().orderBy('entry_id').orderBy('other_id').execute(),
    placements: await placements(),
    terms: await db.selectFrom('entry_terms').selectAll().orderBy('entry_id').execute(),
    found: await db.selectFrom('entry_keys').selectAll().orderBy('entry_id').orderBy('key').execute(),
    changes: await db.deleteFrom('topic_changes').returning('topic_id').execute(),
  };
}

/** A second run right after the first changes nothing at all, and has no topic rendered. */
async function expectSettled(since?: Date) {
  const before = { ...(await dump()), changes: [] };
  expect(await regroup(since)).toMatchObject(nothing);
  expect(await dump()).toEqual(before);
}

describe('regroupStories', () => {
  test('with nothing stored there is nothing to do', async () => {
    expect(await regroup()).toEqual({ entries: 0, stories: 0, ...nothing });
  });

  test('what is grouped as it would be now stays as it is', async () => {
    await addTopic(database.db, makeTopic('world'), now);
    for (const [n, name] of (['ferry1', 'quake1', 'ferry2', 'budget1', 'quake2'] as const).entries()) {
      await bring(context, `s${n}`, makeTelling(name, n));
    }
    const before = await placements();
    expect(await regroup()).toEqual({ entries: 5, stories: 3, ...nothing });
    expect(await placements()).toEqual(before);
    await expectSettled();
  });

  test('a story that was two goes on with its lead, and what leaves it is a new one, offered to the topics', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const quake = await bring(context, 'b', makeTelling('quake1', 1));
    const quake2 = await bring(context, 'c', makeTelling('quake2', 2));
    const story = await storyOf(ferry);
    for (const entry of [quake, quake2]) await misplace(entry, story);
    const world = await addTopic(database.db, makeTopic('world'), now);
    const [before] = await placements();
    await dump();
    expect(await regroup()).toEqual({ entries: 3, stories: 2, merged: 0, opened: 1, moved: 2 });
    expect(await storyOf(ferry)).toBe(story);
    const opened = await storyOf(quake);
    expect(await storyOf(quake2)).toBe(opened);
    const after = await placements();
    expect(after.find(({ storyId }) => storyId === story)).toEqual(before);
    expect(after.find(({ storyId }) => storyId === opened)).toMatchObject({
      state: 'published',
      datedAt: hours(1),
    });
    const { stories, changes } = await dump();
    expect([quake, quake2]).toContain(stories.find(({ id }) => id === opened)?.lead_entry_id);
    expect(changes.map(({ topic_id }) => topic_id)).toContain(world.topic.id);
    await expectSettled();
  });

  test('two stories that are one are merged: the published one stays, else the oldest; addresses lead on', async () => {
    const a = await bring(context, 'a', makeTelling('ferry1'));
    const b = await bring(context, 'b', makeTelling('ferry2', 1));
    const younger = await misplace(b);
    const older = await storyOf(a);
    await addTopic(database.db, makeTopic('world'), now);
    await setState(older, 'held');
    const item = (await placements()).find(({ state }) => state === 'published')?.item;
    expect(await regroup()).toEqual({ entries: 2, stories: 1, merged: 1, opened: 0, moved: 0 });
    expect([await storyOf(a), await storyOf(b)]).toEqual([younger, younger]);
    expect(await placements()).toMatchObject([{ storyId: younger, state: 'published', item }]);
    expect((await dump()).aliases).toEqual([{ id: older, story_id: younger }]);
    await expectSettled();
    const again = await misplace(a);
    await setState(younger, 'candidate');
    await regroup();
    expect([await storyOf(a), await storyOf(b)]).toEqual([younger, younger]);
    expect((await dump()).aliases).toEqual([
      { id: older, story_id: younger },
      { id: again, story_id: younger },
    ]);
  });

  test.each(['held', 'spiked', 'candidate'] as const)(
    'a placement that is %s is as it was, also when its story is merged into one that stands nowhere',
    async (state) => {
      const a = await bring(context, 'a', makeTelling('ferry1'));
      const b = await bring(context, 'b', makeTelling('ferry2', 1));
      const c = await bring(context, 'c', makeTelling('quake1', 2));
      await addTopic(database.db, makeTopic('world'), now);
      for (const entry of [a, c]) await setState(await storyOf(entry), state);
      const before = await placements();
      expect(before.map((p) => p.state)).toEqual([state, state]);
      await misplace(a);
      await regroup();
      expect(await storyOf(a)).toBe(await storyOf(b));
      const facts = (await placements()).map((p) => [p.topic, p.state, p.item]);
      expect(facts).toEqual(before.map((p) => [p.topic, p.state, p.item]));
      await expectSettled();
    },
  );

  test('an entry that went to the wrong story goes to the right one', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const quake = await bring(context, 'a', makeTelling('quake1', 1));
    const ferry2 = await bring(context, 'b', makeTelling('ferry2', 2));
    const before = [await storyOf(ferry), await storyOf(quake)];
    await misplace(ferry2, await storyOf(quake));
    expect(await regroup()).toMatchObject({ merged: 0, opened: 0, moved: 1 });
    expect([await storyOf(ferry), await storyOf(quake)]).toEqual(before);
    expect(await storyOf(ferry2)).toBe(before[0]);
  });

  test('entries of one article are one story, when their sources differ; the key goes with it', async () => {
    const canonicalUrl = 'https://wire.example/one';
    const a = await bring(context, 'a', makeTelling('ferry1', 0, { canonicalUrl }));
    const b = await bring(context, 'b', makeTelling('quake1', 1, { canonicalUrl }));
    const c = await bring(context, 'a', makeTelling('budget1', 2, { canonicalUrl }));
    await misplace(b);
    expect(await regroup()).toMatchObject({ stories: 2, merged: 1 });
    expect(await storyOf(b)).toBe(await storyOf(a));
    expect(await storyOf(c)).not.toBe(await storyOf(a));
    const d = await bring(context, 'd', makeTelling('quake2', 200, { canonicalUrl }));
    expect(await storyOf(d)).toBe(await storyOf(a));
  });

  test('the key of an article that leaves a story goes with it', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const quake = await bring(context, 'b', makeTelling('quake1', 1));
    const story = await storyOf(ferry);
    await misplace(quake, story);
    const { canonicalUrl } = makeTelling('quake1');
    await setKeyHolders(database.db, new Map([[sha256(canonicalUrl ?? ''), story]]));
    await regroup();
    expect(await storyOf(quake)).not.toBe(story);
    const same = await bring(context, 'c', makeTelling('budget1', 200, { canonicalUrl }));
    expect(await storyOf(same)).toBe(await storyOf(quake));
  });

  test('entries of which nothing was read are read, so that later ones find them', async () => {
    const a = await bring(context, 'a', makeTelling('ferry1'));
    for (const table of ['entry_terms', 'entry_keys'] as const) await database.db.deleteFrom(table).execute();
    await regroup();
    context.terms = createTermBook();
    expect(await storyOf(await bring(context, 'b', makeTelling('ferry2', 1)))).toBe(await storyOf(a));
  });

  test('links are those of the stories as they are now; links with what lies further back stay', async () => {
    const ferry = await storyOf(await bring(context, 'a', makeTelling('ferry1')));
    const quake = await storyOf(await bring(context, 'a', makeTelling('quake1', 1)));
    const budget = await storyOf(await bring(context, 'a', makeTelling('budget1', -200)));
    await storeStoryLinks(database.db, [
      { storyId: ferry, otherId: quake, likeness: 0.9 },
      { storyId: ferry, otherId: budget, likeness: 0.5 },
    ]);
    await regroup();
    expect((await dump()).links).toEqual([{ story_id: ferry, other_id: budget, likeness: 0.5 }]);
    await expectSettled();
  });
});

describe('what editors said', () => {
  test('stories that an editor merged stay one', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const quake = await bring(context, 'b', makeTelling('quake1', 1));
    const quake2 = await bring(context, 'c', makeTelling('quake2', 2));
    const story = await storyOf(ferry);
    await mergeByEditor(context, story, await storyOf(quake));
    expect(await regroup()).toMatchObject(nothing);
    for (const entry of [quake, quake2]) expect(await storyOf(entry)).toBe(story);
    const quake3 = await bring(context, 'd', makeTelling('quake1', 3));
    expect(await storyOf(quake3)).toBe(story);
    await regroup();
    expect(await storyOf(quake3)).toBe(story);
  });

  test('an entry that an editor split off stays apart: directly, by a third one, and of the same article', async () => {
    const canonicalUrl = 'https://wire.example/ferry';
    const a = await bring(context, 'a', makeTelling('ferry1', 0, { canonicalUrl }));
    const b = await bring(context, 'b', makeTelling('ferry2', 1, { canonicalUrl }));
    const c = await bring(context, 'c', makeTelling('ferry3', 2));
    const { storyId, leftId } = await splitEntry(context, b);
    expect(await regroup()).toMatchObject(nothing);
    const d = await bring(context, 'd', makeTelling('ferry4', 3));
    const e = await bring(context, 'e', makeTelling('ferry2', 4, { canonicalUrl }));
    await regroup();
    expect([await storyOf(a), await storyOf(b), await storyOf(c)]).toEqual([leftId, storyId, leftId]);
    for (const entry of [d, e]) expect([leftId, storyId]).toContain(await storyOf(entry));
    await expectSettled();
  });

  test('an entry that was torn from those that it belongs with is brought back', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const quake = await bring(context, 'b', makeTelling('quake1', 1));
    const story = await storyOf(ferry);
    await mergeByEditor(context, story, await storyOf(quake));
    await misplace(quake);
    expect(await regroup()).toMatchObject({ merged: 1 });
    expect(await storyOf(quake)).toBe(story);
  });
});

describe('--since', () => {
  test('what is dated before stays as it is, right or wrong; what is dated after may join it', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const quake = await bring(context, 'b', makeTelling('quake1', 1));
    const story = await storyOf(ferry);
    await misplace(quake, story);
    const torn = await bring(context, 'c', makeTelling('ferry2', 2));
    const later = await bring(context, 'd', makeTelling('ferry3', 10));
    const [alone, own] = [await misplace(torn), await misplace(later)];
    expect(await regroup(hours(5))).toEqual({ entries: 1, stories: 1, merged: 1, opened: 0, moved: 0 });
    expect([await storyOf(ferry), await storyOf(quake), await storyOf(torn)]).toEqual([story, story, alone]);
    expect([story, alone]).toContain(await storyOf(later));
    expect(await storyOf(later)).not.toBe(own);
    await expectSettled(hours(5));
  });

  test('of a story on both sides, what is dated before stays together', async () => {
    const ferry = await bring(context, 'a', makeTelling('ferry1'));
    const budget = await bring(context, 'b', makeTelling('budget1', 1));
    const quake = await bring(context, 'c', makeTelling('quake1', 10));
    const story = await storyOf(ferry);
    for (const entry of [budget, quake]) await misplace(entry, story);
    expect(await regroup(hours(5))).toMatchObject({ entries: 1, opened: 1, moved: 1 });
    expect(await storyOf(budget)).toBe(story);
    expect(await storyOf(quake)).not.toBe(story);
    await expectSettled(hours(5));
  });

  test('stories further back than the hours of grouping are not joined', async () => {
    const old = await bring(context, 'a', makeTelling('ferry1', -80));
    const young = await bring(context, 'b', makeTelling('ferry2', 0));
    await regroup(hours(-1));
    expect(await storyOf(young)).not.toBe(await storyOf(old));
  });
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('whatever was there before', () => {
  /** A telling of an event in some of the words that only this event and its neighbour have. */
  const tell = (random: () => number, n: number, event: number) => {
    const words = Array.from(
      { length: 8 },
      (_, at) => `ka${'bdfgklmnprst'[event + (at >> 2)]}o${'bdfgklmn'[at]}u`,
    );
    const some = () => words.filter(() => random() < 0.6).join(' ');
    return makeTelling('ferry1', Math.floor(random() * 60), {
      identity: `${n}`.padStart(64, '0'),
      guid: `${n}`,
      title: `${some()} ${words[0]}`,
      summary: some(),
      canonicalUrl: `https://wire.example/${random() < 0.2 ? event : `own-${n}`}`,
    });
  };

  test.each([1, 2, 3, 4, 5, 6])('a second run changes nothing and no item is lost (%i)', async (seed) => {
    const random = createRandom(seed);
    const pick = <T>(list: T[]) => list[Math.floor(random() * list.length)] as T;
    const entries: string[] = [];
    for (let n = 0; n < 30; n++) {
      entries.push(await bring(context, `s${n % 4}`, tell(random, n, Math.floor(random() * 6))));
    }
    for (let n = 0; n < 3; n++) {
      await splitEntry(context, pick(entries)).catch(() => undefined);
      await mergeByEditor(context, await storyOf(pick(entries)), await storyOf(pick(entries))).catch(
        () => undefined,
      );
    }
    const facts = (await dump()).facts;
    const bound = new Set(facts.flatMap((fact) => [fact.entry_id, fact.other_id]));
    for (const entry of entries.filter((id) => !bound.has(id) && random() < 0.4)) {
      await misplace(entry, random() < 0.5 ? undefined : await storyOf(pick(entries)));
    }
    await addTopic(database.db, makeTopic('world'), now);
    const before = await placements();
    const standing = (await dump()).stories.map(({ id }) => id);
    const since = hours(random() * 40);
    const report = await regroup(since);
    expect(report.entries).toBeGreaterThan(0);
    await expectSettled(since);
    const after = await dump();
    const known = new Set([...after.stories.map(({ id }) => id), ...after.aliases.map(({ id }) => id)]);
    for (const id of standing) expect(known).toContain(id);
    // Every item is there yet, but for those of stories that another published one took up.
    const items = new Set(after.placements.map(({ item }) => item));
    const lost = before.filter(({ item }) => !items.has(item)).map(({ storyId }) => storyId);
    for (const storyId of lost) expect(after.aliases.map(({ id }) => id)).toContain(storyId);
    const told = new Map(after.told.map((row) => [row.entry_id, row.story_id]));
    expect(told.size).toBe(30);
    expect(after.facts).toEqual(facts);
    for (const { entry_id, other_id, kind } of facts) {
      expect(told.get(entry_id) === told.get(other_id)).toBe(kind === 'together');
    }
    for (const { id, lead_entry_id } of after.stories) expect(told.get(lead_entry_id ?? '')).toBe(id);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { pruneEntries } from '../../db/prune.ts';
import { removeSource } from '../../db/remove-source.ts';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import { makeTopic } from '../support/make-topic.ts';
import { type Item, quake1, quake2, toHours, useNewsroom } from '../support/newsroom.ts';

const room = useNewsroom();

const quake3: Item = { ...quake2, id: 'quake3', hours: 2 };
const vote1: Item = { id: 'vote1', title: 'Parliament in Lisvane votes down the budget' };

/** No entry without a story, no story without a lead of its own, nothing that leads to what is gone. */
async function expectWhole() {
  for (const { lead, entries } of await room.listStories()) expect(entries).toContain(lead);
  const entries = await room.db.selectFrom('entries').select('id').execute();
  const held = await room.db.selectFrom('story_entries').select('entry_id').execute();
  expect(held.map((row) => row.entry_id).sort()).toEqual(entries.map(({ id }) => id).sort());
  const ids = new Set(entries.map(({ id }) => id));
  const terms = await room.db.selectFrom('entry_terms').select('entry_id').execute();
  expect(terms.filter((row) => !ids.has(row.entry_id))).toEqual([]);
  const keys = await room.db.selectFrom('entry_keys').select('entry_id').execute();
  expect(keys.filter((row) => !ids.has(row.entry_id))).toEqual([]);
}

beforeEach(async () => {
  await addTopic(room.db, makeTopic('world', { itemLimit: 1 }), room.clock);
});

describe('removing a source', () => {
  test('the lead goes: another entry leads, the story and its item stay', async () => {
    const { id } = await room.bring('alpha', [quake1, vote1]);
    await room.bring('beta', [quake2]);
    await room.bring('gamma', [quake3]);
    const before = await room.findStory('quake2');
    await room.readAtom('world');
    await removeSource(room.db, id);
    expect(await room.listGroups()).toEqual(['quake2 quake3']);
    expect(await room.findStory('quake2')).toMatchObject({
      id: before.id,
      uuid: before.uuid,
      lead: 'quake2',
    });
    expect(await room.readAtom('world')).toMatchObject([
      { id: `urn:uuid:${before.uuid}`, title: quake2.title },
    ]);
    await expectWhole();
  });

  test('all sources of a story go, one by one: it goes with the last', async () => {
    const one = await room.bring('alpha', [quake1]);
    const other = await room.bring('beta', [quake2]);
    await removeSource(room.db, one.id);
    await expectWhole();
    await removeSource(room.db, other.id);
    expect(await room.listStories()).toEqual([]);
    expect(await room.db.selectFrom('placements').selectAll().execute()).toEqual([]);
    await expectWhole();
  });

  test('a telling that comes afterwards joins what is left', async () => {
    const { id } = await room.bring('alpha', [quake1]);
    await room.bring('beta', [quake2]);
    await removeSource(room.db, id);
    await room.bring('gamma', [quake3]);
    expect(await room.listGroups()).toEqual(['quake2 quake3']);
  });

  test('what it alone had said is not compared with any more', async () => {
    const { id } = await room.bring('alpha', [quake1]);
    await removeSource(room.db, id);
    await room.bring('beta', [quake2]);
    expect(await room.listGroups()).toEqual(['quake2']);
    await expectWhole();
  });

  test('the source that comes back joins the story that its article had', async () => {
    const { id } = await room.bring('alpha', [quake1]);
    await room.bring('beta', [quake2]);
    const before = await room.findStory('quake2');
    await removeSource(room.db, id);
    await room.bring('alpha', [quake1]);
    expect(await room.findStory('quake1')).toMatchObject({ id: before.id, entries: ['quake1', 'quake2'] });
  });

  test('its aliases and links go with a story', async () => {
    const { id } = await room.bring('alpha', [{ ...vote1, id: 'changing' }]);
    await room.bring('beta', [quake2]);
    await room.bring('alpha', [{ ...quake1, id: 'changing' }]);
    expect(await room.db.selectFrom('story_aliases').selectAll().execute()).toHaveLength(1);
    await removeSource(room.db, id);
    const beta = await room.db.selectFrom('sources').select('id').executeTakeFirstOrThrow();
    await removeSource(room.db, beta.id);
    expect(await room.db.selectFrom('story_aliases').selectAll().execute()).toEqual([]);
  });
});

describe('pruning', () => {
  /** Brings each document an hour after the one before. */
  async function bringHourly(...items: Item[]) {
    for (const [at, item] of items.entries()) {
      room.clock = toHours(10 + at);
      await room.bring(`source${at}`, [item]);
    }
  }
  /** As if all that is published were in archives. */
  const prune = async (hour: number) => {
    await room.db.deleteFrom('item_changes').execute();
    return pruneEntries(room.db, toHours(hour), 1_000, toHours(50));
  };

  test('entries of a story that stands in a document stay, all of them', async () => {
    await bringHourly(quake1, quake2);
    expect(await prune(40)).toBe(0);
    expect(await room.listGroups()).toEqual(['quake1 quake2']);
  });

  test('the old entries of another story go, it keeps the others and has a lead', async () => {
    await bringHourly(quake1, quake2, { ...vote1, hours: 3 });
    const before = await room.findStory('quake1');
    expect(await prune(10.5)).toBe(1);
    expect(await room.findStory('quake2')).toMatchObject({
      id: before.id,
      lead: 'quake2',
      entries: ['quake2'],
    });
    await expectWhole();
    expect(await prune(40)).toBe(1);
    expect(await room.listGroups()).toEqual(['vote1']);
    await expectWhole();
  });

  test('what was pruned does not come back, and its story goes on', async () => {
    await bringHourly(quake1, quake2, { ...vote1, hours: 3 });
    await prune(10.5);
    await room.bring('source0', [quake1, { ...vote1, id: 'vote2', title: 'Zoo of Quillon shows its panda' }]);
    await room.bring('delta', [quake3]);
    expect(await room.listGroups()).toEqual(['quake2 quake3', 'vote1', 'vote2']);
  });

  test('a changed entry whose terms were pruned with it is no trouble', async () => {
    await bringHourly(quake1, quake2, { ...vote1, hours: 3 });
    await room.db.deleteFrom('entry_terms').execute();
    await room.db.deleteFrom('entry_keys').execute();
    const { report } = await room.bring(
      'source1',
      [{ ...quake2, title: `${quake2.title}, governor says` }],
      room.startWorker(),
    );
    expect(report).toMatchObject({ outcome: 'fetched', entries: { changed: 1 } });
    expect(await room.listGroups()).toEqual(['quake1 quake2', 'vote1']);
  });
});

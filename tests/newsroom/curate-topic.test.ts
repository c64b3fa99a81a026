import { beforeEach, describe, expect, test } from 'vitest';
import { storeEntries } from '../../db/entries.ts';
import { placeStories } from '../../db/placements.ts';
import { removeSource } from '../../db/remove-source.ts';
import { storeSources } from '../../db/sources.ts';
import { listUnfilledTopics } from '../../db/topic-rules.ts';
import { findTopicBySlug, type NewTopic } from '../../db/topics.ts';
import { addTopic, changeTopic, fillTopics } from '../../src/newsroom/curate-topic.ts';
import { makeEntry } from '../support/make-entry.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openStories } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const t0 = new Date('2026-02-16T09:00:00Z');

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
});

async function addSource(name: string, titles: string[]): Promise<string> {
  const [added] = await storeSources(database.db, [{ feedUrl: `https://${name}.example/feed` }], t0);
  const id = added?.source.id ?? '';
  const entries = titles.map((title, n) =>
    makeEntry(`${name} ${n}`, { title, summary: '', contentHtml: '' }),
  );
  const { stored } = await storeEntries(database.db, id, entries, t0);
  await openStories(
    database.db,
    id,
    stored.map((row) => ({ entryId: row.id, datedAt: row.datedAt })),
    t0,
  );
  return id;
}

const wanted = (change: Partial<NewTopic> = {}) => makeTopic('world', change);
const listTitles = async () => {
  const rows = await database.db
    .selectFrom('placements')
    .innerJoin('stories', 'stories.id', 'placements.story_id')
    .innerJoin('entries', 'entries.id', 'stories.lead_entry_id')
    .select(['entries.title', 'placements.state'])
    .orderBy('entries.title')
    .execute();
  return rows.map(({ title, state }) => `${title} ${state}`);
};

describe('changing a topic', () => {
  test('keeps stories that still match, however many newer entries there are', async () => {
    await addSource('old', ['A headline of old']);
    const { topic } = await addTopic(database.db, wanted({ rule: 'headline' }), t0);
    await addSource(
      'new',
      Array.from({ length: 10_500 }, (_, n) => `Other ${n}`),
    );
    const result = await changeTopic(database.db, topic.id, { rule: 'headline -sport' }, t0);
    expect(result).toMatchObject({ matched: 1, withdrawn: 0 });
    expect(await listTitles()).toEqual(['A headline of old published']);
  });

  test('to other sources withdraws what came from the others, newer or not', async () => {
    const a = await addSource('a', ['From A']);
    await addSource('b', ['From B', 'From B too']);
    const { topic } = await addTopic(database.db, wanted(), t0);
    expect(await changeTopic(database.db, topic.id, { sourceIds: [a, a] }, t0)).toMatchObject({
      matched: 1,
      withdrawn: 2,
    });
    expect(await listTitles()).toEqual(['From A published']);
  });

  test('to automatic publishes what waits; what an editor decided stays', async () => {
    await addSource('a', ['One', 'Two', 'Three']);
    const { topic } = await addTopic(database.db, wanted({ mode: 'editor' }), t0);
    await database.db
      .updateTable('placements')
      .set({ state: 'spiked' })
      .where('story_id', 'in', (eb) => eb.selectFrom('stories').select((s) => s.fn.max('id').as('id')))
      .execute();
    await changeTopic(database.db, topic.id, { mode: 'automatic' }, t0);
    expect((await listTitles()).map((line) => line.split(' ')[1]).sort()).toEqual([
      'published',
      'published',
      'spiked',
    ]);
  });

  test('a topic whose only source is removed takes from none, not from all', async () => {
    const a = await addSource('a', ['From A']);
    await addSource('b', ['From B']);
    await addTopic(database.db, wanted({ sourceIds: [a] }), t0);
    await removeSource(database.db, a);
    expect((await findTopicBySlug(database.db, 'world'))?.sourceIds).toEqual([]);
    expect(await listTitles()).toEqual([]);
  });

  test('a filling that was cut short is done later, once', async () => {
    await addSource('a', ['One']);
    await addTopic(database.db, wanted(), t0);
    await database.db.deleteFrom('placements').execute();
    await database.db.updateTable('topics').set({ is_filled: false }).execute();
    expect(await fillTopics(database.db, t0)).toEqual(['world']);
    expect(await listTitles()).toEqual(['One published']);
    expect(await listUnfilledTopics(database.db)).toEqual([]);
  });

  test('four edits at once end with what the last one wants', async () => {
    await addSource('a', ['Red', 'Green', 'Blue']);
    const { topic } = await addTopic(database.db, wanted(), t0);
    await Promise.all(
      ['red', 'green', 'blue', 'red OR blue'].map((rule) => changeTopic(database.db, topic.id, { rule }, t0)),
    );
    const rule = (await findTopicBySlug(database.db, 'world'))?.rule ?? '';
    const expected = rule.split(' OR ').map((word) => `${word[0]?.toUpperCase()}${word.slice(1)} published`);
    expect(await listTitles()).toEqual(expected.sort());
  });
});

test('placing a story that is gone places nothing', async () => {
  const { topic } = await addTopic(database.db, wanted(), t0);
  const placement = {
    topicId: topic.id,
    storyId: '999999',
    state: 'published' as const,
    reasons: [],
    datedAt: t0,
  };
  expect(await placeStories(database.db, [placement], t0)).toEqual([]);
});

import { beforeEach, expect, test } from 'vitest';
import { placeStories } from '../../db/placements.ts';
import { createTopic } from '../../db/topics.ts';
import type { PlacementState } from '../../src/model/placement.ts';
import type { Topic } from '../../src/model/topic.ts';
import { changeTopic } from '../../src/newsroom/curate-topic.ts';
import { decideDue } from '../../src/newsroom/decide-due.ts';
import { forecastMode } from '../../src/newsroom/forecast-mode.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openOneEach } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const t0 = new Date('2026-02-16T09:00:00Z');
const later = new Date('2026-02-17T09:00:00Z');
let topic: Topic;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  topic = await createTopic(database.db, makeTopic('world', { mode: 'editor' }), t0);
});

async function fill(...placements: [PlacementState, object?][]): Promise<void> {
  for (const [n, [state, columns]] of placements.entries()) {
    const [storyId = ''] = await openOneEach(database.db, [`s${n}`], t0);
    const placement = { topicId: topic.id, storyId, state: 'candidate' as const, reasons: [], datedAt: t0 };
    await placeStories(database.db, [placement], t0);
    await database.db
      .updateTable('placements')
      .set({ state, ...columns })
      .where('story_id', '=', storyId)
      .execute();
  }
}

const countStates = async () => {
  const rows = await database.db.selectFrom('placements').select('state').execute();
  return rows.map(({ state }) => state).sort();
};

test('to automatic: the candidates are published at once, but those that editors have in hand', async () => {
  await fill(
    ['candidate'],
    ['candidate'],
    ['candidate', { version: 1 }],
    ['published'],
    ['held', { publish_at: later }],
  );
  expect(await forecastMode(database.db, topic, { mode: 'automatic' })).toBe(
    'The rule publishes from now on, and 2 candidates are published at once. 1 candidate that editors have in hand stays one until they decide. 1 story with an hour to be published at keeps it. What is published stays published: 1 story.',
  );
  await changeTopic(database.db, topic.id, { mode: 'automatic' }, later);
  expect(await countStates()).toEqual(['candidate', 'held', 'published', 'published', 'published']);
});

test('to editor: what waits goes on waiting, what is published stays', async () => {
  await fill(['candidate'], ['published'], ['published']);
  const assisted = { ...topic, mode: 'assisted' as const };
  expect(await forecastMode(database.db, assisted, { mode: 'editor' })).toBe(
    'Nothing is published without a decision from now on; 1 candidate waits for one. What is published stays published: 2 stories.',
  );
});

test('to assisted: nothing is published at once; the minutes begin with the change', async () => {
  await fill(['candidate'], ['candidate']);
  const change = { mode: 'assisted', assistMinutes: 20, assistSources: 1 } as const;
  expect(await forecastMode(database.db, topic, change)).toBe(
    'A candidate is published after 20 minutes, or as soon as 1 source tells it, unless an editor decides otherwise. 2 candidates are waiting: nothing is published at once, their 20 minutes begin with the change, and of what was reported before only another report counts.',
  );
  await changeTopic(database.db, topic.id, change, later);
  const run = (minutes: number) =>
    decideDue({ db: database.db, now: () => new Date(later.getTime() + minutes * 60_000) });
  expect(await run(19)).toBe(0);
  expect(await run(20)).toBe(2);
});

test('no change is said to be none', async () => {
  await fill(['candidate']);
  for (const mode of ['automatic', 'editor', 'assisted'] as const) {
    expect(await forecastMode(database.db, { ...topic, mode }, { mode })).toMatch(/^Nothing changes/);
  }
});

import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '../../db/connect.ts';
import { listDecisions } from '../../db/decisions.ts';
import { toPlacement } from '../../db/placement-rows.ts';
import { isSameStanding, toStanding } from '../../src/model/standing.ts';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import type { DecisionOutcome } from '../../src/newsroom/decide.ts';
import { addEditor } from '../support/desk.ts';
import {
  background,
  createPick,
  decideSomething,
  type Hand,
  type Table,
  upheaval,
} from '../support/desk-hands.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openOneEach } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';
import { replayDecisions } from '../support/replay-decisions.ts';

const database = useDatabase({ max: 10 });
const start = new Date('2026-02-16T09:00:00Z');
const workers = 8;
const acts = 45;
let table: Table;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  const names = Array.from({ length: 20 }, (_, n) => `s${n}-${randomUUID().slice(0, 8)}`);
  const stories = await openOneEach(database.db, names, start);
  const make = async (slug: string, change: object) =>
    (await addTopic(database.db, makeTopic(slug, change), start)).topic;
  const topics = [
    await make('world', { mode: 'editor' }),
    await make('wire', { mode: 'automatic' }),
    await make('helped', { mode: 'assisted', assistMinutes: 2, assistSources: 2 }),
    await make('empty', { mode: 'editor', rule: 'nothingmatchesthis' }),
  ];
  table = { topics, stories, clock: start };
});

/** Eight workers at once; returns what they decided. */
async function workAtOnce(others: ((hand: Hand) => Promise<unknown>)[]): Promise<DecisionOutcome[]> {
  const outcomes: DecisionOutcome[] = [];
  const work = async (seed: number) => {
    const db = connectDatabase(database.address, { max: 2 });
    try {
      const hand = { table, db, by: await addEditor(db, `Editor ${seed}`), pick: createPick(seed * 7_919) };
      for (let n = 0; n < acts; n++) {
        table.clock = new Date(table.clock.getTime() + 2_000);
        if (hand.pick([1, 2, 3]) === 1) await hand.pick(others)(hand);
        else outcomes.push(await decideSomething(hand));
      }
    } finally {
      await db.destroy();
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: workers }, (_, n) => work(n + 1)));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return outcomes;
}

const readLog = async () =>
  (await Promise.all(table.topics.map(({ id }) => listDecisions(database.db, { topicId: id, limit: 5_000 }))))
    .flat()
    .sort((one, other) => Number(one.id) - Number(other.id));
const readPlacements = async () =>
  (await database.db.selectFrom('placements').selectAll().execute()).map(toPlacement);

async function expectSane(outcomes: DecisionOutcome[]): Promise<void> {
  const log = await readLog();
  const ids = new Set(log.map(({ id }) => id));
  const decided = outcomes.flatMap((one) => (one.kind === 'decided' ? one.decision.id : []));
  expect(decided.length).toBeGreaterThan(40);
  expect(decided.filter((id) => !ids.has(id))).toEqual([]);
  expect(log.filter(({ editorId }) => editorId !== undefined)).toHaveLength(decided.length);
  for (const one of await readPlacements()) {
    if (one.pinnedAt) expect(one).toMatchObject({ state: 'published' });
    if (one.publishAt) expect(one).toMatchObject({ state: 'held' });
    expect(one.publishedAt !== undefined, JSON.stringify(one)).toBe(one.state === 'published');
  }
}

test('eight hands at once on twenty stories: nobody fails, and the log alone tells how every story stands', async () => {
  const outcomes = await workAtOnce(background);
  await expectSane(outcomes);
  const replayed = replayDecisions(await readLog());
  const present = new Map((await readPlacements()).map((one) => [`${one.topicId} ${one.storyId}`, one]));
  let compared = 0;
  for (const [key, standing] of replayed) {
    const placement = present.get(key);
    // What was taken out the rule may have placed anew.
    if (!standing && placement?.version === 0) continue;
    const found = placement && toStanding(placement);
    expect(isSameStanding(found, standing ?? undefined), JSON.stringify({ key, standing, found })).toBe(true);
    compared++;
  }
  expect(compared).toBeGreaterThan(10);
}, 120_000);

test('while grouping, pruning and the removal of sources take stories away: nobody fails, no decision is lost', async () => {
  await expectSane(await workAtOnce([...background, ...upheaval, ...upheaval]));
}, 120_000);

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '../../db/connect.ts';
import { findPlacement } from '../../db/placement-rows.ts';
import { placeStories } from '../../db/placements.ts';
import { createTopic } from '../../db/topics.ts';
import type { Topic } from '../../src/model/topic.ts';
import { decide } from '../../src/newsroom/decide.ts';
import { decideDue } from '../../src/newsroom/decide-due.ts';
import { listDecisions } from '../../src/newsroom/list-decisions.ts';
import { addEditor } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openOneEach } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const now = new Date('2026-02-16T09:00:00Z');
let topic: Topic;
let storyId: string;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  topic = await createTopic(database.db, makeTopic('world', { mode: 'editor' }), now);
  [storyId = ''] = await openOneEach(database.db, ['a'], now);
  const placement = { topicId: topic.id, storyId, state: 'candidate' as const, reasons: [], datedAt: now };
  await placeStories(database.db, [placement], now);
});

const history = () => listDecisions(database.db, { topicId: topic.id, limit: 10 });

/** Runs work on a connection of its own that is cut while it waits for the story's placement. */
async function cutWhileWaiting(
  work: (db: ReturnType<typeof connectDatabase>) => Promise<unknown>,
): Promise<void> {
  const name = `cut-${randomUUID()}`;
  const doomed = connectDatabase(database.address, { max: 1, applicationName: name });
  await database.db.transaction().execute(async (tx) => {
    await tx.selectFrom('placements').selectAll().where('story_id', '=', storyId).forUpdate().execute();
    const outcome = work(doomed).then(
      () => 'done',
      () => 'cut',
    );
    let cut = 0;
    for (let tries = 0; cut === 0 && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = ${name} and wait_event_type = 'Lock'`.execute(database.db);
      cut = rows.length;
    }
    expect(await outcome).toBe('cut');
  });
  await doomed.destroy();
}

test('a decision that is cut short has not been made; asked for again it is made once', async () => {
  const ana = await addEditor(database.db, 'Ana');
  const request = {
    requestId: randomUUID(),
    topicId: topic.id,
    storyId,
    act: { act: 'publish' } as const,
    version: 0,
  };
  const ask = (db: typeof database.db) => decide({ db, now: () => now }, ana, request);
  await cutWhileWaiting(ask);
  expect(await history()).toEqual([]);
  expect(await findPlacement(database.db, topic.id, storyId)).toMatchObject({
    state: 'candidate',
    version: 0,
  });
  expect((await ask(database.db)).kind).toBe('decided');
  expect((await ask(database.db)).kind).toBe('repeated');
  expect(await history()).toHaveLength(1);
});

test('a decision that was answered is there for every other connection at once', async () => {
  const ana = await addEditor(database.db, 'Ana');
  const other = connectDatabase(database.address, { max: 1 });
  for (const act of ['publish', 'hold', 'spike', 'release'] as const) {
    const request = { requestId: randomUUID(), topicId: topic.id, storyId, act: { act } };
    await decide({ db: database.db, now: () => now }, ana, request);
    expect((await listDecisions(other, { topicId: topic.id, limit: 1 }))[0]).toMatchObject({ act });
  }
  await other.destroy();
});

test('decisions and the clock at once: none is lost, each is a row and a version', async () => {
  const ana = await addEditor(database.db, 'Ana');
  await database.db.updateTable('placements').set({ state: 'held', publish_at: now }).execute();
  const acts = ['spike', 'publish', 'hold', 'release', 'spike', 'publish'] as const;
  await Promise.all([
    ...acts.map((act) =>
      decide({ db: database.db, now: () => now }, ana, {
        requestId: randomUUID(),
        topicId: topic.id,
        storyId,
        act: { act },
      }),
    ),
    decideDue({ db: database.db, now: () => now }),
    decideDue({ db: database.db, now: () => now }),
  ]);
  const rows = await history();
  const placement = await findPlacement(database.db, topic.id, storyId);
  expect(placement?.version).toBe(rows.length);
  expect(placement?.state).toBe(rows[0]?.after?.state);
  for (const [n, row] of rows.slice(0, -1).entries()) expect(row.before).toEqual(rows[n + 1]?.after);
});

test('workers whose clocks are a minute apart make each decision once', async () => {
  const atMinute = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  const run = (minute: number) => decideDue({ db: database.db, now: () => atMinute(minute) });
  const hours = { publish_at: atMinute(5), expire_at: atMinute(30) };
  await database.db
    .updateTable('placements')
    .set({ state: 'held', ...hours })
    .execute();
  await Promise.all([run(5), run(6), run(5), run(6)]);
  await run(5);
  expect(await findPlacement(database.db, topic.id, storyId)).toMatchObject({
    state: 'published',
    version: 1,
  });
  expect([await run(30), await run(29)]).toEqual([1, 0]);
  expect((await history()).map(({ act }) => act)).toEqual(['hold', 'publish']);
});

import { Kysely, type LogEvent, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../db/connect.ts';
import { toClientConfig } from '../../db/connect.ts';
import { listNearStories, type Seeker } from '../../db/entry-terms.ts';
import { lockGrouping } from '../../db/locks.ts';
import type { Database } from '../../db/schema.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const seen: LogEvent[] = [];
let watched: Kysely<Database>;

const dayMinutes = 1_440;
const windowMinutes = 7 * dayMinutes;
const askedAt = new Date('2026-02-16T09:00:00Z');
const askedMinute = askedAt.getTime() / 60_000;
/** A word of every fifth entry, one of every hundredth, and one of a handful. */
const [commonKey, usualKey, rareKey] = [11, 22, 33];
/** No more entries of one key need to be read than so many before and after the seeker. */
const mostPerKey = 20;

beforeAll(async () => {
  const pool = new pg.Pool({ ...toClientConfig(database.address), max: 1 });
  watched = new Kysely({ dialect: new PostgresDialect({ pool }), log: (event) => void seen.push(event) });
  for (const statement of fill) await sql.raw(statement).execute(database.db);
});
afterAll(() => watched.destroy());

/** 60,000 entries of sixty days, 1,000 a day, each alone in its story, with three keys of its own and one in common. */
const fill = [
  `insert into sources (feed_url, host, title, next_check_at, created_at)
    values ('https://wire.example/feed', 'wire.example', 'Wire', now(), now())`,
  `insert into entries (source_id, identity, content_hash, title, summary, content_html, authors, categories, enclosures, first_seen_at, dated_at, changed_at)
    select 1, sha256(n::text::bytea), sha256(n::text::bytea), 'Title ' || n, '', '', '[]', '{}', '[]', at, at, at
    from generate_series(1, 60000) n, lateral (
      select timestamptz '${askedAt.toISOString()}' + (n - 30000) * interval '1.44 minutes' as at) t`,
  `insert into stories (lead_entry_id, first_at, updated_at) select id, dated_at, dated_at from entries order by id`,
  `insert into story_entries (entry_id, story_id, joined_at) select lead_entry_id, id, first_at from stories`,
  `insert into entry_keys (key, dated_minute, entry_id)
    select key, extract(epoch from dated_at) / 60, id
    from entries, lateral (values (1000 + id % 2000), (4000 + id % 7000), (20000 + id)) as k(key)`,
  `insert into entry_keys (key, dated_minute, entry_id)
    select case when id % 100 = 0 then ${usualKey} when id % 10000 = 5 then ${rareKey} else ${commonKey} end,
      extract(epoch from dated_at) / 60, id
    from entries where id % 5 = 0`,
];

/** An entry of the middle of these days. */
const seeker: Seeker = {
  entryId: '30000',
  datedAt: askedAt,
  keys: [commonKey, usualKey, rareKey].map((key) => ({ key, weight: 0.3 })),
};

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

interface Read {
  /** Indices and scans that keys were read by. */
  ways: Set<string>;
  rows: number;
}

/** What of entry_keys the query for near stories reads, by EXPLAIN ANALYZE. */
async function readKeys(seekers = [seeker], minutes = windowMinutes): Promise<Read> {
  return watched.transaction().execute(async (tx) => {
    await lockGrouping(tx, 0);
    return readKeysIn(tx, seekers, minutes);
  });
}

async function readKeysIn(tx: Db, seekers: Seeker[], minutes: number): Promise<Read> {
  seen.length = 0;
  await listNearStories(tx, seekers, minutes);
  const query = seen.find((event) => event.query.sql.includes('from entry_keys'))?.query;
  if (!query) throw new Error('no statement reads entry_keys');
  const { rows } = await tx.executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
    ...query,
    sql: `explain (analyze, format json) ${query.sql}`,
  } as never);
  const read: Read = { ways: new Set(), rows: 0 };
  const visit = (node: PlanNode) => {
    if (node['Relation Name'] === 'entry_keys' || node['Index Name']?.startsWith('entry_keys')) {
      read.ways.add(node['Index Name'] ?? node['Node Type']);
      const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
      read.rows += Math.ceil((node['Actual Rows'] + removed) * node['Actual Loops']);
    }
    for (const part of node.Plans ?? []) visit(part);
  };
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan) visit(plan);
  return read;
}

const mostRows = seeker.keys.length * 2 * mostPerKey;

async function countKeys(key: number, within: number): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from entry_keys
    where key = ${key} and abs(dated_minute - ${askedMinute}::integer) <= ${within}`.execute(database.db);
  return Number(rows[0]?.n);
}

describe.each(['before the statistics are made', 'with statistics'])('%s', (when) => {
  beforeAll(async () => {
    if (when === 'with statistics') await sql`analyze`.execute(database.db);
  });

  test('keys are found by their primary key alone, the nearest of each', async () => {
    expect(await countKeys(commonKey, windowMinutes)).toBeGreaterThan(1_000);
    const { ways, rows } = await readKeys();
    expect([...ways]).toEqual(['entry_keys_pkey']);
    expect(rows).toBeGreaterThan(seeker.keys.length);
    expect(rows).toBeLessThanOrEqual(mostRows);
  });

  test('a document of thirty reads thirty times as much at most', async () => {
    const document = Array.from({ length: 30 }, (_, n) => ({ ...seeker, entryId: String(30_000 + n) }));
    const { ways, rows } = await readKeys(document);
    expect([...ways]).toEqual(['entry_keys_pkey']);
    expect(rows).toBeLessThanOrEqual(30 * mostRows);
  });

  test('a wider window reads no more of a common key', async () => {
    expect((await readKeys([seeker], 25 * dayMinutes)).rows).toBeLessThanOrEqual(mostRows);
  });

  test('entries outside of the window cost nothing', async () => {
    const before = await readKeys();
    await sql`
      insert into entry_keys (key, dated_minute, entry_id)
      select ${commonKey}, ${askedMinute}::integer - ${windowMinutes} - n, 1000000 + n from generate_series(1, 20000) n`.execute(
      database.db,
    );
    const after = await readKeys();
    await sql`delete from entry_keys where entry_id > 1000000`.execute(database.db);
    expect(after).toEqual(before);
  });
});

test('the nearest in time are found, and the own story is not', async () => {
  const { near } = await listNearStories(watched, [seeker], windowMinutes);
  const { rows } = await sql<{ story_id: string }>`
    select story_id from story_entries where entry_id = 30000`.execute(database.db);
  expect(near.get('30000')?.length).toBeGreaterThan(0);
  expect(near.get('30000')).not.toContain(rows[0]?.story_id);
});

test('the check can fail: without the index all keys are read', async () => {
  await sql`drop index if exists entry_keys_dated_minute_idx`.execute(database.db);
  await sql`alter table entry_keys drop constraint entry_keys_pkey`.execute(database.db);
  const { ways, rows } = await readKeys();
  expect([...ways]).not.toContain('entry_keys_pkey');
  expect(rows).toBeGreaterThan(1_000);
});

import { Kysely, type LogEvent, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toClientConfig } from '../../db/connect.ts';
import { claimDuePlacements, dueKinds } from '../../db/due-placements.ts';
import { storeEntries } from '../../db/entries.ts';
import { leaseSources } from '../../db/leases.ts';
import { listPublished } from '../../db/placements.ts';
import { pruneEntries } from '../../db/prune.ts';
import { findPublication } from '../../db/publications.ts';
import type { Database } from '../../db/schema.ts';
import { findStoryWithEntries } from '../../db/stories.ts';
import { makeEntry } from '../support/make-entry.ts';
import { openStories } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const t0 = new Date('2026-02-16T09:00:00Z');
const seen: LogEvent[] = [];
let watched: Kysely<Database>;

beforeAll(async () => {
  const pool = new pg.Pool({ ...toClientConfig(database.address), max: 1 });
  watched = new Kysely({ dialect: new PostgresDialect({ pool }), log: (event) => void seen.push(event) });
  for (const statement of fill) await sql.raw(statement).execute(database.db);
});
afterAll(() => watched.destroy());

/** 20,000 sources, 100,000 entries and as many stories, half of them published in one of 20 topics. */
const fill = [
  `insert into sources (feed_url, host, title, next_check_at, created_at)
    select 'https://h' || n || '.example/feed', 'h' || n || '.example', 'Source ' || n, timestamptz '2026-02-16' + n * interval '1 minute', now()
    from generate_series(1, 20000) n`,
  `insert into entries (source_id, identity, content_hash, title, summary, content_html, authors, categories, enclosures, first_seen_at, dated_at, changed_at)
    select 1 + n % 20000, sha256(n::text::bytea), sha256(n::text::bytea), 'Title ' || n, '', '', '[]', '{}', '[]', at, at, at
    from generate_series(1, 100000) n, lateral (select timestamptz '2026-01-01' + n * interval '1 second' as at) t`,
  `insert into stories (lead_entry_id, first_at, updated_at) select id, dated_at, dated_at from entries order by id`,
  `insert into story_entries select lead_entry_id, id, first_at from stories`,
  `insert into story_keys select sha256(('key' || id)::bytea), id from stories`,
  `insert into topics (slug, name, description, rule, mode, language, created_at, changed_at)
    select 'topic-' || n, 'Topic', '', '*', case n when 1 then 'assisted' else 'automatic' end, 'en', now(), now() from generate_series(1, 20) n`,
  `insert into placements select 1 + id % 20, id, 'published', '[]', first_at, first_at, first_at, uuid from stories where id % 2 = 0`,
  `insert into placements select 1, id, 'candidate', '[]', first_at, first_at, null, uuid from stories where id > 90000 on conflict do nothing`,
  `insert into placements select 2, id, 'candidate', '[]', first_at, first_at, null, uuid from stories on conflict do nothing`,
  'analyze',
];

/** Runs what `work` does once more under EXPLAIN and returns the tables that were read from end to end. */
async function findScans(work: () => Promise<unknown>): Promise<string[]> {
  seen.length = 0;
  await work();
  const scanned = new Set<string>();
  for (const { query } of [...seen]) {
    if (!/^\s*(select|insert|update|delete|with)/i.test(query.sql)) continue;
    const plan = await watched.transaction().execute(async (tx) => {
      const { rows } = await tx.executeQuery<{ 'QUERY PLAN': unknown }>({
        ...query,
        sql: `explain (format json) ${query.sql}`,
      } as never);
      return JSON.stringify(rows);
    });
    for (const [, name] of plan.matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g))
      scanned.add(name ?? '');
  }
  return [...scanned].filter((name) => large.has(name));
}

const large = new Set(['sources', 'entries', 'stories', 'story_entries', 'story_keys', 'placements']);

const hotQueries: [string, () => Promise<unknown>][] = [
  [
    'leasing what is due',
    () =>
      leaseSources(watched, {
        worker: 'w',
        limit: 50,
        perHost: 2,
        leaseSeconds: 60,
        now: new Date('2026-02-16T02:00:00Z'),
      }),
  ],
  [
    'storing a batch',
    () =>
      storeEntries(
        watched,
        '7',
        Array.from({ length: 30 }, (_, n) => makeEntry(`new ${n}`)),
        t0,
      ),
  ],
  [
    'opening stories',
    () =>
      watched
        .transaction()
        .execute((tx) =>
          openStories(tx, '7', [{ entryId: '100001', datedAt: t0, key: 'ab'.repeat(32) }], t0),
        ),
  ],
  [
    'joining a story by its key',
    () =>
      watched
        .transaction()
        .execute((tx) =>
          openStories(tx, '8', [{ entryId: '100002', datedAt: t0, key: 'ab'.repeat(32) }], t0),
        ),
  ],
  ["a topic's newest 50", () => listPublished(watched, '3', { limit: 50 })],
  [
    'a page further back',
    () =>
      listPublished(watched, '3', {
        limit: 50,
        before: { datedAt: new Date('2026-01-01T12:00:00Z'), storyId: '40000' },
      }),
  ],
  ["a story's page", () => findStoryWithEntries(watched, '4242')],
  ['a document', () => findPublication(watched, 'topic-3', 'rss')],
  [
    'what is due',
    () =>
      watched.transaction().execute(async (tx) => {
        for (const kind of dueKinds) await claimDuePlacements(tx, kind, t0, 100);
      }),
  ],
  ['pruning', () => pruneEntries(watched, new Date('2026-01-01T00:01:00Z'), 100, t0)],
];

test.each(hotQueries)('%s reads no large table from end to end', async (_name, work) => {
  expect(await findScans(work)).toEqual([]);
});

test('the check can fail: a query without an index is found', async () => {
  const scans = await findScans(() =>
    watched.selectFrom('entries').select('id').where('title', '=', 'Title 5').execute(),
  );
  expect(scans).toEqual(['entries']);
});

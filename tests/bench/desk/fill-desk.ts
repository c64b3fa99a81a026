import { sql } from 'kysely';
import type { Db } from '../../../db/connect.ts';

export interface DeskSize {
  /** Stored altogether. */
  entries: number;
  /** In each of the topics that editors decide. */
  candidates: number;
}

const sourceCount = 500;
const batchSize = 50_000;
/** Topics of mode `editor`, with candidates; and of mode `automatic`, which have published for years. */
const topicCounts = { editor: 3, automatic: 5 };

/**
 * Fills a migrated, empty database: five entries tell three stories, the newest stories wait in topics of mode `editor`
 * (`desk-1` …), and each topic of mode `automatic` has published a fifth of all. The newest entry is dated `now`.
 */
export async function fillDesk(db: Db, { entries, candidates }: DeskSize, now: Date): Promise<void> {
  await fillSources(db, now);
  for (let from = 1; from <= entries; from += batchSize) {
    await fillEntries(db, from, Math.min(entries, from + batchSize - 1), entries, now);
  }
  await fillTopics(db, now);
  await fillPlacements(db, candidates, now);
  await sql`select setval('stories_id_seq', (select max(id) from stories))`.execute(db);
  await sql`vacuum analyze`.execute(db);
}

async function fillSources(db: Db, now: Date): Promise<void> {
  await sql`
    insert into sources (feed_url, host, title, next_check_at, created_at)
    select 'https://wire' || n || '.example/feed', 'wire' || n || '.example', 'Wire ' || n, ${now}, ${now}
    from generate_series(1, ${sourceCount}::int) n`.execute(db);
}

const words = sql.raw(
  `'{ministers,agree,budget,river,bridge,strike,court,rules,election,storm,rescue,harvest,Zürich,café,talks,peace,market,falls,rises,school,doctors,vaccine,rocket,launch,festival,museum,final,goal,record,heat}'::text[]`,
);
const filler = sql.raw(`repeat('It was told in so many words. ', 45)`);

/** An entry that opens a story gives it its own number; the others tell one of those opened before it. */
async function fillEntries(db: Db, from: number, to: number, all: number, now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // References are sound as they are made: checking them one by one is not what is measured.
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`
      insert into entries (source_id, identity, content_hash, url, canonical_url, title, summary, content_html, authors,
        categories, enclosures, image_url, language, published_at, first_seen_at, dated_at, changed_at)
      select 1 + floor(random() * ${sourceCount}::int)::bigint, sha256(n::text::bytea), sha256(n::text::bytea),
        'https://wire.example/' || n, 'https://wire.example/' || n, said || ' ' || n, left(${filler}, 240), ${filler}, '[]', '{}', '[]',
        case when n % 2 = 0 then 'https://wire.example/' || n || '.jpg' end, 'en', at, at, at, at
      from generate_series(${from}::int, ${to}::int) n
      cross join lateral (select ${now}::timestamptz - (${all}::int - n) * interval '20 seconds' as at) dated
      cross join lateral (
        select string_agg((${words})[1 + (hashint4(n * 7 + k) & 2147483647) % 30], ' ') as said from generate_series(1, 8) k
      ) title
      order by n`.execute(tx);
    await sql`
      insert into stories (id, lead_entry_id, first_at, updated_at) overriding system value
      select id, id, dated_at, dated_at from entries where id between ${from} and ${to} and id % 5 in (0, 1, 3)`.execute(
      tx,
    );
    await sql`
      insert into story_entries (entry_id, story_id, joined_at)
      select e.id, case when e.id % 5 in (0, 1, 3) then e.id else told.id end, e.dated_at
      from entries e
      cross join lateral (select greatest(1, e.id / 5 - floor(random() * random() * 600)::bigint) * 5 as id) told
      where e.id between ${from} and ${to}`.execute(tx);
  });
}

async function fillTopics(db: Db, now: Date): Promise<void> {
  for (const mode of ['editor', 'automatic'] as const) {
    const prefix = mode === 'editor' ? 'desk' : 'wire';
    await sql`
      insert into topics (slug, name, description, rule, mode, language, created_at, changed_at, is_filled)
      select ${prefix} || '-' || n, ${prefix} || ' ' || n, '', '*', ${mode}, 'en', ${now}, ${now}, true
      from generate_series(1, ${topicCounts[mode]}::int) n`.execute(db);
  }
}

async function fillPlacements(db: Db, candidates: number, now: Date): Promise<void> {
  const reasons = JSON.stringify([{ clause: 'title:election', field: 'title' }]);
  await sql`
    insert into placements (topic_id, story_id, state, reasons, dated_at, placed_at, item_uuid)
    select t.id, s.id, 'candidate', ${reasons}, s.first_at, ${now}, s.uuid
    from topics t cross join lateral (
      select * from stories where hashint8(id + t.id) % 4 = 0 order by id desc limit ${candidates}
    ) s where t.mode = 'editor'`.execute(db);
  await sql`
    insert into placements (topic_id, story_id, state, reasons, dated_at, placed_at, published_at, item_uuid)
    select t.id, s.id, 'published', ${reasons}, s.first_at, ${now}, ${now}, s.uuid
    from topics t join stories s on hashint8(s.id + t.id * 31) % 5 = 0 where t.mode = 'automatic'`.execute(
    db,
  );
}

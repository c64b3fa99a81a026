import { sql } from 'kysely';
import type { Db } from './connect.ts';

/**
 * Which story tells the article of each of these keys (SHA-256 in hex), unless it tells an entry of the same source already:
 * key → story id. Runs under the lock of grouping.
 */
export async function findStoriesByKey(
  tx: Db,
  sourceId: string,
  keys: string[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ key: string; story_id: string }>`
    select encode(k.key, 'hex') as key, k.story_id
    from story_keys k where k.key in (select decode(given, 'hex') from unnest(${keys}::text[]) as given)
      and not exists (
        select from story_entries se join entries e on e.id = se.entry_id
        where se.story_id = k.story_id and e.source_id = ${sourceId})`.execute(tx);
  return new Map(rows.map((row) => [row.key, row.story_id]));
}

/** A new entry with the story that it tells. */
export interface ToldEntry {
  entryId: string;
  storyId: string;
  datedAt: Date;
  /** What it shares with other entries of the same article (SHA-256 in hex); undefined: with none. */
  key?: string;
  /** It is the first of its story, whose id was reserved: the story is opened with it. */
  opens: boolean;
}

/**
 * Opens stories, lets new entries tell them, and moves dates forward (never back), in one statement. A key that a story
 * has already stays with that one. `news`: story id → the date of what is new in it.
 */
export async function tellStories(
  tx: Db,
  told: ToldEntry[],
  news: ReadonlyMap<string, Date>,
  now: Date,
): Promise<void> {
  if (told.length === 0 && news.size === 0) return;
  await sql`
    with news as (
      select * from unnest(
        ${[...news.keys()]}::bigint[], ${[...news.values()].map((date) => date.toISOString())}::timestamptz[]
      ) as t(story_id, at)
    ), updated as (
      update stories s set updated_at = n.at from news n where s.id = n.story_id and s.updated_at < n.at
    ), given as (
      select * from unnest(
        ${told.map((t) => t.entryId)}::bigint[], ${told.map((t) => t.storyId)}::bigint[],
        ${told.map((t) => t.datedAt.toISOString())}::timestamptz[], ${told.map((t) => t.key ?? null)}::text[],
        ${told.map((t) => t.opens)}::boolean[]
      ) with ordinality as t(entry_id, story_id, dated_at, key, opens, place)
    ), opened as (
      insert into stories (id, lead_entry_id, first_at, updated_at) overriding system value
      select g.story_id, entry_id, dated_at, greatest(dated_at, n.at)
      from given g left join news n on n.story_id = g.story_id where opens order by place
    ), members as (
      insert into story_entries (entry_id, story_id, joined_at) select entry_id, story_id, ${now} from given
    )
    insert into story_keys (key, story_id)
    select decode(key, 'hex'), story_id from given where key is not null order by place
    on conflict do nothing`.execute(tx);
}

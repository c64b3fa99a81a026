import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';

/**
 * Stores so many stories of one entry each, dated a minute after each other but not in the order of their ids. Returns them
 * in that of their ids, each as a topic is offered it.
 */
export async function openManyStories(
  db: Db,
  count: number,
): Promise<{ storyId: string; uuid: string; entryId: string; datedAt: Date }[]> {
  await sql`
    insert into sources (feed_url, host, title, next_check_at, created_at)
    values ('https://many.example/feed', 'many.example', 'Many', '2026-02-16', '2026-02-16')`.execute(db);
  await sql`
    insert into entries (source_id, identity, content_hash, guid, url, title, summary, content_html, authors, categories, enclosures,
      first_seen_at, dated_at, changed_at)
    select s.id, sha256(n::text::bytea), sha256(n::text::bytea), 'many-' || n, 'https://many.example/' || n, 'Headline ' || n,
      'Summary ' || n, '', '[]', '{}', '[]', at, at, at
    from sources s, generate_series(1, ${count}::integer) n,
      lateral (select timestamptz '2026-02-16' + (n * 7919 % ${count}::integer) * interval '1 minute' as at) t
    where s.host = 'many.example' order by n`.execute(db);
  await sql`insert into stories (lead_entry_id, first_at, updated_at)
    select e.id, e.dated_at, e.dated_at from entries e join sources s on s.id = e.source_id and s.host = 'many.example'
    order by e.id`.execute(db);
  await sql`insert into story_entries (entry_id, story_id, joined_at)
    select lead_entry_id, s.id, first_at from stories s join entries e on e.id = s.lead_entry_id
    join sources o on o.id = e.source_id and o.host = 'many.example'`.execute(db);
  const { rows } = await sql<{ id: string; uuid: string; lead_entry_id: string; first_at: Date }>`
    select st.* from stories st join entries e on e.id = st.lead_entry_id
    join sources o on o.id = e.source_id and o.host = 'many.example' order by st.id`.execute(db);
  return rows.map((row) => ({
    storyId: row.id,
    uuid: row.uuid,
    entryId: row.lead_entry_id,
    datedAt: row.first_at,
  }));
}

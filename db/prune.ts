import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { dropEntryKeys } from './entry-terms.ts';
import { lockRules } from './locks.ts';
import { mendStories } from './stories.ts';
import { transact } from './transact.ts';

/**
 * Deletes at most `limit` entries that were first seen before `before`, leaving tombstones so that a source that still
 * lists them does not bring them back. Entries of stories that a topic's documents hold now stay, as do those that no
 * archive has yet, that are pinned, and that wait for their hour.
 * Holds the rules meanwhile, so that no refresh is adding to the stories that are judged. Returns how many went; call again while it is `limit`.
 */
export async function pruneEntries(db: Db, before: Date, limit: number, now: Date): Promise<number> {
  return transact(db, async (tx) => {
    await lockRules(tx);
    const { rows } = await sql<{ id: string; story_id: string | null }>`
      with standing as (
        select p.story_id from topics t cross join lateral (
          select story_id from placements where topic_id = t.id and state = 'published'
          order by dated_at desc, story_id desc limit t.item_limit) p
        union all select story_id from placements where pinned_at is not null
        union all select story_id from placements where publish_at is not null
        union all select p.story_id from published_items i join placements p on p.topic_id = i.topic_id and p.item_uuid = i.item_uuid
          where i.archive is null and i.left_at is null
        union all select story_id from item_changes
      )
      select e.id, se.story_id from entries e left join story_entries se on se.entry_id = e.id
      where e.first_seen_at < ${before} and not exists (select from standing s where s.story_id = se.story_id)
      order by e.first_seen_at limit ${limit}`.execute(tx);
    const old = rows.map((row) => row.id);
    await dropEntryKeys(tx, old);
    await sql`
      with gone as (
        delete from entries where id = any(${old}::bigint[]) returning source_id, identity
      )
      insert into tombstones (source_id, identity, pruned_at) select source_id, identity, ${now} from gone on conflict do nothing`.execute(
      tx,
    );
    const storyIds = [...new Set(rows.flatMap((r) => r.story_id ?? []))];
    await mendStories(tx, storyIds);
    return rows.length;
  });
}

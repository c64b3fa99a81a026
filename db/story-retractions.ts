import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** That a story was taken back after it was published. */
export interface StoryRetraction {
  at: Date;
  /** Why; empty when nobody said. */
  reason: string;
  /** Its hour to be taken out had come. */
  isExpiry: boolean;
}

/**
 * The last decision that took a story out of a topic, unless a later one published it there again; undefined when there is
 * none. Ids of stories that were merged count as those of the one that stands. Whether it stands published elsewhere is not asked.
 */
export async function findStoryRetraction(db: Db, storyId: string): Promise<StoryRetraction | undefined> {
  const { rows } = await sql<{ made_at: Date; reason: string; is_expiry: boolean }>`
    select d.made_at, d.reason, coalesce(d.details ->> 'due' = 'expire', false) as is_expiry from decisions d
    where d.story_id = any(array[${storyId}::bigint, (select story_id from story_aliases where id = ${storyId})])
      and d.before ->> 'state' = 'published' and d.after ->> 'state' is distinct from 'published'
      and not exists (select from decisions later where later.story_id = d.story_id and later.topic_id = d.topic_id
        and later.id > d.id and later.after ->> 'state' = 'published')
    order by d.id desc limit 1`.execute(db);
  const [row] = rows;
  return row && { at: row.made_at, reason: row.reason, isExpiry: row.is_expiry };
}

import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { type StoryLink, toPairs } from './story-links.ts';

/**
 * Replaces the links among stories: between any of `storyIds` and any of these or `otherIds` there are those of `links`
 * then, and no others; links with stories beyond stay. Returns the stories whose links are not what they were.
 */
export async function replaceStoryLinks(
  tx: Db,
  storyIds: string[],
  otherIds: string[],
  links: StoryLink[],
): Promise<string[]> {
  if (storyIds.length === 0) return [];
  const { rows } = await sql<{ story_id: string; other_id: string }>`
    with pairs as (${toPairs(links)}), dropped as (
      delete from story_links known
      where ((story_id = any(${storyIds}::bigint[]) and other_id = any(${[...storyIds, ...otherIds]}::bigint[]))
          or (other_id = any(${storyIds}::bigint[]) and story_id = any(${otherIds}::bigint[])))
        and not exists (select from pairs where pairs.story_id = known.story_id and pairs.other_id = known.other_id)
      returning story_id, other_id
    ), stored as (
      insert into story_links as known (story_id, other_id, likeness)
      select story_id, other_id, likeness from pairs order by story_id, other_id
      on conflict on constraint story_links_pkey do update set likeness = excluded.likeness
      where known.likeness is distinct from excluded.likeness
      returning story_id, other_id
    )
    select * from dropped union all select * from stored`.execute(tx);
  return [...new Set(rows.flatMap((row) => [row.story_id, row.other_id]))];
}

/** The stories that are linked with one of these, without these. */
export async function listLinkedStoryIds(db: Db, storyIds: string[]): Promise<string[]> {
  if (storyIds.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select other_id as id from story_links where story_id = any(${storyIds}::bigint[])
    union
    select story_id from story_links where other_id = any(${storyIds}::bigint[])`.execute(db);
  const own = new Set(storyIds);
  return rows.map((row) => row.id).filter((id) => !own.has(id));
}

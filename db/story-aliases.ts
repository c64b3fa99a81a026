import type { Db } from './connect.ts';

/** The id of the story that the story of this id was merged into; undefined when it never was, or that one is gone too. */
export async function findMergedInto(db: Db, storyId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('story_aliases')
    .select('story_id')
    .where('id', '=', storyId)
    .executeTakeFirst();
  return row?.story_id;
}

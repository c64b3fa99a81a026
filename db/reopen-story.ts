import { sql } from 'kysely';
import type { Db } from './connect.ts';
import type { StoryLink } from './story-links.ts';

/** A story that was taken up by another and comes back. */
export interface ReopenedStory {
  id: string;
  uuid: string;
  firstAt: Date;
  updatedAt: Date;
  /** Ids whose addresses had led to it. */
  aliasIds: string[];
}

/** Opens a story again under its old id, which its address leads to from now on, and those of the stories it had taken up. */
export async function reopenStory(tx: Db, story: ReopenedStory): Promise<void> {
  await sql`delete from story_aliases where id = ${story.id}`.execute(tx);
  await sql`
    insert into stories (id, uuid, first_at, updated_at) overriding system value
    values (${story.id}, ${story.uuid}, ${story.firstAt}, ${story.updatedAt})`.execute(tx);
  await sql`
    update story_aliases set story_id = ${story.id} where id = any(${story.aliasIds}::bigint[])`.execute(tx);
}

/** Ids of the stories that a story has taken up. */
export async function listAliasesOf(db: Db, storyId: string): Promise<string[]> {
  const rows = await db.selectFrom('story_aliases').select('id').where('story_id', '=', storyId).execute();
  return rows.map((row) => row.id);
}

/** What a story is linked with. */
export async function listLinksOf(db: Db, storyId: string): Promise<StoryLink[]> {
  const rows = await db
    .selectFrom('story_links')
    .selectAll()
    .where((eb) => eb.or([eb('story_id', '=', storyId), eb('other_id', '=', storyId)]))
    .execute();
  return rows.map((row) => ({ storyId: row.story_id, otherId: row.other_id, likeness: row.likeness }));
}

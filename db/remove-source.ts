import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { dropEntryKeys } from './entry-terms.ts';
import { lockRules } from './locks.ts';
import { listTopicsPublishing } from './placements.ts';
import { mendStories } from './stories.ts';
import { markTopicsChanged } from './topic-changes.ts';
import { bumpRulesOfSource } from './topic-rules.ts';
import { transact } from './transact.ts';

/**
 * Removes a source and its entries; stories that lose their last entry go with it. Says how many entries went.
 * Holds the rules meanwhile, so that no refresh is adding to the stories that are judged.
 */
export async function removeSource(db: Db, sourceId: string): Promise<{ entries: number }> {
  return transact(db, async (tx) => {
    await lockRules(tx);
    await bumpRulesOfSource(tx, sourceId);
    const { rows } = await sql<{ id: string; story_id: string }>`
      select entries.id, story_id from story_entries join entries on entries.id = entry_id
      where source_id = ${sourceId}`.execute(tx);
    const storyIds = [...new Set(rows.map((row) => row.story_id))];
    await dropEntryKeys(
      tx,
      rows.map((row) => row.id),
    );
    await markTopicsChanged(tx, await listTopicsPublishing(tx, storyIds));
    const removed = await tx.deleteFrom('entries').where('source_id', '=', sourceId).executeTakeFirst();
    await tx.deleteFrom('sources').where('id', '=', sourceId).execute();
    await mendStories(tx, storyIds);
    return { entries: Number(removed.numDeletedRows) };
  });
}

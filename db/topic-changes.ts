import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { tryPublishing } from './locks.ts';

/** Says that what these topics publish may have changed: their documents are rendered anew soon. */
export async function markTopicsChanged(db: Db, topicIds: string[]): Promise<void> {
  if (topicIds.length === 0) return;
  await db
    .insertInto('topic_changes')
    .values(topicIds.map((topic_id) => ({ topic_id })))
    .execute();
}

/** The same for every topic: when what is said of a source changes. Documents that come out as before are not written. */
export async function markAllTopicsChanged(db: Db): Promise<void> {
  await sql`insert into topic_changes (topic_id) select id from topics`.execute(db);
}

/**
 * Takes the changes of a topic: what is committed after this is a new change. False when another process is
 * rendering the topic now, or when there is nothing to take. Holds the topic until the transaction ends.
 */
export async function takeTopicChanges(tx: Db, topicId: string): Promise<boolean> {
  if (!(await tryPublishing(tx, topicId))) return false;
  const taken = await tx.deleteFrom('topic_changes').where('topic_id', '=', topicId).executeTakeFirst();
  return taken.numDeletedRows > 0n;
}

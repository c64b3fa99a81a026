import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** What stands in a topic that a change of its mode may move. `inHand`: candidates that an editor has decided on. */
export async function countWaiting(
  db: Db,
  topicId: string,
): Promise<{ candidates: number; inHand: number; scheduled: number; published: number }> {
  const { rows } = await sql<{ candidates: string; in_hand: string; scheduled: string; published: string }>`
    select count(*) filter (where state = 'candidate') as candidates,
      count(*) filter (where state = 'candidate' and version > 0) as in_hand,
      count(*) filter (where publish_at is not null) as scheduled,
      count(*) filter (where state = 'published') as published
    from placements where topic_id = ${topicId}`.execute(db);
  const [row] = rows;
  return {
    candidates: Number(row?.candidates ?? 0),
    inHand: Number(row?.in_hand ?? 0),
    scheduled: Number(row?.scheduled ?? 0),
    published: Number(row?.published ?? 0),
  };
}

import { sql } from 'kysely';
import type { PlacementState } from '../src/model/placement.ts';
import type { Db } from './connect.ts';
import { parseQueueCursor, type QueueOrder, toQueueCursor } from './queue-cursor.ts';
import { listNewestPlaces, listStrongestPlaces } from './queue-places.ts';
import { listQueueRows, type QueueRow } from './queue-rows.ts';

export type { QueueRow } from './queue-rows.ts';

export interface QueueQuery {
  topicId: string;
  states: PlacementState[];
  order: QueueOrder;
  /** Words that must all occur, whatever their case and accents, in the headlines, standfirsts or names of sources. */
  search?: string;
  limit: number;
  /** `next` of the page before, of the same order. */
  after?: string;
}

/**
 * A page of the stories that stand in a topic in these states, the newest first, or those of the most sources; `next` is
 * there when there is more. By sources, and in a search, the newest 20,000 of each state are looked at. What arrives or
 * goes meanwhile moves no one over the edge of a page.
 * Throws AppError `bad-argument` when `after` is no cursor of this order.
 */
export async function listQueue(db: Db, query: QueueQuery): Promise<{ rows: QueueRow[]; next?: string }> {
  const { topicId, states, order, search, limit } = query;
  const after = query.after === undefined ? undefined : parseQueueCursor(order, query.after);
  const list = order === 'newest' ? listNewestPlaces : listStrongestPlaces;
  // One more than is shown says whether there is another page.
  const places = await list(db, { topicId, states, search, limit: limit + 1, after });
  const shown = places.slice(0, limit);
  const last = shown.at(-1);
  const rows = await listQueueRows(
    db,
    topicId,
    shown.map(({ storyId }) => storyId),
  );
  return { rows, next: last && places.length > limit ? toQueueCursor(order, last) : undefined };
}

/** How a story stands in a topic; undefined when it has no placement there. */
export async function findQueueRow(db: Db, topicId: string, storyId: string): Promise<QueueRow | undefined> {
  const [row] = await listQueueRows(db, topicId, [storyId]);
  return row;
}

/** No state of a topic is counted further: so many stand for that many or more. */
export const mostCounted = 20_000;

/** How many stories stand in which state, of every topic; `mostCounted` at most. */
export async function countQueue(db: Db): Promise<Map<string, Record<PlacementState, number>>> {
  const { rows } = await sql<{ topic_id: string; state: PlacementState; n: string }>`
    select t.id as topic_id, wanted.state, counted.n
    from topics t cross join unnest(array['candidate', 'published', 'held', 'spiked']) as wanted(state)
    cross join lateral (
      select count(*) as n from (
        select from placements p where p.topic_id = t.id and p.state = wanted.state limit ${mostCounted}
      ) those
    ) counted`.execute(db);
  const counts = new Map<string, Record<PlacementState, number>>();
  for (const { topic_id, state, n } of rows) {
    const count = counts.get(topic_id) ?? { candidate: 0, published: 0, held: 0, spiked: 0 };
    count[state] = Number(n);
    counts.set(topic_id, count);
  }
  return counts;
}

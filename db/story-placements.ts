import type { PlacementState } from '../src/model/placement.ts';
import type { Db } from './connect.ts';

/** How a story stands in a topic. */
export interface StoryPlacement {
  slug: string;
  name: string;
  state: PlacementState;
  /** What the published item is identified by. */
  itemUuid: string;
  placedAt: Date;
  publishedAt?: Date;
}

/** How a story stands in each topic that it is placed in, in the order of the topics. */
export async function listPlacementsOfStory(db: Db, storyId: string): Promise<StoryPlacement[]> {
  const rows = await db
    .selectFrom('placements as p')
    .innerJoin('topics as t', 't.id', 'p.topic_id')
    .select(['t.slug', 't.name', 'p.state', 'p.item_uuid', 'p.placed_at', 'p.published_at'])
    .where('p.story_id', '=', storyId)
    .orderBy('t.position')
    .orderBy('t.id')
    .execute();
  return rows.map((row) => ({
    slug: row.slug,
    name: row.name,
    state: row.state,
    itemUuid: row.item_uuid,
    placedAt: row.placed_at,
    publishedAt: row.published_at ?? undefined,
  }));
}

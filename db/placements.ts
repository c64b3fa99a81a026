import { sql } from 'kysely';
import type { MatchReason, PlacementCursor, PlacementState, PublishedStory } from '../src/model/placement.ts';
import type { Db } from './connect.ts';
import { listStoriesWithEntries } from './stories.ts';

/** A story that a topic's rule matched. */
export interface NewPlacement {
  topicId: string;
  storyId: string;
  /** `published` in an automatic topic, else `candidate`. */
  state: Extract<PlacementState, 'candidate' | 'published'>;
  reasons: MatchReason[];
  datedAt: Date;
}

/**
 * Places stories in topics in one statement; a story that has a placement in a topic keeps it as it is.
 * Returns the ids of the topics that gained something published.
 */
export async function placeStories(db: Db, placements: NewPlacement[], now: Date): Promise<string[]> {
  if (placements.length === 0) return [];
  const column = <T>(pick: (p: NewPlacement) => T) => placements.map(pick);
  const { rows } = await sql<{ topic_id: string; state: PlacementState }>`
    insert into placements (topic_id, story_id, state, reasons, dated_at, placed_at, published_at)
    select topic_id, story_id, state, reasons, dated_at, ${now}, case when state = 'published' then ${now}::timestamptz end
    from unnest(
      ${column((p) => p.topicId)}::bigint[], ${column((p) => p.storyId)}::bigint[], ${column((p) => p.state)}::text[],
      ${column((p) => JSON.stringify(p.reasons))}::jsonb[], ${column((p) => p.datedAt.toISOString())}::timestamptz[]
    ) as t(topic_id, story_id, state, reasons, dated_at)
    order by story_id, topic_id
    on conflict on constraint placements_pkey do nothing
    returning topic_id, state`.execute(db);
  return [...new Set(rows.filter((r) => r.state === 'published').map((r) => r.topic_id))];
}

/** Of these stories, the topics in which one stands published. */
export async function listTopicsPublishing(db: Db, storyIds: string[]): Promise<string[]> {
  if (storyIds.length === 0) return [];
  const rows = await db
    .selectFrom('placements')
    .select('topic_id')
    .distinct()
    .where('story_id', 'in', storyIds)
    .where('state', '=', 'published')
    .execute();
  return rows.map((row) => row.topic_id);
}

/**
 * Takes back what the rule alone has placed (candidates and published) and does not match any more.
 * Returns how many placements went.
 */
export async function withdrawPlacements(
  db: Db,
  topicId: string,
  keepStoryIds: string[],
  newestEntryId: string,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from placements p where topic_id = ${topicId} and state in ('candidate', 'published')
      and not (story_id = any(${keepStoryIds}::bigint[]))
      and exists (select from story_entries se where se.story_id = p.story_id and se.entry_id <= ${newestEntryId}::bigint)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** How many stories stand in which state in a topic. */
export async function countPlacements(db: Db): Promise<Map<string, Record<PlacementState, number>>> {
  const rows = await db
    .selectFrom('placements')
    .select(['topic_id', 'state', (eb) => eb.fn.countAll<string>().as('n')])
    .groupBy(['topic_id', 'state'])
    .execute();
  const counts = new Map<string, Record<PlacementState, number>>();
  for (const { topic_id, state, n } of rows) {
    const count = counts.get(topic_id) ?? { candidate: 0, published: 0, held: 0, spiked: 0 };
    count[state] = Number(n);
    counts.set(topic_id, count);
  }
  return counts;
}

/** What a topic has published, newest first; with `before`, what comes after that place. */
export async function listPublished(
  db: Db,
  topicId: string,
  options: { limit: number; before?: PlacementCursor },
): Promise<PublishedStory[]> {
  let query = db
    .selectFrom('placements')
    .selectAll()
    .where('topic_id', '=', topicId)
    .where('state', '=', 'published')
    .orderBy('dated_at', 'desc')
    .orderBy('story_id', 'desc')
    .limit(options.limit);
  const { before } = options;
  if (before?.storyId) {
    query = query.where(sql<boolean>`(dated_at, story_id) < (${before.datedAt}, ${before.storyId}::bigint)`);
  } else if (before) query = query.where('dated_at', '<', before.datedAt);
  const placements = await query.execute();
  const stories = await listStoriesWithEntries(
    db,
    placements.map((p) => p.story_id),
  );
  const storyOf = new Map(stories.map((s) => [s.story.id, s]));
  return placements.flatMap((row) => {
    const story = storyOf.get(row.story_id);
    if (!story) return [];
    const placement = {
      topicId: row.topic_id,
      storyId: row.story_id,
      state: row.state,
      reasons: row.reasons,
      datedAt: row.dated_at,
      placedAt: row.placed_at,
      publishedAt: row.published_at ?? undefined,
    };
    return [{ ...story, placement }];
  });
}

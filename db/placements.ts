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
    insert into placements (topic_id, story_id, state, reasons, dated_at, placed_at, published_at, item_uuid)
    select topic_id, story_id, state, reasons, dated_at, ${now}, case when state = 'published' then ${now}::timestamptz end, uuid
    from unnest(
      ${column((p) => p.topicId)}::bigint[], ${column((p) => p.storyId)}::bigint[], ${column((p) => p.state)}::text[],
      ${column((p) => JSON.stringify(p.reasons))}::jsonb[], ${column((p) => p.datedAt.toISOString())}::timestamptz[]
    ) as t(topic_id, story_id, state, reasons, dated_at)
    cross join lateral (select uuid from stories s where s.id = t.story_id for key share) s
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

/** Stories that the rule alone has placed in a topic (candidates and published), by id, at most `limit` after `afterId`. */
export async function listPlacedByRule(
  db: Db,
  topicId: string,
  limit: number,
  afterId = '0',
): Promise<string[]> {
  const { rows } = await sql<{ story_id: string }>`
    select story_id from placements where topic_id = ${topicId} and state in ('candidate', 'published') and story_id > ${afterId}
    order by story_id limit ${limit}`.execute(db);
  return rows.map((row) => row.story_id);
}

/** Takes stories back that the rule had placed and does not match any more; returns how many. */
export async function withdrawPlacements(db: Db, topicId: string, storyIds: string[]): Promise<number> {
  if (storyIds.length === 0) return 0;
  const { numAffectedRows } = await sql`
    delete from placements where topic_id = ${topicId} and story_id = any(${storyIds}::bigint[])
      and state in ('candidate', 'published')`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Publishes all candidates of a topic; returns how many. */
export async function publishCandidates(db: Db, topicId: string, now: Date): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('placements')
    .set({ state: 'published', published_at: now })
    .where('topic_id', '=', topicId)
    .where('state', '=', 'candidate')
    .executeTakeFirst();
  return Number(numUpdatedRows);
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
      itemUuid: row.item_uuid,
    };
    return [{ ...story, placement }];
  });
}

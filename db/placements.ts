import { sql } from 'kysely';
import {
  type MatchReason,
  type Placement,
  type PlacementCursor,
  type PlacementState,
  type PublishedStory,
  withEdits,
} from '../src/model/placement.ts';
import type { Db } from './connect.ts';
import { announceDeskEvent } from './desk-events.ts';
import { toPlacement } from './placement-rows.ts';
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
 * Places stories in topics in one statement; a story that has a placement in a topic keeps it as it is. Desks are told.
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
  const topicIds = [...new Set(rows.map((row) => row.topic_id))];
  if (topicIds.length > 0) await announceDeskEvent(db, { kind: 'candidates', topicIds });
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

/** The topics in which one of these stories stands, and whether one stands published there. */
export async function listTopicsPlacing(
  db: Db,
  storyIds: string[],
): Promise<{ topicId: string; isPublished: boolean }[]> {
  if (storyIds.length === 0) return [];
  const { rows } = await sql<{ topic_id: string; is_published: boolean }>`
    select topic_id, bool_or(state = 'published') as is_published from placements
    where story_id = any(${storyIds}::bigint[]) group by topic_id order by topic_id`.execute(db);
  return rows.map((row) => ({ topicId: row.topic_id, isPublished: row.is_published }));
}

/** Stories that the rule alone has placed in a topic (candidates and published), by id, at most `limit` after `afterId`. */
export async function listPlacedByRule(
  db: Db,
  topicId: string,
  limit: number,
  afterId = '0',
): Promise<string[]> {
  const { rows } = await sql<{ story_id: string }>`
    select story_id from placements where topic_id = ${topicId} and state in ('candidate', 'published') and version = 0
      and story_id > ${afterId}
    order by story_id limit ${limit}`.execute(db);
  return rows.map((row) => row.story_id);
}

/** Takes stories back that the rule had placed, and no editor has decided on, when it does not match any more; returns how many. */
export async function withdrawPlacements(db: Db, topicId: string, storyIds: string[]): Promise<number> {
  if (storyIds.length === 0) return 0;
  const { numAffectedRows } = await sql`
    delete from placements where topic_id = ${topicId} and story_id = any(${storyIds}::bigint[])
      and state in ('candidate', 'published') and version = 0`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Publishes all candidates of a topic but those that editors have in hand; returns how many. */
export async function publishCandidates(db: Db, topicId: string, now: Date): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('placements')
    .set({ state: 'published', published_at: now })
    .where('topic_id', '=', topicId)
    .where('state', '=', 'candidate')
    .where('version', '=', 0)
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

/** Pinned stories that stand before all others: the last pinned. */
const mostPinned = 10;

/**
 * What a topic has published: the ten that were pinned last, then the others, newest first. With `before`, what comes
 * after that place, without those that stand first. Each with the lead and the words that editors gave it there.
 */
export async function listPublished(
  db: Db,
  topicId: string,
  options: { limit: number; before?: PlacementCursor },
): Promise<PublishedStory[]> {
  const pinned = await selectPublished(db, topicId)
    .where('pinned_at', 'is not', null)
    .orderBy('pinned_at', 'desc')
    .orderBy('story_id', 'desc')
    .limit(mostPinned)
    .execute();
  const first = options.before ? [] : pinned.slice(0, options.limit);
  const others = await listByDate(
    db,
    topicId,
    pinned.map((row) => row.story_id),
    { ...options, limit: options.limit - first.length },
  );
  return toPublishedStories(db, [...first, ...others].map(toPlacement));
}

/** The stories of placements, in their order, as their topics tell them; those without reports are left out. */
export async function toPublishedStories(db: Db, placements: Placement[]): Promise<PublishedStory[]> {
  const stories = await listStoriesWithEntries(
    db,
    placements.map((p) => p.storyId),
  );
  const storyOf = new Map(stories.map((s) => [s.story.id, s]));
  return placements.flatMap((placement) => {
    const story = storyOf.get(placement.storyId);
    return story ? [{ ...withEdits(story, placement), placement }] : [];
  });
}

function selectPublished(db: Db, topicId: string) {
  return db
    .selectFrom('placements')
    .selectAll()
    .where('topic_id', '=', topicId)
    .where('state', '=', 'published');
}

async function listByDate(
  db: Db,
  topicId: string,
  withoutIds: string[],
  { limit, before }: { limit: number; before?: PlacementCursor },
) {
  let query = selectPublished(db, topicId)
    .orderBy('dated_at', 'desc')
    .orderBy('story_id', 'desc')
    .limit(limit);
  if (withoutIds.length > 0) query = query.where('story_id', 'not in', withoutIds);
  if (before?.storyId) {
    query = query.where(sql<boolean>`(dated_at, story_id) < (${before.datedAt}, ${before.storyId}::bigint)`);
  } else if (before) query = query.where('dated_at', '<', before.datedAt);
  return query.execute();
}

import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** A story by itself, to be listed. */
export interface StoryRow {
  id: string;
  uuid: string;
  leadEntryId?: string;
  firstAt: Date;
  updatedAt: Date;
}

export interface StoryFilter {
  /** Only these. */
  storyIds?: string[];
  /** Only stories that had news since then. */
  since?: Date;
  /** Only stories that stand in this topic, whatever their state; not those that were spiked. */
  topicId?: string;
  limit?: number;
}

/** Stories, those first that had news last. */
export async function listStories(
  db: Db,
  { storyIds, since, topicId, limit }: StoryFilter,
): Promise<StoryRow[]> {
  let query = db
    .selectFrom('stories as s')
    .select(['s.id', 's.uuid', 's.lead_entry_id', 's.first_at', 's.updated_at'])
    .orderBy('s.updated_at', 'desc')
    .orderBy('s.id', 'desc');
  if (storyIds) query = query.where(sql<boolean>`s.id = any(${storyIds}::bigint[])`);
  if (since) query = query.where('s.updated_at', '>=', since);
  if (topicId !== undefined) {
    query = query.where(
      sql<boolean>`exists (select from placements p where p.story_id = s.id and p.topic_id = ${topicId} and p.state <> 'spiked')`,
    );
  }
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map((row) => ({
    id: row.id,
    uuid: row.uuid,
    leadEntryId: row.lead_entry_id ?? undefined,
    firstAt: row.first_at,
    updatedAt: row.updated_at,
  }));
}

/** What is listed of an entry: its texts are left where they are. */
export interface EntryRow {
  id: string;
  title: string;
  /** As the publisher gave it. */
  url?: string;
  publishedAt?: Date;
  datedAt: Date;
  source: { title: string; feedUrl: string };
}

/** The entries of these stories by date: story id → entries. */
export async function listEntryRows(db: Db, storyIds: string[]): Promise<Map<string, EntryRow[]>> {
  const found = new Map<string, EntryRow[]>();
  if (storyIds.length === 0) return found;
  const { rows } = await sql<{
    story_id: string;
    id: string;
    title: string;
    url: string | null;
    published_at: Date | null;
    dated_at: Date;
    source_title: string;
    feed_url: string;
  }>`
    select se.story_id, e.id, e.title, e.url, e.published_at, e.dated_at, so.title as source_title, so.feed_url
    from story_entries se join entries e on e.id = se.entry_id join sources so on so.id = e.source_id
    where se.story_id = any(${storyIds}::bigint[]) order by e.dated_at, e.id`.execute(db);
  for (const row of rows) {
    const entry = {
      id: row.id,
      title: row.title,
      url: row.url ?? undefined,
      publishedAt: row.published_at ?? undefined,
      datedAt: row.dated_at,
      source: { title: row.source_title, feedUrl: row.feed_url },
    };
    const list = found.get(row.story_id);
    if (list) list.push(entry);
    else found.set(row.story_id, [entry]);
  }
  return found;
}

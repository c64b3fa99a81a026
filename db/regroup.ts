import { sql } from 'kysely';
import type { Entry } from '../src/model/entry.ts';
import type { Db } from './connect.ts';
import { toEntry } from './entries.ts';

/** Lets the transaction take its time: between two statements much is computed. */
export async function allowLongWork(tx: Db): Promise<void> {
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
}

/** An entry with the story that it tells. */
export interface TellingEntry {
  entryId: string;
  sourceId: string;
  storyId: string;
  datedAt: Date;
}

/** All entries of the stories that have an entry dated since then, by date. */
export async function listTellingSince(db: Db, since: Date): Promise<TellingEntry[]> {
  // No entry is dated after it was first seen (dates in the future are clamped), and that is what has an index.
  const { rows } = await sql<{ id: string; source_id: string; story_id: string; dated_at: Date }>`
    select e.id, e.source_id, se.story_id, e.dated_at
    from story_entries se join entries e on e.id = se.entry_id
    where se.story_id in (
      select s.story_id from entries n join story_entries s on s.entry_id = n.id
      where n.first_seen_at >= ${since} and n.dated_at >= ${since})
    order by e.dated_at, e.id`.execute(db);
  return rows.map((row) => ({
    entryId: row.id,
    sourceId: row.source_id,
    storyId: row.story_id,
    datedAt: row.dated_at,
  }));
}

/** These entries as they are stored, in the order of their ids; those that are gone are left out. */
export async function listEntriesById(db: Db, entryIds: string[]): Promise<Entry[]> {
  const rows = await db
    .selectFrom('entries')
    .selectAll()
    .where(sql<boolean>`id = any(${entryIds}::bigint[])`)
    .orderBy('id')
    .execute();
  return rows.map(toEntry);
}

/** What decides which of several stories stays. */
export interface StandingStory {
  storyId: string;
  leadEntryId?: string;
  /** Whether some topic publishes it. */
  isPublished: boolean;
}

/** The stories of these ids, the oldest first. */
export async function listStandingStories(db: Db, storyIds: string[]): Promise<StandingStory[]> {
  const { rows } = await sql<{ id: string; lead_entry_id: string | null; is_published: boolean }>`
    select id, lead_entry_id,
      exists (select from placements p where p.story_id = s.id and p.state = 'published') as is_published
    from stories s where id = any(${storyIds}::bigint[]) order by id`.execute(db);
  return rows.map((row) => ({
    storyId: row.id,
    leadEntryId: row.lead_entry_id ?? undefined,
    isPublished: row.is_published,
  }));
}

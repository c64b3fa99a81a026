import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** What an editor said of two entries: they tell one story, or they do not. */
export interface StoryFact {
  entryId: string;
  otherId: string;
  kind: 'together' | 'apart';
}

/** Keeps facts; what was said before of the same two entries is forgotten. */
export async function storeStoryFacts(tx: Db, facts: StoryFact[], now: Date): Promise<void> {
  const pairs = facts.filter(({ entryId, otherId }) => entryId !== otherId);
  if (pairs.length === 0) return;
  await sql`
    insert into story_facts (entry_id, other_id, kind, made_at)
    select distinct on (1, 2) least(one, other), greatest(one, other), kind, ${now}::timestamptz
    from unnest(
      ${pairs.map((p) => p.entryId)}::bigint[], ${pairs.map((p) => p.otherId)}::bigint[], ${pairs.map((p) => p.kind)}::text[]
    ) as t(one, other, kind)
    order by 1, 2
    on conflict on constraint story_facts_pkey do update set kind = excluded.kind, made_at = excluded.made_at`.execute(
    tx,
  );
}

/** Forgets what was said of pairs with one entry in each of two lists. */
export async function dropStoryFacts(
  tx: Db,
  kind: StoryFact['kind'],
  entryIds: string[],
  otherIds: string[],
): Promise<void> {
  await sql`
    delete from story_facts where kind = ${kind} and (
      (entry_id = any(${entryIds}::bigint[]) and other_id = any(${otherIds}::bigint[])) or
      (entry_id = any(${otherIds}::bigint[]) and other_id = any(${entryIds}::bigint[])))`.execute(tx);
}

/** A fact with the stories that its entries tell now. */
export interface PlacedFact extends StoryFact {
  storyId: string;
  otherStoryId: string;
}

/** The facts of which an entry tells one of these stories. */
export async function listFactsOfStories(db: Db, storyIds: string[]): Promise<PlacedFact[]> {
  if (storyIds.length === 0) return [];
  const { rows } = await sql<{
    entry_id: string;
    other_id: string;
    kind: StoryFact['kind'];
    story_id: string;
    other_story_id: string;
  }>`
    select f.entry_id, f.other_id, f.kind, one.story_id, other.story_id as other_story_id
    from story_facts f
    join story_entries one on one.entry_id = f.entry_id join story_entries other on other.entry_id = f.other_id
    where one.story_id = any(${storyIds}::bigint[]) or other.story_id = any(${storyIds}::bigint[])`.execute(
    db,
  );
  return rows.map((row) => ({
    entryId: row.entry_id,
    otherId: row.other_id,
    kind: row.kind,
    storyId: row.story_id,
    otherStoryId: row.other_story_id,
  }));
}

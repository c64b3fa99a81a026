import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** Opens stories that have no entries yet, each dated by its first entry; returns their ids in the order of the dates given. */
export async function insertStories(tx: Db, dates: Date[]): Promise<string[]> {
  const ids: string[] = [];
  for (const date of dates) {
    const { id } = await tx
      .insertInto('stories')
      .values({ first_at: date, updated_at: date })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(id);
  }
  return ids;
}

/** An entry that goes from its story to another one. */
export interface EntryMove {
  entryId: string;
  storyId: string;
}

/** Moves entries to other stories; the leads of both have to be settled afterwards. */
export async function moveEntries(tx: Db, moves: EntryMove[], now: Date): Promise<void> {
  if (moves.length === 0) return;
  await sql`
    update story_entries se set story_id = t.story_id, joined_at = ${now}
    from unnest(${moves.map((m) => m.entryId)}::bigint[], ${moves.map((m) => m.storyId)}::bigint[]) as t(entry_id, story_id)
    where se.entry_id = t.entry_id`.execute(tx);
}

/** Which story has each of these keys (SHA-256 in hex): key → story id; keys that none has are left out. */
export async function findKeyHolders(db: Db, keys: string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ key: string; story_id: string }>`
    select encode(key, 'hex') as key, story_id from story_keys
    where key in (select decode(k, 'hex') from unnest(${keys}::text[]) as t(k))`.execute(db);
  return new Map(rows.map((row) => [row.key, row.story_id]));
}

/** Gives keys to stories, whichever had them: key → story id. */
export async function setKeyHolders(tx: Db, holders: ReadonlyMap<string, string>): Promise<void> {
  if (holders.size === 0) return;
  await sql`
    insert into story_keys (key, story_id)
    select decode(key, 'hex'), story_id
    from unnest(${[...holders.keys()]}::text[], ${[...holders.values()]}::bigint[]) as t(key, story_id) order by 1
    on conflict on constraint story_keys_pkey do update set story_id = excluded.story_id`.execute(tx);
}

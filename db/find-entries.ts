import { sql } from 'kysely';
import type { SourcedEntry } from '../src/model/story.ts';
import type { Db } from './connect.ts';
import { toEntry } from './entries.ts';
import { toSource } from './sources.ts';

/** An entry with its source and its story; undefined when there is none of this id. */
export async function findSourcedEntry(db: Db, entryId: string): Promise<SourcedEntry | undefined> {
  const row = await db
    .selectFrom('entries')
    .leftJoin('story_entries', 'story_entries.entry_id', 'entries.id')
    .selectAll('entries')
    .select('story_entries.story_id')
    .where('entries.id', '=', entryId)
    .executeTakeFirst();
  if (!row) return undefined;
  const source = await db
    .selectFrom('sources')
    .selectAll()
    .where('id', '=', row.source_id)
    .executeTakeFirstOrThrow();
  return { entry: { ...toEntry(row), storyId: row.story_id ?? undefined }, source: toSource(source) };
}

/**
 * Ids of the entries with this address, by id: those that have it as given, else those with its canonical form. Reads all
 * entries: not for a hot path.
 */
export async function listEntryIdsByUrl(db: Db, url: string, canonicalUrl = url): Promise<string[]> {
  const { rows } = await sql<{ id: string; is_exact: boolean }>`
    select id, url is not distinct from ${url} as is_exact from entries
    where url = ${url} or canonical_url = ${canonicalUrl} order by id`.execute(db);
  const exact = rows.filter((row) => row.is_exact);
  return (exact.length > 0 ? exact : rows).map((row) => row.id);
}

import { type Selectable, sql } from 'kysely';
import type { Entry, IdentifiedEntry } from '../src/model/entry.ts';
import type { TopicSources } from '../src/model/topic.ts';
import type { Db } from './connect.ts';
import type { EntriesTable } from './schema.ts';

/** An entry that a batch brought or changed. */
export interface StoredEntry {
  id: string;
  /** Which entry of the batch it is. */
  identity: string;
  isNew: boolean;
  datedAt: Date;
}

/**
 * Stores the entries of one source in one statement and returns those that are new or changed; `repeated` counts the
 * others. An entry seen again unchanged costs no write. A changed one keeps its id, its identity, its first date and
 * firstSeenAt. Documents list the newest first, so ids are given from the end. Pruned entries (tombstones) are neither stored nor counted as new.
 */
export async function storeEntries(
  db: Db,
  sourceId: string,
  entries: IdentifiedEntry[],
  now: Date,
): Promise<{ stored: StoredEntry[]; repeated: number }> {
  if (entries.length === 0) return { stored: [], repeated: 0 };
  const column = <T>(pick: (e: IdentifiedEntry) => T) => entries.map(pick);
  const iso = (date: Date | undefined) => date?.toISOString() ?? null;
  const { rows } = await sql<{ id: string; identity: string; is_new: boolean; dated_at: Date }>`
    with given as (
      select decode(identity, 'hex') as identity, decode(content_hash, 'hex') as content_hash, guid, url, canonical_url,
        title, summary, content_html, authors, categories, enclosures, image_url, language, published_at, updated_at, place
      from unnest(
        ${column((e) => e.identity)}::text[], ${column((e) => e.contentHash)}::text[], ${column((e) => e.guid ?? null)}::text[],
        ${column((e) => e.url ?? null)}::text[], ${column((e) => e.canonicalUrl ?? null)}::text[],
        ${column((e) => e.title)}::text[], ${column((e) => e.summary)}::text[], ${column((e) => e.contentHtml)}::text[],
        ${column((e) => JSON.stringify(e.authors))}::jsonb[], ${column((e) => JSON.stringify(e.categories))}::jsonb[],
        ${column((e) => JSON.stringify(e.enclosures))}::jsonb[], ${column((e) => e.imageUrl ?? null)}::text[],
        ${column((e) => e.language ?? null)}::text[], ${column((e) => iso(e.publishedAt))}::timestamptz[],
        ${column((e) => iso(e.updatedAt))}::timestamptz[]
      ) with ordinality as t(identity, content_hash, guid, url, canonical_url, title, summary, content_html, authors,
        categories, enclosures, image_url, language, published_at, updated_at, place)
    ), fresh as (
      select given.* from given
      left join entries e on e.source_id = ${sourceId} and e.identity = given.identity
      where (e.id is null or e.content_hash <> given.content_hash)
        and not exists (select from tombstones t where t.source_id = ${sourceId} and t.identity = given.identity)
    )
    insert into entries as e (source_id, identity, content_hash, guid, url, canonical_url, title, summary, content_html, authors,
      categories, enclosures, image_url, language, published_at, updated_at, first_seen_at, dated_at, changed_at)
    select ${sourceId}::bigint, identity, content_hash, guid, url, canonical_url, title, summary, content_html, authors,
      array(select jsonb_array_elements_text(categories)), enclosures, image_url, language, published_at, updated_at,
      ${now}::timestamptz, coalesce(published_at, ${now}::timestamptz), ${now}::timestamptz
    from fresh order by place desc
    on conflict on constraint entries_source_id_identity_key do update set
      content_hash = excluded.content_hash, guid = excluded.guid, url = excluded.url, canonical_url = excluded.canonical_url,
      title = excluded.title, summary = excluded.summary, content_html = excluded.content_html, authors = excluded.authors,
      categories = excluded.categories, enclosures = excluded.enclosures, image_url = excluded.image_url,
      language = excluded.language, published_at = excluded.published_at, updated_at = excluded.updated_at,
      changed_at = excluded.changed_at
    where e.content_hash <> excluded.content_hash
    returning id, encode(identity, 'hex') as identity, (xmax = 0) as is_new, dated_at`.execute(db);
  const stored = rows.map((r) => ({ id: r.id, identity: r.identity, isNew: r.is_new, datedAt: r.dated_at }));
  return { stored, repeated: entries.length - stored.length };
}

/** How many entries are stored. */
export async function countEntries(db: Db): Promise<number> {
  const row = await db
    .selectFrom('entries')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** An entry with the facts that a topic's rule asks about. */
export interface MatchableEntry extends Entry {
  storyId: string;
  storyDatedAt: Date;
  sourceTitle: string;
  sourceUrl: string;
}

/** The newest entries by id, at most `limit` and below `beforeId`: to run a topic's rule over what is stored. */
export async function listNewestToMatch(
  db: Db,
  options: { limit: number; beforeId?: string; sourceIds: TopicSources },
): Promise<MatchableEntry[]> {
  const { limit, beforeId, sourceIds } = options;
  let query = selectMatchable(db).orderBy('entries.id', 'desc').limit(limit);
  if (beforeId) query = query.where(sql<boolean>`entries.id < ${beforeId}`);
  if (sourceIds !== 'all') query = query.where(sql<boolean>`entries.source_id = any(${sourceIds}::bigint[])`);
  return (await query.execute()).map(toMatchable);
}

/** All entries of these stories. */
export async function listEntriesOfStories(db: Db, storyIds: string[]): Promise<MatchableEntry[]> {
  if (storyIds.length === 0) return [];
  const rows = await selectMatchable(db).where('story_entries.story_id', 'in', storyIds).execute();
  return rows.map(toMatchable);
}

function selectMatchable(db: Db) {
  return db
    .selectFrom('entries')
    .innerJoin('story_entries', 'story_entries.entry_id', 'entries.id')
    .innerJoin('stories', 'stories.id', 'story_entries.story_id')
    .innerJoin('sources', 'sources.id', 'entries.source_id')
    .selectAll('entries')
    .select(['story_entries.story_id', 'stories.first_at', 'sources.title as source_title'])
    .select(sql<string>`coalesce(sources.site_url, sources.feed_url)`.as('source_url'));
}

function toMatchable(
  row: Selectable<EntriesTable> & {
    story_id: string;
    first_at: Date;
    source_title: string;
    source_url: string;
  },
): MatchableEntry {
  return {
    ...toEntry(row),
    storyId: row.story_id,
    storyDatedAt: row.first_at,
    sourceTitle: row.source_title,
    sourceUrl: row.source_url,
  };
}

/** The row as the rest of the program knows it. */
export function toEntry(row: Selectable<EntriesTable>): Entry {
  return {
    id: row.id,
    sourceId: row.source_id,
    guid: row.guid ?? undefined,
    url: row.url ?? undefined,
    canonicalUrl: row.canonical_url ?? undefined,
    title: row.title,
    summary: row.summary,
    contentHtml: row.content_html,
    authors: row.authors,
    categories: row.categories,
    enclosures: row.enclosures,
    imageUrl: row.image_url ?? undefined,
    language: row.language ?? undefined,
    publishedAt: row.published_at ?? undefined,
    updatedAt: row.updated_at ?? undefined,
    firstSeenAt: row.first_seen_at,
    datedAt: row.dated_at,
    changedAt: row.changed_at,
  };
}

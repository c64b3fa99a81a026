import { type Selectable, sql } from 'kysely';
import type { SourcedEntry, Story, StoryWithEntries } from '../src/model/story.ts';
import type { Topic } from '../src/model/topic.ts';
import type { Db } from './connect.ts';
import { toEntry } from './entries.ts';
import type { EntriesTable, SourcesTable, StoriesTable } from './schema.ts';
import { toSource } from './sources.ts';
import { listTopicsOfStory } from './topics.ts';

/** An entry that has no story yet. */
export interface UngroupedEntry {
  entryId: string;
  datedAt: Date;
  /** What it shares with other entries of the same article (SHA-256 in hex); undefined: with none. */
  key?: string;
}

/** Which entry tells which story, and the stories that were opened for them. */
export interface OpenedStories {
  /** Entry id → story id. */
  storyOf: Map<string, string>;
  opened: Set<string>;
}

/**
 * Gives each entry of one source a story: the one that has its key, unless that story tells an entry of the same source
 * already, else a new one.
 * Runs inside the caller's transaction. When two transactions bring the same key at once, the second waits for the first
 * and joins its story: the key's primary key settles it.
 */
export async function openStories(
  tx: Db,
  sourceId: string,
  entries: UngroupedEntry[],
  now: Date,
): Promise<OpenedStories> {
  const storyOf = new Map<string, string>();
  if (entries.length === 0) return { storyOf, opened: new Set() };
  // Locked in one order everywhere, so that two transactions with keys in common cannot wait for each other.
  const sorted = [...entries].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
  const opened = await insertStories(tx, sorted, now);
  for (const row of opened) storyOf.set(row.entry_id, row.story_id);
  const keyTaken = opened.filter((row) => row.key !== null && !row.got_key);
  if (keyTaken.length > 0) {
    for (const row of await joinByKey(tx, sourceId, keyTaken, now)) storyOf.set(row.entry_id, row.story_id);
  }
  const standing = new Set(storyOf.values());
  return { storyOf, opened: new Set(opened.map((row) => row.story_id).filter((id) => standing.has(id))) };
}

interface OpenedStory {
  entry_id: string;
  story_id: string;
  key: string | null;
  got_key: boolean;
}

async function insertStories(tx: Db, entries: UngroupedEntry[], now: Date): Promise<OpenedStory[]> {
  const { rows } = await sql<OpenedStory>`
    with given as (
      select * from unnest(
        ${entries.map((e) => e.entryId)}::bigint[], ${entries.map((e) => e.datedAt.toISOString())}::timestamptz[],
        ${entries.map((e) => e.key ?? null)}::text[]
      ) with ordinality as t(entry_id, dated_at, key, place)
    ), opened as (
      insert into stories (lead_entry_id, first_at, updated_at)
      select entry_id, dated_at, dated_at from given order by place
      returning id, lead_entry_id
    ), members as (
      insert into story_entries (entry_id, story_id, joined_at) select lead_entry_id, id, ${now} from opened
    ), keyed as (
      insert into story_keys (key, story_id)
      select decode(key, 'hex'), opened.id from given join opened on lead_entry_id = entry_id where key is not null order by place
      on conflict do nothing
      returning story_id
    )
    select given.entry_id, opened.id as story_id, given.key, keyed.story_id is not null as got_key
    from given join opened on lead_entry_id = given.entry_id left join keyed on keyed.story_id = opened.id`.execute(
    tx,
  );
  return rows;
}

/** Moves entries whose key another story has into that story, and drops the stories that they had opened. */
async function joinByKey(
  tx: Db,
  sourceId: string,
  opened: OpenedStory[],
  now: Date,
): Promise<{ entry_id: string; story_id: string }[]> {
  const { rows } = await sql<{ entry_id: string; story_id: string }>`
    with given as (
      select * from unnest(
        ${opened.map((o) => o.entry_id)}::bigint[], ${opened.map((o) => o.story_id)}::bigint[], ${opened.map((o) => o.key)}::text[]
      ) as t(entry_id, opened_id, key)
    ), joining as (
      select distinct on (k.story_id) given.entry_id, given.opened_id, k.story_id
      from given join story_keys k on k.key = decode(given.key, 'hex')
      where not exists (
        select from story_entries se join entries e on e.id = se.entry_id
        where se.story_id = k.story_id and e.source_id = ${sourceId})
      order by k.story_id, given.entry_id
    )
    update story_entries se set story_id = joining.story_id, joined_at = ${now}
    from joining where se.entry_id = joining.entry_id
    returning se.entry_id, se.story_id`.execute(tx);
  if (rows.length > 0) {
    const joined = new Set(rows.map((r) => r.entry_id));
    const emptied = opened.filter((o) => joined.has(o.entry_id)).map((o) => o.story_id);
    await tx.deleteFrom('stories').where('id', 'in', emptied).execute();
  }
  return rows;
}

/** After entries went: gives stories that lost their lead another, the earliest, and drops those that lost all. */
export async function mendStories(tx: Db, storyIds: string[]): Promise<void> {
  if (storyIds.length === 0) return;
  await sql`
    update stories s set lead_entry_id = (
      select se.entry_id from story_entries se join entries e on e.id = se.entry_id
      where se.story_id = s.id order by e.dated_at, e.id limit 1)
    where s.id = any(${storyIds}::bigint[]) and s.lead_entry_id is null`.execute(tx);
  await sql`
    delete from stories s where id = any(${storyIds}::bigint[])
      and not exists (select from story_entries se where se.story_id = s.id)`.execute(tx);
}

/** The dates of stories, by id. */
export async function findStoryDates(db: Db, storyIds: string[]): Promise<Map<string, Date>> {
  if (storyIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('stories')
    .select(['id', 'first_at'])
    .where('id', 'in', storyIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row.first_at]));
}

/** Entry id → story id, for entries that have one. */
export async function findStoriesOfEntries(db: Db, entryIds: string[]): Promise<Map<string, string>> {
  if (entryIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('story_entries')
    .select(['entry_id', 'story_id'])
    .where('entry_id', 'in', entryIds)
    .execute();
  return new Map(rows.map((row) => [row.entry_id, row.story_id]));
}

/** A story with its entries and the topics in which it stands published; undefined when there is none. */
export async function findStoryWithEntries(
  db: Db,
  storyId: string,
): Promise<(StoryWithEntries & { topics: Topic[] }) | undefined> {
  const [story] = await listStoriesWithEntries(db, [storyId]);
  return story && { ...story, topics: await listTopicsOfStory(db, storyId) };
}

/** The stories of these ids with their entries, in the order of the ids; those without entries are left out. */
export async function listStoriesWithEntries(db: Db, storyIds: string[]): Promise<StoryWithEntries[]> {
  if (storyIds.length === 0) return [];
  const stories = await db.selectFrom('stories').selectAll().where('id', 'in', storyIds).execute();
  const entries = await db
    .selectFrom('story_entries')
    .innerJoin('entries', 'entries.id', 'story_entries.entry_id')
    .selectAll('entries')
    .select('story_entries.story_id')
    .where('story_entries.story_id', 'in', storyIds)
    .orderBy('entries.dated_at')
    .orderBy('entries.id')
    .execute();
  const sources = await db
    .selectFrom('sources')
    .selectAll()
    .where('id', 'in', [...new Set(['0', ...entries.map((e) => e.source_id)])])
    .execute();
  return assemble(storyIds, stories, entries, sources);
}

function assemble(
  storyIds: string[],
  stories: Selectable<StoriesTable>[],
  entries: (Selectable<EntriesTable> & { story_id: string })[],
  sources: Selectable<SourcesTable>[],
): StoryWithEntries[] {
  const sourceOf = new Map(sources.map((row) => [row.id, toSource(row)]));
  const entriesOf = new Map<string, SourcedEntry[]>();
  for (const row of entries) {
    const source = sourceOf.get(row.source_id);
    if (!source) continue;
    const sourced = { entry: { ...toEntry(row), storyId: row.story_id }, source };
    const list = entriesOf.get(row.story_id);
    if (list) list.push(sourced);
    else entriesOf.set(row.story_id, [sourced]);
  }
  const storyOf = new Map(stories.map((row) => [row.id, toStory(row)]));
  return storyIds.flatMap((id) => {
    const story = storyOf.get(id);
    const all = entriesOf.get(id) ?? [];
    const lead = all.find(({ entry }) => entry.id === story?.leadEntryId) ?? all[0];
    return story && lead ? [{ story, lead, others: all.filter((other) => other !== lead) }] : [];
  });
}

function toStory(row: Selectable<StoriesTable>): Story {
  return {
    id: row.id,
    uuid: row.uuid,
    leadEntryId: row.lead_entry_id ?? '',
    firstAt: row.first_at,
    updatedAt: row.updated_at,
  };
}

import { type Selectable, sql } from 'kysely';
import type { SourcedEntry, Story, StoryWithEntries } from '../src/model/story.ts';
import type { Topic } from '../src/model/topic.ts';
import type { Db } from './connect.ts';
import { toEntry } from './entries.ts';
import type { EntriesTable, SourcesTable, StoriesTable } from './schema.ts';
import { toSource } from './sources.ts';
import { listTopicsOfStory } from './topics.ts';

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

import { type Selectable, sql } from 'kysely';
import {
  type Placement,
  type PlacementCursor,
  type PublishedStory,
  withEdits,
} from '../src/model/placement.ts';
import type { SourcedEntry } from '../src/model/story.ts';
import type { Db } from './connect.ts';
import { toPlacement } from './placement-rows.ts';
import type { PlacementsTable } from './schema.ts';
import { listStoriesWithEntries } from './stories.ts';

/** Which of the published stories: of all topics unless some are named. */
export interface PublishedFilter {
  topicIds?: string[];
  /** Told by this source. */
  sourceId?: string;
  /** Told in this language: a BCP 47 tag in lower case. */
  language?: string;
}

/** A page of stories, newest first. */
export interface PublishedPage {
  /** Each once. */
  storyIds: string[];
  /** Where the next page begins; undefined: there is none. */
  next?: Required<PlacementCursor>;
}

/** Published placements among which stories of a language are looked for: an index by language would cost each ingest. */
const newestInLanguage = 5_000;

/** Stories that stand published, newest first: of at most `rows` placements after a place. */
export async function listPublishedStoryIds(
  db: Db,
  filter: PublishedFilter,
  rows: number,
  after?: Required<PlacementCursor>,
): Promise<PublishedPage> {
  const { topicIds, sourceId, language } = filter;
  const ofTopics = topicIds ? sql`and topic_id = any(${topicIds}::bigint[])` : sql``;
  const ofSource = sourceId
    ? sql`and story_id in (select se.story_id from entries e join story_entries se on se.entry_id = e.id where e.source_id = ${sourceId})`
    : sql``;
  const newest = sql`
    select dated_at, story_id from placements where state = 'published' ${ofTopics} ${ofSource}
    order by dated_at desc, story_id desc`;
  const among = language
    ? sql`(${newest} limit ${newestInLanguage}) p where exists (
        select from story_entries se join entries e on e.id = se.entry_id
        where se.story_id = p.story_id and (lower(e.language) = ${language} or lower(e.language) like ${`${language}-%`}))`
    : sql`(${newest}) p where true`;
  const past = after ? sql`and (dated_at, story_id) < (${after.datedAt}, ${after.storyId}::bigint)` : sql``;
  const found = await sql<{ dated_at: Date; story_id: string }>`
    select dated_at, story_id from ${among} ${past} order by dated_at desc, story_id desc limit ${rows}`.execute(
    db,
  );
  const last = found.rows.length < rows ? undefined : found.rows.at(-1);
  return {
    storyIds: [...new Set(found.rows.map((row) => row.story_id))],
    next: last && { datedAt: last.dated_at, storyId: last.story_id },
  };
}

/**
 * These stories as the first of the topics tells it in which each stands published, newest first; those that stand nowhere are
 * left out. `leads`: says of an entry whether it may lead; where the lead may not, the first that may does in its place.
 */
export async function listPublishedStories(
  db: Db,
  storyIds: string[],
  topicIds: string[] | undefined,
  leads: (sourced: SourcedEntry) => boolean = () => true,
): Promise<PublishedStory[]> {
  const placements = await listFirstPlacements(db, storyIds, topicIds);
  const stories = await listStoriesWithEntries(
    db,
    placements.map(({ storyId }) => storyId),
  );
  const storyOf = new Map(stories.map((one) => [one.story.id, one]));
  return placements.flatMap((placement) => {
    const story = storyOf.get(placement.storyId);
    if (!story) return [];
    const told = withEdits(story, placement);
    const leadEntryId = leads(told.lead) ? undefined : told.others.find(leads)?.entry.id;
    const { headline, standfirst } = placement;
    return [{ ...(leadEntryId ? withEdits(story, { leadEntryId, headline, standfirst }) : told), placement }];
  });
}

async function listFirstPlacements(
  db: Db,
  storyIds: string[],
  topicIds: string[] | undefined,
): Promise<Placement[]> {
  const ofTopics = topicIds ? sql`and p.topic_id = any(${topicIds}::bigint[])` : sql``;
  const { rows } = await sql<Selectable<PlacementsTable>>`
    select * from (
      select distinct on (p.story_id) p.* from placements p join topics t on t.id = p.topic_id
      where p.state = 'published' and p.story_id = any(${storyIds}::bigint[]) ${ofTopics}
      order by p.story_id, t.position, t.id
    ) first order by dated_at desc, story_id desc`.execute(db);
  return rows.map(toPlacement);
}

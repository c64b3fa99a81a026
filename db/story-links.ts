import { sql } from 'kysely';
import type { RelatedStory, SourcedEntry } from '../src/model/story.ts';
import type { Db } from './connect.ts';
import { toEntry } from './entries.ts';
import { toSource } from './sources.ts';

/** Two stories of one affair, in either order. */
export interface StoryLink {
  storyId: string;
  otherId: string;
  /** From 0 to 1; of the same pair the greatest counts. */
  likeness: number;
}

/** A related story, and how near it is. */
export interface LinkedStory extends RelatedStory {
  likeness: number;
}

/** Links as rows: the lower id first, a pair once with its greatest likeness, none of a story with itself. */
export function toPairs(links: StoryLink[]) {
  return sql`
    select least(one, two) as story_id, greatest(one, two) as other_id, max(likeness) as likeness
    from unnest(
      ${links.map((link) => link.storyId)}::bigint[], ${links.map((link) => link.otherId)}::bigint[],
      ${links.map((link) => link.likeness)}::real[]
    ) as t(one, two, likeness)
    where one <> two
    group by 1, 2`;
}

/**
 * Stores links in one statement: a pair once, with the greatest likeness that it ever had; none of a story with itself,
 * none with a story that is not there (any more). Returns the ids of the stories that gained a link or a nearer one, so
 * that what names their related stories can be rendered anew.
 * Rows are locked by id, lower ones first, so that two transactions with stories in common cannot wait for each other.
 */
export async function storeStoryLinks(tx: Db, links: StoryLink[]): Promise<string[]> {
  if (links.length === 0) return [];
  const { rows } = await sql<{ story_id: string; other_id: string }>`
    with pairs as (${toPairs(links)}), standing as (
      select id from stories where id in (select story_id from pairs union select other_id from pairs)
      order by id for key share
    )
    insert into story_links as known (story_id, other_id, likeness)
    select story_id, other_id, likeness from pairs
    where story_id in (select id from standing) and other_id in (select id from standing)
    order by story_id, other_id
    on conflict on constraint story_links_pkey do update set likeness = excluded.likeness
    where known.likeness < excluded.likeness
    returning story_id, other_id`.execute(tx);
  return [...new Set(rows.flatMap((row) => [row.story_id, row.other_id]))];
}

/**
 * The stories that are linked with each of these, at most `limit` a story, the nearest first and at equal likeness the
 * newer first. `published`: only those that stand published in some topic, for the others have no page, and as their page
 * names them: with the lead and the headline that an editor gave them in the first of their topics.
 * Stories without entries are left out; a story with nothing related is not in the map.
 */
export async function listRelatedStories(
  db: Db,
  storyIds: string[],
  limit = 5,
  among: 'all' | 'published' = 'all',
): Promise<Map<string, LinkedStory[]>> {
  const near = await listNear(db, storyIds, limit, among);
  const leads = await listLeads(db, [...new Set(near.map((row) => row.lead_id))]);
  const related = new Map<string, LinkedStory[]>();
  for (const row of near) {
    const lead = leads.get(row.lead_id);
    if (!lead) continue;
    const story = {
      id: row.id,
      uuid: row.uuid,
      leadEntryId: row.lead_id,
      firstAt: row.first_at,
      updatedAt: row.updated_at,
    };
    const list = related.get(row.asked_id) ?? [];
    list.push({
      story,
      lead: { ...lead, entry: { ...lead.entry, title: row.headline ?? lead.entry.title, storyId: row.id } },
      likeness: row.likeness,
    });
    related.set(row.asked_id, list);
  }
  return related;
}

interface NearRow {
  asked_id: string;
  id: string;
  uuid: string;
  lead_id: string;
  first_at: Date;
  updated_at: Date;
  likeness: number;
  headline: string | null;
}

/** A link is one row for both of its stories, so that each is looked for on either side. */
async function listNear(
  db: Db,
  storyIds: string[],
  limit: number,
  among: 'all' | 'published',
): Promise<NearRow[]> {
  if (storyIds.length === 0) return [];
  const shown = sql`
    select p.headline, p.lead_entry_id from placements p join topics t on t.id = p.topic_id
    where p.story_id = s.id and p.state = 'published' order by t.position, t.id limit 1`;
  const { rows } = await sql<NearRow>`
    select asked.id as asked_id, near.*
    from unnest(${storyIds}::bigint[]) with ordinality as asked(id, place)
    cross join lateral (
      select s.id, s.uuid, s.first_at, s.updated_at, lead.entry_id as lead_id, pair.likeness, shown.headline
      from (
        select other_id as id, likeness from story_links where story_id = asked.id
        union all
        select story_id, likeness from story_links where other_id = asked.id
      ) pair
      join stories s on s.id = pair.id
      cross join lateral (${among === 'published' ? shown : sql`select null as headline, null::bigint as lead_entry_id`}) shown
      cross join lateral (
        select se.entry_id from story_entries se join entries e on e.id = se.entry_id
        where se.story_id = s.id
        order by (se.entry_id = shown.lead_entry_id) is true desc, (se.entry_id = s.lead_entry_id) desc, e.dated_at, e.id limit 1
      ) lead
      order by pair.likeness desc, s.first_at desc, s.id desc limit ${limit}
    ) near
    order by asked.place, near.likeness desc, near.first_at desc, near.id desc`.execute(db);
  return rows;
}

/** Entry id → the entry and its source. */
async function listLeads(db: Db, entryIds: string[]): Promise<Map<string, SourcedEntry>> {
  if (entryIds.length === 0) return new Map();
  const entries = await db.selectFrom('entries').selectAll().where('id', 'in', entryIds).execute();
  const sourceIds = [...new Set(['0', ...entries.map((row) => row.source_id)])];
  const rows = await db.selectFrom('sources').selectAll().where('id', 'in', sourceIds).execute();
  const sources = new Map(rows.map((row) => [row.id, toSource(row)]));
  return new Map(
    entries.flatMap((row) => {
      const source = sources.get(row.source_id);
      return source ? [[row.id, { entry: toEntry(row), source }] as const] : [];
    }),
  );
}

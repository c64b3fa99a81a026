import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { announceDeskEvent } from './desk-events.ts';

/** A story that is taken up by another. */
export interface StoryMerge {
  fromId: string;
  intoId: string;
}

/**
 * Moves all that stories have into those that take them up: entries, keys, links, and their placements with their states
 * and published ids. Where both stand in a topic one placement stays: what an editor has published before what editors hold
 * and spike, that before what the rule alone published, and candidates last; of equals one that is pinned or has its hour,
 * one that editors have decided on, then the one that was placed first. The addresses of stories that go lead to those that stay.
 * What takes up must not go itself. Runs in the caller's transaction.
 */
export async function mergeStories(tx: Db, merges: StoryMerge[], now: Date): Promise<void> {
  if (merges.length === 0) return;
  // Nobody places one of them meanwhile: what would come too late to be moved would go with the story.
  await sql`
    select from stories where id = any(${listIds(merges)}::bigint[]) order by id for update`.execute(tx);
  await movePlacements(tx, merges);
  await moveLinks(tx, merges);
  await leaveAliases(tx, merges);
  await sql`
    update stories s set updated_at = greatest(s.updated_at, g.updated_at)
    from (select m.into_id, max(f.updated_at) as updated_at from ${toPairs(merges)} join stories f on f.id = m.from_id group by 1) g
    where s.id = g.into_id`.execute(tx);
  await moveEntries(tx, merges, now);
}

function listIds(merges: StoryMerge[]): string[] {
  return merges.flatMap((m) => [m.fromId, m.intoId]);
}

function toPairs(merges: StoryMerge[]) {
  const from = merges.map((m) => m.fromId);
  const into = merges.map((m) => m.intoId);
  return sql`unnest(${from}::bigint[], ${into}::bigint[]) as m(from_id, into_id)`;
}

/** Moves entries and keys and drops the stories, which have nothing left that would go with them, in one statement. */
async function moveEntries(tx: Db, merges: StoryMerge[], now: Date): Promise<void> {
  await sql`
    with merges as materialized (
      select * from ${toPairs(merges)}
    ), moved as (
      update story_entries se set story_id = m.into_id, joined_at = ${now} from merges m where se.story_id = m.from_id
    ), keyed as (
      update story_keys k set story_id = m.into_id from merges m where k.story_id = m.from_id
    )
    delete from stories s using merges m where s.id = m.from_id`.execute(tx);
}

/** The rule and the clock publish without an editor; nothing is held or spiked without one. */
const rank = sql`case
  when p.state = 'held' and p.version > 0 then 1
  when p.state = 'spiked' and p.version > 0 then 2
  when p.state <> 'published' then array_position(array['held', 'spiked', 'candidate'], p.state) + 3
  when p.version > 0 and exists (select from decisions d where d.topic_id = p.topic_id and d.editor_id is not null and d.story_id in (
    select p.story_id union all select a.id from story_aliases a where a.story_id = p.story_id)) then 0
  else 3 end`;

/**
 * The one that stays keeps its words and its end, else it gets those that an editor gave another one, and comes through all
 * its decisions.
 */
async function movePlacements(tx: Db, merges: StoryMerge[]): Promise<void> {
  const storyIds = listIds(merges);
  // Which one stays is judged by what editors who are deciding now leave behind.
  await sql`
    select from placements where story_id = any(${storyIds}::bigint[]) order by story_id, topic_id for update`.execute(
    tx,
  );
  const { rows } = await sql<{ topic_id: string }>`
    with ranked as materialized (
      select p.*, coalesce(m.into_id, story_id) as target, row_number() over (
        partition by coalesce(m.into_id, story_id), topic_id
        order by ${rank}, pinned_at is null, publish_at is null, version = 0, placed_at, story_id
      ) as place
      from placements p left join ${toPairs(merges)} on m.from_id = story_id
      where story_id = any(${storyIds}::bigint[])
    ), losers as (
      select target, topic_id, max(version) as version, min(expire_at) as expire_at,
        (array_agg(lead_entry_id order by place) filter (where lead_entry_id is not null))[1] as lead_entry_id
      from ranked where place > 1 group by 1, 2
    ), worded as (
      select distinct on (target, topic_id) * from ranked where place > 1 and (headline is not null or standfirst is not null)
      order by target, topic_id, place
    ), gone as (
      delete from placements p using ranked r
      where r.place > 1 and p.story_id = r.story_id and p.topic_id = r.topic_id
    )
    update placements p set
      version = greatest(p.version, l.version),
      lead_entry_id = coalesce(p.lead_entry_id, l.lead_entry_id),
      expire_at = case when p.state <> 'spiked' then coalesce(p.expire_at, l.expire_at) end,
      headline = coalesce(p.headline, w.headline),
      standfirst = coalesce(p.standfirst, w.standfirst),
      edited_from = coalesce(p.edited_from, w.edited_from),
      edited_at = coalesce(p.edited_at, w.edited_at)
    from ranked r join losers l on l.target = r.target and l.topic_id = r.topic_id
    left join worded w on w.target = r.target and w.topic_id = r.topic_id and r.headline is null and r.standfirst is null
    where r.place = 1 and p.story_id = r.story_id and p.topic_id = r.topic_id
    returning p.topic_id`.execute(tx);
  const moved = await sql<{ topic_id: string }>`
    update placements p set story_id = m.into_id from ${toPairs(merges)} where p.story_id = m.from_id returning p.topic_id`.execute(
    tx,
  );
  const topicIds = [...new Set([...rows, ...moved.rows].map((row) => row.topic_id))];
  if (topicIds.length > 0) await announceDeskEvent(tx, { kind: 'candidates', topicIds });
}

async function moveLinks(tx: Db, merges: StoryMerge[]): Promise<void> {
  await sql`
    with merges as materialized (
      select * from ${toPairs(merges)}
    ), moved as (
      delete from story_links where story_id = any(${merges.map((m) => m.fromId)}::bigint[])
        or other_id = any(${merges.map((m) => m.fromId)}::bigint[])
      returning *
    ), pairs as (
      select coalesce(one.into_id, story_id) as one, coalesce(other.into_id, other_id) as other, likeness
      from moved left join merges one on one.from_id = story_id
      left join merges other on other.from_id = other_id
    )
    insert into story_links (story_id, other_id, likeness)
    select least(one, other), greatest(one, other), max(likeness) from pairs where one <> other group by 1, 2 order by 1, 2
    on conflict on constraint story_links_pkey do update set likeness = greatest(story_links.likeness, excluded.likeness)`.execute(
    tx,
  );
}

async function leaveAliases(tx: Db, merges: StoryMerge[]): Promise<void> {
  await sql`update story_aliases a set story_id = m.into_id from ${toPairs(merges)} where a.story_id = m.from_id`.execute(
    tx,
  );
  await sql`insert into story_aliases (id, story_id) select from_id, into_id from ${toPairs(merges)}`.execute(
    tx,
  );
}

import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** A story that is taken up by another. */
export interface StoryMerge {
  fromId: string;
  intoId: string;
}

/**
 * Moves all that stories have into those that take them up: entries, keys, links, and their placements with their states
 * and published ids. Where both stand in a topic one placement stays: the published one before the held, the spiked and
 * the candidate, of equals the one that was placed first. The addresses of stories that go lead to those that stay.
 * What takes up must not go itself. Runs in the caller's transaction.
 */
export async function mergeStories(tx: Db, merges: StoryMerge[], now: Date): Promise<void> {
  if (merges.length === 0) return;
  await movePlacements(tx, merges);
  await moveLinks(tx, merges);
  await leaveAliases(tx, merges);
  await sql`
    update stories s set updated_at = greatest(s.updated_at, g.updated_at)
    from (select m.into_id, max(f.updated_at) as updated_at from ${toPairs(merges)} join stories f on f.id = m.from_id group by 1) g
    where s.id = g.into_id`.execute(tx);
  await moveEntries(tx, merges, now);
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

async function movePlacements(tx: Db, merges: StoryMerge[]): Promise<void> {
  await sql`
    delete from placements p using (
      select story_id, topic_id, row_number() over (
        partition by coalesce(m.into_id, story_id), topic_id
        order by array_position(array['published', 'held', 'spiked', 'candidate'], state), placed_at, story_id
      ) as place
      from placements left join ${toPairs(merges)} on m.from_id = story_id
      where story_id = any(${merges.flatMap((m) => [m.fromId, m.intoId])}::bigint[])
    ) ranked
    where ranked.place > 1 and p.story_id = ranked.story_id and p.topic_id = ranked.topic_id`.execute(tx);
  await sql`
    update placements p set story_id = m.into_id from ${toPairs(merges)} where p.story_id = m.from_id`.execute(
    tx,
  );
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

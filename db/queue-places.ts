import { sql } from 'kysely';
import type { PlacementState } from '../src/model/placement.ts';
import type { Db } from './connect.ts';
import type { QueuePlace } from './queue-cursor.ts';
import { toSearchPatterns } from './search-pattern.ts';

export interface PlacesQuery {
  topicId: string;
  states: PlacementState[];
  search?: string;
  limit: number;
  after?: QueuePlace;
}

interface PlaceRow {
  story_id: string;
  dated_micros: string;
  sources: string;
}

/** Of each state so many of the newest are searched, or compared by their sources: topics publish for years. */
const mostRead = 20_000;

const micros = sql.raw('(extract(epoch from dated_at) * 1000000)::bigint');

/** Places of a queue by date, the newest first: as many as asked for, after a place; a search looks at 20,000 of a state. */
export async function listNewestPlaces(db: Db, query: PlacesQuery): Promise<QueuePlace[]> {
  const { topicId, states, search, limit, after } = query;
  // Each state has its own stretch of the index, read from its beginning until there are enough.
  const { rows } = await sql<PlaceRow>`
    select story_id, ${micros} as dated_micros, 0 as sources
    from unnest(${states}::text[]) as wanted(state) cross join lateral (
      select p.story_id, p.dated_at from (
        select * from placements where topic_id = ${topicId} and state = wanted.state
          and ${after ? sql`(dated_at, story_id) < (${toMoment(after)}, ${after.storyId}::bigint)` : sql`true`}
        order by dated_at desc, story_id desc limit ${mostRead}
      ) p
      where ${matches(search)}
      order by p.dated_at desc, p.story_id desc limit ${limit}
    ) found
    order by dated_at desc, story_id desc limit ${limit}`.execute(db);
  return rows.map(toPlace);
}

/**
 * Places of a queue by the number of sources, then by date, of the newest 20,000 of each state. A story has no more sources than entries, which are counted
 * from an index alone: so the entries are read of those stories only that have more of them than the sources of the last
 * that is surely among the first.
 */
export async function listStrongestPlaces(db: Db, query: PlacesQuery): Promise<QueuePlace[]> {
  const { topicId, states, search, limit, after } = query;
  const isAfter = (count: 'entries' | 'sources') =>
    after
      ? sql`(${sql.ref(count)}, dated_at, story_id) < (${after.sources}::bigint, ${toMoment(after)}, ${after.storyId}::bigint)`
      : sql`true`;
  const { rows } = await sql<PlaceRow>`
    with counted as materialized (
      select p.story_id, p.dated_at, told.entries
      from unnest(${states}::text[]) as wanted(state)
      cross join lateral (
        select ${search ? sql`*` : sql`story_id, dated_at`} from placements where topic_id = ${topicId} and state = wanted.state
        order by dated_at desc, story_id desc limit ${mostRead}
      ) p
      cross join lateral (select count(*) as entries from story_entries se where se.story_id = p.story_id) told
      where ${matches(search)}
    ), likely as (
      select ${sources} as sources from (
        select * from counted where ${isAfter('entries')}
        order by entries desc, dated_at desc, story_id desc limit ${limit}
      ) counted
    )
    select story_id, ${micros} as dated_micros, sources from (
      select counted.*, ${sources} as sources from counted where entries >= (
        select case when count(*) = ${limit} then min(sources) else 0 end from likely)
    ) told
    where ${isAfter('sources')}
    order by sources desc, dated_at desc, story_id desc limit ${limit}`.execute(db);
  return rows.map(toPlace);
}

const sources = sql`case when counted.entries = 1 then 1 else (
  select count(distinct e.source_id) from story_entries se join entries e on e.id = se.entry_id
  where se.story_id = counted.story_id) end`;

/** Every word occurs somewhere in what editors read of the story of placement `p`. */
function matches(search = '') {
  const patterns = toSearchPatterns(search);
  if (patterns.length === 0) return sql`true`;
  return sql`(
    select concat_ws(' ', p.headline, p.standfirst, string_agg(concat_ws(' ', e.title, e.summary, so.title), ' '))
    from story_entries se join entries e on e.id = se.entry_id join sources so on so.id = e.source_id
    where se.story_id = p.story_id
  ) ~ all(${patterns}::text[])`;
}

function toMoment({ datedMicros }: QueuePlace) {
  return sql`timestamptz 'epoch' + ${datedMicros}::bigint * interval '1 microsecond'`;
}

function toPlace(row: PlaceRow): QueuePlace {
  return { storyId: row.story_id, datedMicros: row.dated_micros, sources: Number(row.sources) };
}

import { type Selectable, sql } from 'kysely';
import type { Placement } from '../src/model/placement.ts';
import type { Db } from './connect.ts';
import { toPlacement } from './placement-rows.ts';
import type { PlacementsTable } from './schema.ts';

/** What becomes due: the end of a placement, its beginning, the end of a pin, and a candidate that has waited or grown. */
export type DueKind = 'expire' | 'publish' | 'unpin' | 'assist';
export const dueKinds = ['expire', 'publish', 'unpin', 'assist'] as const satisfies readonly DueKind[];

/** A placement that is due, and what its decision names. */
export interface DuePlacement {
  placement: Placement;
  topicSlug: string;
  /** What the story is called in the topic. */
  headline: string;
  /** Kind `assist`: how many sources tell it. */
  sourceCount: number;
  assistMinutes: number;
  assistSources: number;
}

interface DueRow extends Selectable<PlacementsTable> {
  slug: string;
  title: string | null;
  source_count: string;
  assist_minutes: number;
  assist_sources: number;
}

const sourceCount = sql`(select count(distinct e.source_id) from story_entries se join entries e on e.id = se.entry_id
  where se.story_id = p.story_id)`;

/**
 * Claims placements that are due, at most `limit`: nobody else decides on them until the transaction ends, and those that
 * somebody decides on now are left to the next time.
 */
export async function claimDuePlacements(
  tx: Db,
  kind: DueKind,
  now: Date,
  limit: number,
): Promise<DuePlacement[]> {
  const { rows } = await sql<DueRow>`
    with due as materialized (
      select p.* from placements p ${kind === 'assist' ? sql`join topics t on t.id = p.topic_id` : sql``}
      where ${toCondition(kind, now)}
      order by p.story_id, p.topic_id limit ${limit} for update of p skip locked
    )
    select p.*, t.slug, t.assist_minutes, t.assist_sources, ${sourceCount} as source_count,
      (select title from entries e where e.id = coalesce(p.lead_entry_id, s.lead_entry_id)) as title
    from due p join topics t on t.id = p.topic_id join stories s on s.id = p.story_id
    order by p.story_id, p.topic_id`.execute(tx);
  return rows.map((row) => ({
    placement: toPlacement(row),
    topicSlug: row.slug,
    headline: row.headline ?? row.title ?? '',
    sourceCount: Number(row.source_count),
    assistMinutes: row.assist_minutes,
    assistSources: row.assist_sources,
  }));
}

function toCondition(kind: DueKind, now: Date) {
  if (kind === 'expire') return sql`p.expire_at <= ${now}`;
  if (kind === 'unpin') return sql`p.pinned_until <= ${now}`;
  if (kind === 'publish')
    return sql`p.publish_at <= ${now} and (p.expire_at is null or p.expire_at > ${now})`;
  // What was waiting when the topic was changed counts from the change: its minutes, and another report of it.
  // The topics first, so that only their candidates are read.
  return sql`p.topic_id = any(array(select id from topics where mode = 'assisted')) and t.mode = 'assisted' and p.state = 'candidate' and p.version = 0 and (
    (p.placed_at <= ${now}::timestamptz - make_interval(mins => t.assist_minutes)
      and t.changed_at <= ${now}::timestamptz - make_interval(mins => t.assist_minutes))
    or (${sourceCount} >= t.assist_sources and (p.placed_at > t.changed_at or exists (
      select from story_entries se where se.story_id = p.story_id and se.joined_at > t.changed_at)))
  )`;
}

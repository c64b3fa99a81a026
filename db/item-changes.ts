import { sql } from 'kysely';
import type { Leaving } from '../src/model/published-item.ts';
import type { Db } from './connect.ts';

/** An item that may have been published or have left, and how it stands in its topic now. */
export interface ItemChange {
  itemUuid: string;
  storyId: string;
  /** Undefined: it does not stand published. */
  publishedAt?: Date;
  /** Whether it has a number already. */
  isKnown: boolean;
}

/**
 * Takes noted items of a topic, at most `limit`: those that have left first, then in the order in which they were published.
 * For whoever holds the topic's publishing; what is noted later is there the next time.
 */
export async function takeItemChanges(tx: Db, topicId: string, limit: number): Promise<ItemChange[]> {
  const { rows } = await sql<{
    item_uuid: string;
    story_id: string;
    published_at: Date | null;
    is_known: boolean;
  }>`
    -- By nothing but the item: without statistics all that the topic has published would be read for each.
    with noted as materialized (
      select item_uuid, (array_agg(story_id order by id desc))[1] as story_id, array_agg(id) as ids
      from item_changes where topic_id = ${topicId} group by 1
    ), placed as materialized (
      select n.item_uuid, coalesce(p.story_id, n.story_id) as story_id, n.ids,
        coalesce(p.published_at, p.placed_at) as published_at, p.dated_at
      from noted n
      left join lateral (
        select * from placements p where p.item_uuid = n.item_uuid and p.topic_id + 0 = ${topicId} and p.state || '' = 'published' offset 0
      ) p on true
    ), picked as materialized (
      select * from placed order by published_at nulls first, dated_at, story_id limit ${limit}
    ), taken as (
      delete from item_changes c using (select unnest(ids) as id from picked) t where c.id = t.id
    )
    select picked.item_uuid, picked.story_id, picked.published_at, i.number is not null as is_known from picked
    left join published_items i on i.topic_id = ${topicId} and i.item_uuid = picked.item_uuid
    order by picked.published_at, picked.dated_at, picked.story_id`.execute(tx);
  return rows.map((row) => ({
    itemUuid: row.item_uuid,
    storyId: row.story_id,
    publishedAt: row.published_at ?? undefined,
    isKnown: row.is_known,
  }));
}

/** Whether any noted items of a topic wait to be taken. */
export async function hasItemChanges(db: Db, topicId: string): Promise<boolean> {
  const found = await db
    .selectFrom('item_changes')
    .select('id')
    .where('topic_id', '=', topicId)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** How and why an item has left its topic. */
export interface Departure {
  itemUuid: string;
  storyId: string;
  leaving: Leaving;
  /** When it was decided; undefined: nobody decided on it. */
  at?: Date;
  /** The reason of the decision. */
  comment?: string;
  decisionId?: string;
}

/**
 * What became of items that do not stand published in a topic any more. Where editors or the clock took it back there is a
 * decision; where its story stands there by another item the two were merged; else the rule does not bring it any more.
 */
export async function findDepartures(tx: Db, topicId: string, items: ItemChange[]): Promise<Departure[]> {
  if (items.length === 0) return [];
  const { rows } = await sql<{
    item_uuid: string;
    story_id: string;
    is_placed: boolean;
    is_merged: boolean;
    decision_id: string | null;
    reason: string | null;
    made_at: Date | null;
  }>`
    select g.item_uuid, g.story_id,
      exists (select from placements p where p.topic_id = ${topicId} and p.item_uuid = g.item_uuid) as is_placed,
      exists (select from placements p where p.topic_id = ${topicId} and p.story_id = coalesce(a.story_id, g.story_id)
        and p.item_uuid <> g.item_uuid) as is_merged,
      d.id as decision_id, d.reason, d.made_at
    from unnest(${items.map(({ itemUuid }) => itemUuid)}::uuid[], ${items.map(({ storyId }) => storyId)}::bigint[])
      as g(item_uuid, story_id)
    left join published_items i on i.topic_id = ${topicId} and i.item_uuid = g.item_uuid
    left join story_aliases a on a.id = g.story_id
    left join lateral (
      select id, reason, made_at from decisions
      where topic_id = ${topicId} and story_id in (g.story_id, a.story_id) and before ->> 'state' = 'published'
        and after ->> 'state' is distinct from 'published' and (i.published_at is null or made_at >= i.published_at)
      order by id desc limit 1
    ) d on true`.execute(tx);
  return rows.map((row) => ({
    itemUuid: row.item_uuid,
    storyId: row.story_id,
    leaving: row.is_placed
      ? 'retracted'
      : row.is_merged
        ? 'merged'
        : row.decision_id
          ? 'retracted'
          : 'withdrawn',
    at: row.made_at ?? undefined,
    comment: row.reason || undefined,
    decisionId: row.decision_id ?? undefined,
  }));
}

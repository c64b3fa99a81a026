import { type Selectable, sql } from 'kysely';
import type { Placement } from '../src/model/placement.ts';
import type { Retraction } from '../src/model/published-item.ts';
import type { Db } from './connect.ts';
import type { Departure, ItemChange } from './item-changes.ts';
import { toPlacement } from './placement-rows.ts';
import type { PlacementsTable } from './schema.ts';

/**
 * Numbers items that are published, in the order given. One that was retracted and is published again gets another number,
 * for it comes anew; one that left otherwise keeps its number and its archive. For whoever holds the topic's publishing.
 */
export async function numberItems(tx: Db, topicId: string, items: ItemChange[]): Promise<void> {
  if (items.length === 0) return;
  await sql`
    insert into published_items (topic_id, item_uuid, number, story_id, published_at)
    select ${topicId}, n.item_uuid, last.number + n.place, n.story_id, n.published_at
    from unnest(
      ${items.map(({ itemUuid }) => itemUuid)}::uuid[], ${items.map(({ storyId }) => storyId)}::bigint[],
      ${items.map(({ publishedAt }) => publishedAt?.toISOString())}::timestamptz[]
    ) with ordinality as n(item_uuid, story_id, published_at, place)
    cross join (select coalesce(max(number), 0) as number from published_items where topic_id = ${topicId}) last
    on conflict on constraint published_items_pkey do update set
      story_id = excluded.story_id,
      number = case when published_items.leaving = 'retracted' then excluded.number else published_items.number end,
      -- After the retraction, whose time readers compare with the item's.
      renewed_at = case when published_items.leaving = 'retracted'
        then greatest(excluded.published_at, published_items.left_at + interval '1 second') else published_items.renewed_at end,
      left_at = null, leaving = null, comment = null, decision_id = null, left_archive = null`.execute(tx);
}

/** An item that was taken out of an archive. */
export interface ArchiveLoss {
  archive: number;
  itemUuid: string;
}

/**
 * Writes down that items have left, and why; `now` where nobody decided. What is retracted is in no archive any more:
 * returns the archives that still hold such items. Retracted items that never had a number get one, so that they are told.
 */
export async function markItemsLeft(
  tx: Db,
  topicId: string,
  departures: Departure[],
  now: Date,
): Promise<ArchiveLoss[]> {
  if (departures.length === 0) return [];
  const column = <T>(pick: (departure: Departure) => T) => departures.map(pick);
  const { rows } = await sql<{ item_uuid: string; left_archive: number | null }>`
    insert into published_items as i (topic_id, item_uuid, number, story_id, published_at, left_at, leaving, comment, decision_id)
    select ${topicId}, n.item_uuid, last.number + n.place, n.story_id, n.left_at, n.left_at, n.leaving, n.comment, n.decision_id
    from unnest(
      ${column((d) => d.itemUuid)}::uuid[], ${column((d) => d.storyId)}::bigint[], ${column((d) => d.leaving)}::text[],
      ${column((d) => (d.at ?? now).toISOString())}::timestamptz[], ${column((d) => d.comment ?? null)}::text[],
      ${column((d) => d.decisionId ?? null)}::bigint[]
    ) with ordinality as n(item_uuid, story_id, leaving, left_at, comment, decision_id, place)
    cross join (select coalesce(max(number), 0) as number from published_items where topic_id = ${topicId}) last
    on conflict on constraint published_items_pkey do update set
      story_id = excluded.story_id, left_at = excluded.left_at, leaving = excluded.leaving, comment = excluded.comment,
      decision_id = excluded.decision_id,
      left_archive = case when excluded.leaving = 'retracted' then coalesce(i.archive, i.left_archive) end,
      archive = case when excluded.leaving = 'retracted' then null else i.archive end
      where i.leaving is null or excluded.leaving = 'retracted'
    returning item_uuid, left_archive`.execute(tx);
  return rows.flatMap(({ item_uuid, left_archive }) =>
    left_archive === null ? [] : [{ archive: left_archive, itemUuid: item_uuid }],
  );
}

/** Placements of the items that are in no archive yet, in the order of their numbers. */
export async function listOpenItems(db: Db, topicId: string): Promise<Placement[]> {
  const { rows } = await sql<Selectable<PlacementsTable>>`
    select p.* from published_items i
    cross join lateral (
      select * from placements p where p.item_uuid = i.item_uuid and p.topic_id + 0 = i.topic_id and p.state || '' = 'published' offset 0
    ) p
    where i.topic_id = ${topicId} and i.archive is null and i.left_at is null order by i.number`.execute(db);
  return rows.map(toPlacement);
}

/** Says which archive holds these items, and which of their edits it has. */
export async function markItemsArchived(
  tx: Db,
  topicId: string,
  archive: number,
  placements: Placement[],
): Promise<void> {
  await sql`
    update published_items i set archive = ${archive}, archived_edited_at = n.edited_at
    from unnest(
      ${placements.map(({ itemUuid }) => itemUuid)}::uuid[],
      ${placements.map(({ editedAt }) => editedAt?.toISOString() ?? null)}::timestamptz[]
    ) as n(item_uuid, edited_at)
    where i.topic_id = ${topicId} and i.item_uuid = n.item_uuid`.execute(tx);
}

/** How long retractions are told, and edits of what is archived already. */
const toldFor = sql`interval '30 days'`;

/** Counted back from the newest change of the topic, since there is no clock in a document. */
const newestChange = (topicId: string) => sql`greatest(
  (select published_at from published_items where topic_id = ${topicId} order by number desc limit 1),
  (select max(left_at) from published_items where topic_id = ${topicId} and leaving = 'retracted'),
  (select max(edited_at) from placements where topic_id = ${topicId} and edited_at is not null))`;

/** Placements that editors changed after their items were archived, the last edited first, at most `limit`. */
export async function listEditedSince(db: Db, topicId: string, limit: number): Promise<Placement[]> {
  const { rows } = await sql<Selectable<PlacementsTable>>`
    select p.* from placements p
    join published_items i on i.topic_id = p.topic_id and i.item_uuid = p.item_uuid and i.archive is not null
      and i.archived_edited_at is distinct from p.edited_at
    where p.topic_id = ${topicId} and p.state = 'published' and p.edited_at > ${newestChange(topicId)} - ${toldFor}
    order by p.edited_at desc, p.story_id desc limit ${limit}`.execute(db);
  return rows.map(toPlacement);
}

/** What a topic retracted of late, the last first, at most `limit`. */
export async function listRetractions(db: Db, topicId: string, limit: number): Promise<Retraction[]> {
  const { rows } = await sql<{ item_uuid: string; left_at: Date; comment: string | null }>`
    select item_uuid, left_at, comment from published_items
    where topic_id = ${topicId} and leaving = 'retracted' and left_at > ${newestChange(topicId)} - ${toldFor}
    order by left_at desc, number desc limit ${limit}`.execute(db);
  return rows.map((row) => ({ itemUuid: row.item_uuid, at: row.left_at, comment: row.comment ?? '' }));
}

/** When items of a topic were published again after a retraction, by item. */
export async function findRenewals(db: Db, topicId: string, itemUuids: string[]): Promise<Map<string, Date>> {
  const { rows } = await sql<{ item_uuid: string; renewed_at: Date }>`
    select item_uuid, renewed_at from published_items
    where topic_id = ${topicId} and item_uuid = any(${itemUuids}::uuid[]) and renewed_at is not null`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.item_uuid, row.renewed_at]));
}

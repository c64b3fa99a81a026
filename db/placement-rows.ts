import { type Selectable, sql } from 'kysely';
import type { Correction } from '../src/model/correction.ts';
import type { Standing } from '../src/model/decision.ts';
import type { Placement } from '../src/model/placement.ts';
import type { Db } from './connect.ts';
import type { PlacementsTable } from './schema.ts';

/** The row as the rest of the program knows it. */
export function toPlacement(row: Selectable<PlacementsTable>): Placement {
  return {
    topicId: row.topic_id,
    storyId: row.story_id,
    state: row.state,
    reasons: row.reasons,
    datedAt: row.dated_at,
    placedAt: row.placed_at,
    publishedAt: row.published_at ?? undefined,
    itemUuid: row.item_uuid,
    version: row.version,
    headline: row.headline ?? undefined,
    standfirst: row.standfirst ?? undefined,
    editedFrom: row.edited_from ?? undefined,
    editedAt: row.edited_at ?? undefined,
    leadEntryId: row.lead_entry_id ?? undefined,
    pinnedAt: row.pinned_at ?? undefined,
    pinnedUntil: row.pinned_until ?? undefined,
    publishAt: row.publish_at ?? undefined,
    expireAt: row.expire_at ?? undefined,
    corrections: row.corrections ?? undefined,
  };
}

/** How a story stands in a topic; undefined when it has no place there. */
export async function findPlacement(
  db: Db,
  topicId: string,
  storyId: string,
): Promise<Placement | undefined> {
  const row = await selectPlacement(db, topicId, storyId).executeTakeFirst();
  return row && toPlacement(row);
}

/** The same, and nobody else changes, moves or removes it until the transaction ends. */
export async function lockPlacement(
  tx: Db,
  topicId: string,
  storyId: string,
): Promise<Placement | undefined> {
  const row = await selectPlacement(tx, topicId, storyId).forUpdate().executeTakeFirst();
  return row && toPlacement(row);
}

function selectPlacement(db: Db, topicId: string, storyId: string) {
  return db
    .selectFrom('placements')
    .selectAll()
    .where('topic_id', '=', topicId)
    .where('story_id', '=', storyId);
}

/** What was corrected of a story in the topics in which it stands published, each once, the oldest first. */
export async function listCorrections(db: Db, storyId: string): Promise<Correction[]> {
  const rows = await db
    .selectFrom('placements')
    .select('corrections')
    .where('story_id', '=', storyId)
    .where('state', '=', 'published')
    .execute();
  const all = rows.flatMap(({ corrections }) => corrections ?? []).sort((a, b) => (a.at < b.at ? -1 : 1));
  return [...new Map(all.map((one) => [one.text, one])).values()];
}

/** Locks and returns all placements of a story, by topic. */
export async function lockPlacementsOfStory(tx: Db, storyId: string): Promise<Placement[]> {
  const rows = await tx
    .selectFrom('placements')
    .selectAll()
    .where('story_id', '=', storyId)
    .orderBy('topic_id')
    .forUpdate()
    .execute();
  return rows.map(toPlacement);
}

/** A standing that a placement gets. */
export interface StandingChange {
  topicId: string;
  storyId: string;
  standing: Standing;
}

/**
 * Sets standings, each by one decision: versions go up, the date of the editor's words and corrections moves when they change, the date of
 * publication when the story becomes published. Returns the placements as they are then; those that are gone are left out.
 */
export async function setStandings(tx: Db, changes: StandingChange[], now: Date): Promise<Placement[]> {
  if (changes.length === 0) return [];
  const given = JSON.stringify(changes.map(({ standing, ...key }) => ({ ...key, ...standing })));
  const { rows } = await sql<Selectable<PlacementsTable>>`
    update placements p set
      state = n.state, headline = n.headline, standfirst = n.standfirst, edited_from = n."editedFrom",
      lead_entry_id = n."leadEntryId", pinned_at = n."pinnedAt", pinned_until = n."pinnedUntil",
      publish_at = n."publishAt", expire_at = n."expireAt", corrections = n.corrections, version = p.version + 1,
      edited_at = case when (n.headline, n.standfirst, n.corrections) is distinct from (p.headline, p.standfirst, p.corrections)
        then ${now} else p.edited_at end,
      published_at = case when n.state <> 'published' then null when p.state = 'published' then p.published_at else ${now} end
    from jsonb_to_recordset(${given}::jsonb) as n(
      "topicId" bigint, "storyId" bigint, state text, headline text, standfirst text, "editedFrom" jsonb, "leadEntryId" bigint,
      "pinnedAt" timestamptz, "pinnedUntil" timestamptz, "publishAt" timestamptz, "expireAt" timestamptz, corrections jsonb)
    where p.topic_id = n."topicId" and p.story_id = n."storyId"
    returning p.*`.execute(tx);
  return rows.map(toPlacement);
}

/** Stores placements as they are given; false when one of them is there already, or its story is not (any more). */
export async function insertPlacements(tx: Db, placements: Placement[]): Promise<boolean> {
  if (placements.length === 0) return true;
  const storyIds = [...new Set(placements.map((p) => p.storyId))];
  // Kept, for another story may be taking one of them up.
  const kept = await tx
    .selectFrom('stories')
    .select('id')
    .where('id', 'in', storyIds)
    .orderBy('id')
    .forKeyShare()
    .execute();
  if (kept.length < storyIds.length) return false;
  const inserted = await tx
    .insertInto('placements')
    .values(placements.map(toRow))
    .onConflict((oc) => oc.constraint('placements_pkey').doNothing())
    .returning('story_id')
    .execute();
  return inserted.length === placements.length;
}

/** Takes a story out of a topic as if it had never been placed. */
export async function removePlacement(tx: Db, topicId: string, storyId: string): Promise<void> {
  await tx.deleteFrom('placements').where('topic_id', '=', topicId).where('story_id', '=', storyId).execute();
}

function toRow(placement: Placement) {
  return {
    topic_id: placement.topicId,
    story_id: placement.storyId,
    state: placement.state,
    reasons: JSON.stringify(placement.reasons),
    dated_at: placement.datedAt,
    placed_at: placement.placedAt,
    published_at: placement.publishedAt ?? null,
    item_uuid: placement.itemUuid,
    version: placement.version,
    headline: placement.headline ?? null,
    standfirst: placement.standfirst ?? null,
    edited_from: placement.editedFrom ? JSON.stringify(placement.editedFrom) : null,
    edited_at: placement.editedAt ?? null,
    lead_entry_id: placement.leadEntryId ?? null,
    pinned_at: placement.pinnedAt ?? null,
    pinned_until: placement.pinnedUntil ?? null,
    publish_at: placement.publishAt ?? null,
    expire_at: placement.expireAt ?? null,
    corrections: placement.corrections ? JSON.stringify(placement.corrections) : null,
  };
}

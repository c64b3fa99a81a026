import { type Selectable, sql } from 'kysely';
import type { Decision } from '../src/model/decision.ts';
import type { Db } from './connect.ts';
import type { DecisionsTable } from './schema.ts';

/** A decision that is being made. */
export type NewDecision = Omit<Decision, 'id'>;

/** Keeps a request's number to this transaction until it ends: the same request again waits, and finds what was decided. */
export async function lockRequest(tx: Db, requestId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('wireroom.decide'), hashtext(${requestId}))`.execute(tx);
}

/** Keeps decisions for ever; returns them in the order given. */
export async function insertDecisions(tx: Db, decisions: NewDecision[]): Promise<Decision[]> {
  if (decisions.length === 0) return [];
  const rows = await tx.insertInto('decisions').values(decisions.map(toRow)).returningAll().execute();
  return rows.map(toDecision);
}

/** The decision that a request came to; undefined when it has come to none (yet). */
export async function findDecisionByRequest(db: Db, requestId: string): Promise<Decision | undefined> {
  const row = await db
    .selectFrom('decisions')
    .selectAll()
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row && toDecision(row);
}

/** The decision of this id; undefined when there is none. */
export async function findDecision(db: Db, id: string): Promise<Decision | undefined> {
  const row = await db.selectFrom('decisions').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toDecision(row);
}

/** The decisions that took these back, by the id of what they took back. */
export async function findUndoers(db: Db, ids: string[]): Promise<Map<string, Decision>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('decisions').selectAll().where('undoes', 'in', ids).execute();
  return new Map(rows.map((row) => [row.undoes ?? '', toDecision(row)]));
}

/** Which decisions are asked for; all that is given must hold. */
export interface DecisionQuery {
  topicId?: string;
  /** With those of the stories that it has taken up; of a story that was taken up, those of the one that stands. */
  storyId?: string;
  editorId?: string;
  /** Only those with a lower id. */
  before?: string;
  /** Only those with a higher id. */
  after?: string;
  limit: number;
}

/** Decisions, the latest first. */
export async function listDecisions(db: Db, query: DecisionQuery): Promise<Decision[]> {
  const { topicId, storyId, editorId, before, after, limit } = query;
  let select = db.selectFrom('decisions').selectAll().orderBy('id', 'desc').limit(limit);
  if (topicId !== undefined) select = select.where('topic_id', '=', topicId);
  if (editorId !== undefined) select = select.where('editor_id', '=', editorId);
  if (before !== undefined) select = select.where('id', '<', sql<string>`${before}::bigint`);
  if (after !== undefined) select = select.where('id', '>', sql<string>`${after}::bigint`);
  if (storyId !== undefined) {
    const ids = await listIdsOfStory(db, storyId);
    select = select.where(sql<boolean>`story_id = any(${ids}::bigint[])`);
  }
  return (await select.execute()).map(toDecision);
}

/** All ids that a story has had: its own and those of the stories that it has taken up. */
async function listIdsOfStory(db: Db, storyId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with standing as (
      select coalesce((select story_id from story_aliases where id = ${storyId}), ${storyId}::bigint) as id
    )
    select id from standing union select a.id from story_aliases a join standing s on s.id = a.story_id`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

function toRow(decision: NewDecision) {
  return {
    request_id: decision.requestId,
    topic_id: decision.topicId,
    topic_slug: decision.topicSlug,
    story_id: decision.storyId,
    headline: decision.headline,
    editor_id: decision.editorId ?? null,
    editor_name: decision.editorName,
    act: decision.act,
    details: JSON.stringify(decision.details),
    reason: decision.reason,
    before: decision.before ? JSON.stringify(decision.before) : null,
    after: decision.after ? JSON.stringify(decision.after) : null,
    undoes: decision.undoes ?? null,
    made_at: decision.madeAt,
  };
}

function toDecision(row: Selectable<DecisionsTable>): Decision {
  return {
    id: row.id,
    requestId: row.request_id,
    topicId: row.topic_id,
    topicSlug: row.topic_slug,
    storyId: row.story_id,
    headline: row.headline,
    editorId: row.editor_id ?? undefined,
    editorName: row.editor_name,
    act: row.act,
    details: row.details,
    reason: row.reason,
    before: row.before ?? undefined,
    after: row.after ?? undefined,
    undoes: row.undoes ?? undefined,
    madeAt: row.made_at,
  };
}

import { type Selectable, sql } from 'kysely';
import type { Editor } from '../src/model/editor.ts';
import type { Db } from './connect.ts';
import { toEditor } from './editors.ts';
import type { EditorsTable } from './schema.ts';

export interface NewSession {
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  editorId: string;
  /** By which the editor signs in; undefined: not by a password. */
  passwordHash?: string;
  userAgent: string;
  expiresAt: Date;
}

/** A session as its editor sees it. */
export interface SessionOfEditor {
  id: string;
  createdAt: Date;
  seenAt: Date;
  expiresAt: Date;
  userAgent: string;
}

/** Opens a session for an open editor; returns its id, undefined when the editor is closed or has another password by now. */
export async function openSession(db: Db, session: NewSession, now: Date): Promise<string | undefined> {
  const passwordHash = session.passwordHash ?? null;
  // The lock makes closing the editor and changing the password wait, or us see that it is done.
  const { rows } = await sql<{ id: string }>`
    insert into sessions (token_hash, editor_id, created_at, seen_at, expires_at, user_agent)
    select ${session.tokenHash}, id, ${now}, ${now}, ${session.expiresAt}, ${session.userAgent}
    from editors where id = ${session.editorId} and closed_at is null
      and (${passwordHash}::text is null or password_hash = ${passwordHash}) for share
    returning id`.execute(db);
  return rows[0]?.id;
}

/** The open editor whose session it is, if it has not expired and was seen after `seenAfter`. */
export async function findSession(
  db: Db,
  tokenHash: Buffer,
  now: Date,
  seenAfter: Date,
): Promise<{ id: string; seenAt: Date; editor: Editor } | undefined> {
  const { rows } = await sql<Selectable<EditorsTable> & { session_id: string; seen_at: Date }>`
    select e.*, s.id as session_id, s.seen_at from sessions s join editors e on e.id = s.editor_id
    where s.token_hash = ${tokenHash} and s.expires_at > ${now} and s.seen_at > ${seenAfter}
      and e.closed_at is null`.execute(db);
  const row = rows[0];
  return row && { id: row.session_id, seenAt: row.seen_at, editor: toEditor(row) };
}

/** Notes that a session is in use. */
export async function markSessionSeen(db: Db, sessionId: string, now: Date): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ seen_at: now })
    .where('id', '=', sessionId)
    .where('seen_at', '<', now)
    .execute();
}

/** The sessions of an editor that still let in, the one in use last first. */
export async function listSessions(
  db: Db,
  editorId: string,
  now: Date,
  seenAfter: Date,
): Promise<SessionOfEditor[]> {
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'created_at', 'seen_at', 'expires_at', 'user_agent'])
    .where('editor_id', '=', editorId)
    .where('expires_at', '>', now)
    .where('seen_at', '>', seenAfter)
    .orderBy('seen_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
    userAgent: row.user_agent,
  }));
}

/** Ends one session of an editor; another's stays. */
export async function endSession(db: Db, editorId: string, sessionId: string): Promise<void> {
  await db.deleteFrom('sessions').where('id', '=', sessionId).where('editor_id', '=', editorId).execute();
}

/** Ends the sessions of an editor but for one, if named; returns how many. */
export async function endSessions(db: Db, editorId: string, exceptId?: string): Promise<number> {
  let query = db.deleteFrom('sessions').where('editor_id', '=', editorId);
  if (exceptId !== undefined) query = query.where('id', '<>', exceptId);
  const { numDeletedRows } = await query.executeTakeFirst();
  return Number(numDeletedRows);
}

/** Removes the sessions that let nobody in any more. */
export async function pruneSessions(db: Db, now: Date, seenAfter: Date): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where(({ or, eb }) => or([eb('expires_at', '<=', now), eb('seen_at', '<=', seenAfter)]))
    .execute();
}

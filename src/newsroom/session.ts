import { findApiToken, markApiTokenUsed } from '../../db/api-tokens.ts';
import type { Db } from '../../db/connect.ts';
import { findSession, markSessionSeen, openSession } from '../../db/sessions.ts';
import { AppError } from '../errors.ts';
import type { Editor, Scope } from '../model/editor.ts';
import { createSecret, hashSecret, signText } from './secrets.ts';

const hourMs = 3_600_000;
/** A session ends so long after the sign-in, whatever happens … */
export const sessionMs = 30 * 24 * hourMs;
/** … and so long after it was used last. */
export const idleMs = 12 * hourMs;
/** That a session or a token is in use is written once in so long. */
const seenMs = 60_000;

/** Whoever shows the token is the editor, until the session ends. */
export interface SessionStart {
  editor: Editor;
  /** For the cookie; it is stored nowhere. */
  token: string;
  expiresAt: Date;
}

/**
 * Begins a session, always a new one; `passwordHash` is what let the person in, if a password did. Throws AppError
 * `bad-sign-in` when the editor was closed, or has another password, in between.
 */
export async function startSession(
  db: Db,
  editor: Editor,
  userAgent: string,
  now: Date,
  passwordHash?: string,
): Promise<SessionStart> {
  const token = createSecret();
  const expiresAt = new Date(now.getTime() + sessionMs);
  const session = {
    tokenHash: hashSecret(token),
    editorId: editor.id,
    passwordHash,
    userAgent: userAgent.slice(0, 300),
    expiresAt,
  };
  if ((await openSession(db, session, now)) === undefined) {
    throw new AppError('bad-sign-in', wrongSignIn);
  }
  return { editor, token, expiresAt };
}

/** The one sentence for an unknown login, a wrong password and a closed editor. */
export const wrongSignIn = 'Login and password do not belong together. Check both, and sign in again.';

/** Who holds the session; undefined when it has ended, and when there never was one. */
export async function findVisitorBySession(
  db: Db,
  token: string,
  now: Date,
): Promise<{ editor: Editor; sessionId: string; csrf: string } | undefined> {
  const found = await findSession(db, hashSecret(token), now, toSeenAfter(now));
  if (!found) return undefined;
  if (now.getTime() - found.seenAt.getTime() >= seenMs) await markSessionSeen(db, found.id, now);
  return { editor: found.editor, sessionId: found.id, csrf: toCsrf(token) };
}

/** Who made the API token, and what it may do; undefined when it does not work (any more). */
export async function findVisitorByToken(
  db: Db,
  token: string,
  now: Date,
): Promise<{ editor: Editor; scopes: Scope[] } | undefined> {
  const found = await findApiToken(db, hashSecret(token), now);
  if (!found) return undefined;
  if (!found.usedAt || now.getTime() - found.usedAt.getTime() >= seenMs) {
    await markApiTokenUsed(db, found.id, now);
  }
  return { editor: found.editor, scopes: found.scopes };
}

/** What forms of a session carry: who can read it can read the session's pages. */
export function toCsrf(token: string): string {
  return signText(token, 'csrf');
}

/** A session that was not used since has ended. */
export function toSeenAfter(now: Date): Date {
  return new Date(now.getTime() - idleMs);
}

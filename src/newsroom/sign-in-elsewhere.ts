import type { Db } from '../../db/connect.ts';
import { bindSubject, findEditorBySubject } from '../../db/editors.ts';
import { AppError } from '../errors.ts';
import { type SessionStart, startSession } from './session.ts';

/** Whom an OpenID provider says it is. */
export interface Identity {
  issuer: string;
  subject: string;
  /** Only when the provider has verified it. */
  verifiedEmail?: string;
}

/**
 * Signs in whom a provider vouches for: the editor who is bound to the subject, else the one whose login is the verified
 * address and who is bound to none yet. Nobody becomes an editor by it: AppError `not-allowed`.
 */
export async function signInElsewhere(
  db: Db,
  { issuer, subject, verifiedEmail }: Identity,
  userAgent: string,
  now: Date,
): Promise<SessionStart> {
  const bound = await findEditorBySubject(db, issuer, subject);
  const login = verifiedEmail?.toLowerCase();
  const editor = bound ?? (login === undefined ? undefined : await bindSubject(db, login, issuer, subject));
  if (editor) return startSession(db, editor, userAgent, now);
  throw new AppError(
    'not-allowed',
    'You are known there, but no editor here belongs to that account. Ask a chief to invite you, with the account’s verified e-mail address as login.',
  );
}

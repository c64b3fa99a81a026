import type { Db } from '../../db/connect.ts';
import { claimForEditor, claimForNew, findInvitation, type Invitation } from '../../db/invitations.ts';
import { endSessions } from '../../db/sessions.ts';
import { AppError } from '../errors.ts';
import { parseLogin, parseName } from './editor-fields.ts';
import { toDevice } from './known-device.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { hashSecret } from './secrets.ts';
import { type SessionStart, startSession } from './session.ts';

/** What is filled in by whoever follows a link; for an editor who is there, only the password counts. */
export interface Introduction {
  login: string;
  name: string;
  password: string;
}

/** What a link is for. Throws AppError `link-used`. */
export async function getInvitation(db: Db, token: string, now: Date): Promise<Invitation> {
  const invitation = await findInvitation(db, hashSecret(token), now);
  if (invitation) return invitation;
  throw new AppError('link-used', linkUsed);
}

const linkUsed =
  'This link lets in once, and was used, replaced by a newer one, or has expired. Ask whoever sent it for another.';

/**
 * Makes the person an editor, or gives an editor a new password, and signs in. Of two who take up one link at once, one gets
 * in. Throws AppError `link-used`, `login-taken`, `bad-password`, `bad-argument`.
 */
export async function takeUpInvitation(
  db: Db,
  token: string,
  introduction: Introduction,
  userAgent: string,
  now: Date,
): Promise<SessionStart & { device: string }> {
  const invitation = await getInvitation(db, token, now);
  const login = invitation.editor?.login ?? parseLogin(introduction.login);
  const name = invitation.editor?.name ?? parseName(introduction.name);
  checkPassword(introduction.password, login);
  const passwordHash = await hashPassword(introduction.password);
  const tokenHash = hashSecret(token);
  const editor = invitation.editor
    ? await claimForEditor(db, tokenHash, passwordHash, now)
    : await claimForNew(db, tokenHash, { login, name, passwordHash }, now);
  if (!editor) throw new AppError('link-used', linkUsed);
  // Those, too, that were being opened by the former password while the link was taken up.
  if (invitation.editor) await endSessions(db, editor.id);
  const start = await startSession(db, editor, userAgent, now, passwordHash);
  return { ...start, device: toDevice(editor.login, passwordHash) };
}

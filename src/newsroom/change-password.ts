import type { Db } from '../../db/connect.ts';
import { findEditorById, storePasswordHash } from '../../db/editors.ts';
import { endSessions } from '../../db/sessions.ts';
import { AppError } from '../errors.ts';
import { toDevice } from './known-device.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { confirmPassword } from './sign-in.ts';

export interface PasswordChange {
  editorId: string;
  /** The session that stays; all others of the editor end. */
  sessionId?: string;
  /** Not asked of those who have none, and sign in elsewhere. */
  present: string;
  wanted: string;
}

/**
 * Sets another password and ends all other sessions; returns what the browser keeps to be known again.
 * Throws AppError `bad-sign-in` when the present one is wrong or was replaced meanwhile, `bad-password`, and TooManyAttempts.
 */
export async function changePassword(db: Db, change: PasswordChange, now: Date): Promise<string> {
  const editor = await findEditorById(db, change.editorId);
  if (!editor) throw new AppError('signed-out', 'The session has ended. Sign in again.');
  checkPassword(change.wanted, editor.login);
  if (editor.passwordHash !== undefined) await confirmPassword(db, editor, change.present, now);
  const passwordHash = await hashPassword(change.wanted);
  if (!(await storePasswordHash(db, editor.id, passwordHash, editor.passwordHash))) {
    throw new AppError(
      'bad-sign-in',
      'The password was changed elsewhere meanwhile, and this changed nothing.',
    );
  }
  await endSessions(db, editor.id, change.sessionId);
  return toDevice(editor.login, passwordHash);
}

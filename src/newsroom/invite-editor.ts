import type { Db } from '../../db/connect.ts';
import { createEditor } from '../../db/editors.ts';
import { storeInvitation } from '../../db/invitations.ts';
import { AppError } from '../errors.ts';
import type { Editor, Role } from '../model/editor.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { createSecret, hashSecret } from './secrets.ts';

const dayMs = 86_400_000;
/** How long a link waits for a new editor. */
export const invitationDays = 7;
/** A link for a lost password is worth more to a thief: the editor's name stands behind it. */
const newPasswordDays = 1;

/** A link for someone who becomes an editor of this role, whoever it is. Returns its token. */
export async function inviteEditor(db: Db, role: Role, now: Date): Promise<string> {
  const token = createSecret();
  await storeInvitation(
    db,
    { tokenHash: hashSecret(token), role, expiresAt: toExpiry(now, invitationDays) },
    now,
  );
  return token;
}

/**
 * A link by which an editor who is there chooses a new password; those before it are void. Returns its token and how many
 * days it waits. Throws AppError `bad-argument` for a closed editor.
 */
export async function linkEditor(
  db: Db,
  editor: Editor & { passwordHash?: string },
  now: Date,
): Promise<{ token: string; days: number }> {
  if (editor.closedAt) {
    throw new AppError(
      'bad-argument',
      `${editor.name} is closed. Reopen the editor first, then make a link.`,
    );
  }
  const days = editor.passwordHash === undefined ? invitationDays : newPasswordDays;
  const token = createSecret();
  const invitation = {
    tokenHash: hashSecret(token),
    editorId: editor.id,
    role: editor.role,
    expiresAt: toExpiry(now, days),
  };
  await storeInvitation(db, invitation, now);
  return { token, days };
}

/** Adds an editor with a password. Throws AppError `login-taken`, `bad-password`. */
export async function addEditorWithPassword(
  db: Db,
  editor: { login: string; name: string; role: Role; password: string },
  now: Date,
): Promise<Editor> {
  checkPassword(editor.password, editor.login);
  const { login, name, role } = editor;
  return createEditor(db, { login, name, role, passwordHash: await hashPassword(editor.password) }, now);
}

/** Where a link leads. */
export function toWelcomeUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/desk/welcome/${token}`;
}

export function toExpiry(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}

import type { Db } from '../../db/connect.ts';
import { createEditor } from '../../db/editors.ts';
import type { Editor, Role } from '../../src/model/editor.ts';
import { hashPassword } from '../../src/newsroom/passwords.ts';

/** The password of every editor of the tests. */
export const password = 'paper boats at noon';
let passwordHash: Promise<string> | undefined;

/** Stores an editor who signs in by `password`; the name is the login with a capital. */
export async function makeEditor(db: Db, login: string, role: Role, now: Date): Promise<Editor> {
  passwordHash ??= hashPassword(password);
  const name = login.charAt(0).toUpperCase() + login.slice(1);
  return createEditor(db, { login, name, role, passwordHash: await passwordHash }, now);
}

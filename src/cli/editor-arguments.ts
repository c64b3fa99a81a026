import type { Db } from '../../db/connect.ts';
import { type EditorWithPassword, findEditorByLogin } from '../../db/editors.ts';
import { AppError } from '../errors.ts';
import { readInput } from './input.ts';

/** By login, in whatever case. Throws AppError `editor-not-found`. */
export async function getEditor(db: Db, given: string): Promise<EditorWithPassword> {
  const found = await findEditorByLogin(db, given.trim().toLowerCase());
  if (found) return found;
  throw new AppError('editor-not-found', `There is no editor "${given}". See: wireroom editor list`);
}

/** The first line of standard input. */
export function readPassword(): string {
  return readInput('-').toString('utf8').split(/\r?\n/, 1)[0] ?? '';
}

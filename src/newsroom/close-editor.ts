import type { Db } from '../../db/connect.ts';
import { markEditorClosed, storeRole } from '../../db/editors.ts';
import { AppError } from '../errors.ts';
import type { Editor, Role } from '../model/editor.ts';

/** Lets an editor in no more: sessions, tokens and links end; decisions stay signed. Throws AppError `last-chief`. */
export async function closeEditor(db: Db, editor: Editor, now: Date): Promise<void> {
  if (await markEditorClosed(db, editor.id, now)) return;
  throw new AppError(
    'last-chief',
    `${editor.name} is the last chief, and cannot be closed. Make someone else a chief first.`,
  );
}

/** Changes what an editor may do, from the next request on. Throws AppError `last-chief`. */
export async function changeRole(db: Db, editor: Editor, role: Role): Promise<void> {
  if (await storeRole(db, editor.id, role)) return;
  throw new AppError(
    'last-chief',
    `${editor.name} is the last chief, and stays one. Make someone else a chief first.`,
  );
}

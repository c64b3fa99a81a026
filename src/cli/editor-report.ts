import type { ListedEditor } from '../../db/editors.ts';
import { toAge, toTable } from './output.ts';

/** One line an editor. */
export function toEditorTable(editors: ListedEditor[], now: Date): string {
  return toTable(
    ['LOGIN', 'NAME', 'ROLE', 'STATE', 'SEEN'],
    editors.map((listed) => [
      listed.editor.login,
      listed.editor.name.slice(0, 40),
      listed.editor.role,
      toState(listed),
      toAge(listed.seenAt, now),
    ]),
  );
}

function toState({ editor, hasPassword, hasLink }: ListedEditor): string {
  if (editor.closedAt) return 'closed';
  if (hasPassword) return 'open';
  return hasLink ? 'invited' : 'no password';
}

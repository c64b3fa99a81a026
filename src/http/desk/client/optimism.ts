import { toStateAfterAct } from './act-words.ts';
import { changeCount } from './counts.ts';
import type { WireAct } from './delivery.ts';
import { page } from './page.ts';
import { forgetPreview } from './preview-pane.ts';
import { endRange, type GoneRow, getRow, putBack, takeOut } from './rows.ts';

/** Rows that have left the list by an act, until it is taken back. */
const gone = new Map<string, GoneRow>();

/** Whether a row is out of the list, since what was done with it belongs into another one. */
export function isGone(id: string): boolean {
  return gone.has(id);
}

/** What the page can show before the server has answered. */
export function apply(ids: string[], act: WireAct): void {
  const state = toStateAfterAct(act);
  if (state) {
    for (const id of ids) countMove(id, state);
    if (page.show !== 'all' && page.show !== state) hide(ids);
    else endRange();
  }
  if (act.act === 'merge') hide([act.otherId]);
  if (act.act === 'edit' && typeof act.headline === 'string') {
    const headline = getRow(ids[0] ?? '')?.querySelector('.row-headline');
    if (headline) headline.textContent = act.headline;
  }
  for (const id of ids) forgetPreview(id);
}

function countMove(id: string, state: string): void {
  const row = getRow(id);
  if (!row) return;
  changeCount(row.dataset.state ?? '', -1);
  changeCount(state, 1);
  row.dataset.was ??= row.dataset.state;
  row.dataset.state = state;
}

/** Whether an act takes a story out of the list that is shown. */
export function isLeaving(act: WireAct): boolean {
  const state = toStateAfterAct(act);
  return state !== undefined && page.show !== 'all' && page.show !== state;
}

/** Takes rows out of the list, for now. */
export function hide(ids: string[]): void {
  for (const [id, row] of takeOut(ids)) gone.set(id, row);
}

/** Shows a row as it was before the act. */
export function bringBack(id: string): void {
  const row = gone.get(id);
  if (row) {
    gone.delete(id);
    putBack(id, row);
  }
  const link = getRow(id);
  if (link?.dataset.was && link.dataset.state) {
    changeCount(link.dataset.state, -1);
    changeCount(link.dataset.was, 1);
    link.dataset.state = link.dataset.was;
    delete link.dataset.was;
  }
}

/** A sentence in the row itself, until it is decided anew. */
export function markRow(id: string, words: string): void {
  const note = getRow(id)?.querySelector<HTMLElement>('.row-note');
  if (!note) return;
  note.textContent = words;
  note.hidden = words === '';
}

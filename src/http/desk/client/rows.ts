import htmx from 'htmx.org';
import { get } from './page.ts';
import {
  clearRange,
  insertInto,
  listSelected,
  moveBy,
  moveTo,
  removeFrom,
  type Selection,
  selectIn,
} from './selection.ts';
import { refreshTimes } from './times.ts';

/** A row that has left the list, with the place it had. */
export interface GoneRow {
  item: HTMLElement;
  before?: string;
}

const list = document.getElementById('rows') as HTMLUListElement | null;
let selection: Selection = selectIn([]);
let onMove: (id: string | undefined) => void = () => undefined;

export function getRow(id: string): HTMLAnchorElement | undefined {
  return (list?.querySelector<HTMLAnchorElement>(`a[data-story="${id}"]`) as HTMLAnchorElement) ?? undefined;
}

export function getCursor(): string | undefined {
  return selection.cursor;
}

export function getSelected(): string[] {
  return listSelected(selection);
}

export function listRowIds(): readonly string[] {
  return selection.ids;
}

export function hasRange(): boolean {
  return selection.anchor !== undefined;
}

/** Makes the list of links a list box, worked by keys; `moved` hears of each new row under the cursor. */
export function startRows(moved: (id: string | undefined) => void): void {
  if (!list) return;
  onMove = moved;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-multiselectable', 'true');
  readRows();
  list.addEventListener('focusin', ({ target }) => {
    const id = (target as HTMLElement).closest<HTMLElement>('a[data-story]')?.dataset.story;
    if (id !== undefined && id !== selection.cursor) change(moveTo(selection, id));
  });
}

/** Takes up rows that were added to the page. */
export function readRows(cursor = selection.cursor): void {
  if (!list) return;
  for (const item of list.querySelectorAll(':scope > li')) item.setAttribute('role', 'presentation');
  for (const link of list.querySelectorAll<HTMLElement>('a')) {
    link.setAttribute('role', 'option');
    link.setAttribute('aria-selected', 'false');
    link.tabIndex = -1;
  }
  const links = [...list.querySelectorAll<HTMLElement>('a[data-story]')];
  refreshTimes(list);
  const ids = links.map(({ dataset }) => dataset.story ?? '');
  const was = selection;
  selection = selectIn(ids, cursor);
  if (was.cursor === selection.cursor && was.anchor !== undefined && ids.includes(was.anchor)) {
    selection = { ...selection, anchor: was.anchor };
  }
  paint();
}

export function step(by: number, extend = false): void {
  change(moveBy(selection, by, extend));
  focusCursor();
}

export function goTo(id: string, extend = false): void {
  change(moveTo(selection, id, extend));
  focusCursor();
}

export function endRange(): void {
  change(clearRange(selection));
}

/** Puts the focus on the row under the cursor and brings it into view. */
export function focusCursor(): void {
  const row = selection.cursor === undefined ? undefined : getRow(selection.cursor);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}

/** Takes rows out; the cursor goes on to the next. Returns them with their places, for whoever puts them back. */
export function takeOut(ids: string[]): Map<string, GoneRow> {
  const gone = new Map<string, GoneRow>();
  const order = selection.ids;
  for (const id of ids) {
    const item = getRow(id)?.closest('li');
    if (item)
      gone.set(id, {
        item,
        before: order.slice(order.indexOf(id) + 1).find((other) => !ids.includes(other)),
      });
  }
  const hadFocus = list?.contains(document.activeElement) ?? false;
  for (const { item } of gone.values()) item.remove();
  change(removeFrom(selection, ids));
  if (hadFocus) focusCursor();
  return gone;
}

/** Puts rows back where they were. */
export function putBack(id: string, { item, before }: GoneRow): void {
  if (!list || getRow(id)) return;
  const next = before === undefined ? undefined : getRow(before)?.closest('li');
  list.insertBefore(item, next ?? list.querySelector(':scope > li.more'));
  selection = insertInto(selection, id, next ? before : undefined);
  readRows();
}

/** Takes the server's own row in place of the one that is shown, or before the first when there is none. */
export function replaceRow(id: string, markup: HTMLElement): void {
  const old = getRow(id)?.closest('li');
  const hadFocus = old?.contains(document.activeElement) ?? false;
  if (old) old.replaceWith(markup);
  else list?.prepend(markup);
  readRows();
  if (hadFocus) focusCursor();
}

/** Fetches the rows after the last one, when the cursor comes near it. */
export function wantMore(): void {
  const more = list?.querySelector(':scope > li.more');
  const left =
    selection.cursor === undefined ? 0 : selection.ids.length - selection.ids.indexOf(selection.cursor);
  if (more && left < 15) htmx.trigger(more, 'more');
}

function change(next: Selection): void {
  const was = selection;
  selection = next;
  paint();
  if (was.cursor !== next.cursor) onMove(next.cursor);
}

function paint(): void {
  if (!list) return;
  const selected = new Set(listSelected(selection));
  for (const row of list.querySelectorAll<HTMLElement>('a[data-story]')) {
    const id = row.dataset.story ?? '';
    const isCursor = id === selection.cursor;
    row.tabIndex = isCursor ? 0 : -1;
    row.setAttribute('aria-selected', String(selected.has(id)));
    row.classList.toggle('cursor', isCursor);
  }
  get('rows-pane').classList.toggle('is-empty', selection.ids.length === 0);
}

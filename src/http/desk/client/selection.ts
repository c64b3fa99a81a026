/** Which rows of a list are meant: the one under the cursor, or all from the anchor to it. Nothing here changes in place. */
export interface Selection {
  ids: readonly string[];
  /** Undefined: the list is empty. */
  cursor?: string;
  /** Where a range began; undefined: there is none. */
  anchor?: string;
}

/** The selection of a list with its first row, or the given one, under the cursor. */
export function selectIn(ids: readonly string[], cursor?: string): Selection {
  return { ids, cursor: cursor !== undefined && ids.includes(cursor) ? cursor : ids[0] };
}

/** Moves the cursor by rows, as far as there are any; `extend` keeps or begins a range, else one that was is over. */
export function moveBy(selection: Selection, step: number, extend = false): Selection {
  const { ids, cursor, anchor } = selection;
  if (cursor === undefined) return selectIn(ids);
  const at = Math.min(ids.length - 1, Math.max(0, ids.indexOf(cursor) + step));
  return { ids, cursor: ids[at], ...(extend ? { anchor: anchor ?? cursor } : {}) };
}

export function moveTo(selection: Selection, id: string, extend = false): Selection {
  if (!selection.ids.includes(id)) return selection;
  const { ids, cursor, anchor } = selection;
  return { ids, cursor: id, ...(extend ? { anchor: anchor ?? cursor ?? id } : {}) };
}

export function clearRange({ ids, cursor }: Selection): Selection {
  return { ids, cursor };
}

/** The ids that an act is for, in the list's order. */
export function listSelected({ ids, cursor, anchor }: Selection): string[] {
  if (cursor === undefined) return [];
  if (anchor === undefined) return [cursor];
  const [from = 0, to = 0] = [ids.indexOf(anchor), ids.indexOf(cursor)].sort((a, b) => a - b);
  return ids.slice(Math.max(0, from), to + 1);
}

/** Without these rows: the cursor goes to the next one that stays, else to the last before. The range is over. */
export function removeFrom(selection: Selection, gone: readonly string[]): Selection {
  const { ids, cursor } = selection;
  const isGone = new Set(gone);
  const left = ids.filter((id) => !isGone.has(id));
  if (cursor === undefined || !isGone.has(cursor)) return { ids: left, cursor };
  const at = ids.indexOf(cursor);
  const next =
    ids.slice(at).find((id) => !isGone.has(id)) ?? ids.slice(0, at).findLast((id) => !isGone.has(id));
  return { ids: left, cursor: next };
}

/** With a row before another, at the end when that one is not there; the cursor stays where it is. */
export function insertInto(selection: Selection, id: string, before?: string): Selection {
  const others = selection.ids.filter((other) => other !== id);
  const found = before === undefined ? -1 : others.indexOf(before);
  const at = found < 0 ? others.length : found;
  return { ...selection, ids: others.toSpliced(at, 0, id), cursor: selection.cursor ?? id };
}

import type { Db } from '../../db/connect.ts';
import { mergeStories } from '../../db/merge-stories.ts';
import {
  type EntryMove,
  findKeyHolders,
  insertStories,
  moveEntries,
  setKeyHolders,
} from '../../db/move-entries.ts';
import { listStandingStories } from '../../db/regroup.ts';
import { mapGroups } from '../dedupe/map-groups.ts';
import { toChunks } from './chunks.ts';
import { followMerges } from './follow-merges.ts';
import type { ReadAnew } from './read-anew.ts';

/** What regrouping came to. */
export interface RegroupReport {
  /** Entries that were grouped anew, and the stories that they tell now. */
  entries: number;
  stories: number;
  /** Stories that others took up. */
  merged: number;
  /** Stories that are new. */
  opened: number;
  /** Entries that left a story that still stands. */
  moved: number;
}

const chunkSize = 500;

/** What groups came to, once stories are as they are. */
export interface SettledGroups {
  report: RegroupReport;
  /** Entry id → the story that it tells now. */
  storyOf: ReadonlyMap<string, string>;
  /** Stories that gained or lost entries, and those that gained some otherwise than by taking up a story. */
  changed: Set<string>;
  gained: Set<string>;
}

/** Merges, opens and fills stories until they are as the groups are. */
export async function settleGroups(
  tx: Db,
  entries: ReadAnew[],
  groups: string[][],
  now: Date,
): Promise<SettledGroups> {
  const before = new Map(entries.map(({ entryId, storyId }) => [entryId, storyId]));
  const mapping = mapGroups(groups, await listStandingStories(tx, [...new Set(before.values())]), before);
  for (const merges of toChunks(mapping.merges, chunkSize)) await mergeStories(tx, merges, now);
  const follow = followMerges(mapping.merges.map(({ fromId, intoId }) => ({ from: fromId, into: intoId })));
  const places = await openMissing(tx, entries, groups, mapping);
  const storyOf = new Map(groups.flatMap((group, place) => group.map((id) => [id, places[place] ?? ''])));
  const moves: EntryMove[] = [];
  const changed = new Set(mapping.merges.map(({ intoId }) => intoId));
  const gained = new Set<string>();
  for (const [entryId, storyId] of storyOf) {
    const left = follow(before.get(entryId) ?? '');
    if (left === storyId) continue;
    moves.push({ entryId, storyId });
    gained.add(storyId);
    changed.add(left).add(storyId);
  }
  await moveEntries(tx, moves, now);
  const inRange = entries.filter(({ isInRange }) => isInRange);
  const report = {
    entries: inRange.length,
    stories: new Set(inRange.map(({ entryId }) => storyOf.get(entryId))).size,
    merged: mapping.merges.length,
    opened: mapping.opened.length,
    moved: moves.length,
  };
  return { report, storyOf, changed, gained };
}

/** The story of each group, opened where none stands for it. */
async function openMissing(
  tx: Db,
  entries: ReadAnew[],
  groups: string[][],
  { opened, storyOf }: ReturnType<typeof mapGroups>,
): Promise<(string | undefined)[]> {
  const dateOf = new Map(entries.map(({ entryId, entry }) => [entryId, entry.datedAt]));
  const dates = opened.map((place) => new Date(dateOf.get(groups[place]?.[0] ?? '') ?? 0));
  const ids = await insertStories(tx, dates);
  const places = [...storyOf];
  opened.forEach((place, index) => {
    places[place] = ids[index];
  });
  return places;
}

/** The key of an article stays with its story while that has an entry of the article, else it goes where the first one is. */
export async function settleKeys(
  tx: Db,
  entries: ReadAnew[],
  storyOf: ReadonlyMap<string, string>,
  changed: ReadonlySet<string>,
): Promise<void> {
  const telling = new Map<string, string[]>();
  for (const { entryId, articleKey } of entries) {
    const storyId = storyOf.get(entryId);
    if (articleKey === undefined || storyId === undefined) continue;
    const list = telling.get(articleKey);
    if (list) list.push(storyId);
    else telling.set(articleKey, [storyId]);
  }
  const holders = await findKeyHolders(tx, [...telling.keys()]);
  const moved = new Map<string, string>();
  for (const [key, storyIds] of telling) {
    const holder = holders.get(key);
    const [first] = storyIds;
    if (first === undefined || holder === undefined || !changed.has(holder)) continue;
    if (!storyIds.includes(holder)) moved.set(key, first);
  }
  await setKeyHolders(tx, moved);
}

import type { Db } from '../../db/connect.ts';
import type { MatchableEntry } from '../../db/entries.ts';
import { findKeyHolders, moveEntries, setKeyHolders } from '../../db/move-entries.ts';
import { dropStoryFacts, listFactsOfStories, storeStoryFacts } from '../../db/story-facts.ts';
import { toStoryKey } from './group-stored.ts';
import { settleLeads } from './settle-stories.ts';
import { toFacts } from './take-up-story.ts';

/** Entries that leave a story, those that stay, and the story that has been opened for the former. */
export interface Split {
  leftId: string;
  storyId: string;
  entries: MatchableEntry[];
  others: MatchableEntry[];
}

/**
 * Entries leave a story together for one that has been opened for them, and later grouping keeps them apart from each of
 * those that stay. Runs in a transaction that has locked the rules; what the stories' topics show has to be marked after.
 */
export async function splitOff(tx: Db, split: Split, now: Date): Promise<void> {
  await keepApart(tx, split, now);
  const moves = split.entries.map(({ id }) => ({ entryId: id, storyId: split.storyId }));
  await moveEntries(tx, moves, now);
  await moveKeys(tx, split);
  await settleLeads(tx, [split.leftId, split.storyId]);
}

/** Those that were kept together by way of entries of the other story stay together without them. */
async function keepApart(tx: Db, { leftId, entries, others }: Split, now: Date): Promise<void> {
  const leaving = new Set(entries.map(({ id }) => id));
  const bound = (await listFactsOfStories(tx, [leftId])).filter(
    ({ kind, entryId, otherId }) => kind === 'together' && leaving.has(entryId) !== leaving.has(otherId),
  );
  const ends = new Set(bound.flatMap(({ entryId, otherId }) => [entryId, otherId]));
  const otherIds = others.map(({ id }) => id);
  await dropStoryFacts(tx, 'together', [...leaving], otherIds);
  for (const side of [[...leaving], otherIds]) {
    const [first, ...rest] = side.filter((id) => ends.has(id));
    if (first !== undefined) await storeStoryFacts(tx, toFacts('together', first, rest), now);
  }
  for (const id of leaving) await storeStoryFacts(tx, toFacts('apart', id, otherIds), now);
}

/** The key of an address goes with the entries unless one that stays has it, too, or another story does. */
async function moveKeys(tx: Db, { leftId, storyId, entries, others }: Split): Promise<void> {
  const staying = new Set(others.map(toStoryKey));
  const keys = new Set(
    entries.flatMap((entry) => toStoryKey(entry) ?? []).filter((key) => !staying.has(key)),
  );
  const holders = await findKeyHolders(tx, [...keys]);
  const moved = [...keys].filter((key) => holders.get(key) === leftId);
  await setKeyHolders(tx, new Map(moved.map((key) => [key, storyId])));
}

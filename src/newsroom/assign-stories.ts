import type { Db } from '../../db/connect.ts';
import { lockGrouping } from '../../db/locks.ts';
import { findStoriesByKey } from '../../db/open-stories.ts';
import { findStoriesOfEntries } from '../../db/stories.ts';

/** An entry that was just stored. */
export interface Assignable {
  entryId: string;
  isNew: boolean;
  /** What entries of the same article share (SHA-256 in hex); undefined: there is nothing. */
  key?: string;
}

export interface Assigned {
  /** Entry id → story id. */
  storyOf: Map<string, string>;
  /** Ids that were reserved for stories to be opened; nothing is stored of them yet. */
  opening: Set<string>;
  /** Whether editors have said anything of stories. */
  hasFacts: boolean;
}

/**
 * The story that each entry of a source tells before it is compared: the one that it has; the one that tells its article,
 * unless that has an entry of this source already; else one to be opened. From here on until the transaction ends no one
 * else groups.
 */
export async function assignStories(tx: Db, sourceId: string, entries: Assignable[]): Promise<Assigned> {
  const fresh = entries.filter(({ isNew }) => isNew);
  const { hasFacts, storyIds } = await lockGrouping(tx, fresh.length);
  const changed = entries.filter(({ isNew }) => !isNew).map(({ entryId }) => entryId);
  const storyOf = await findStoriesOfEntries(tx, changed);
  const telling = await findStoriesByKey(
    tx,
    sourceId,
    fresh.flatMap(({ key }) => key ?? []),
  );
  const opening = new Set<string>();
  const joined = new Set<string>();
  for (const [place, { entryId, key }] of fresh.entries()) {
    const known = key === undefined ? undefined : telling.get(key);
    if (known !== undefined && !joined.has(known)) {
      joined.add(known);
      storyOf.set(entryId, known);
      continue;
    }
    const storyId = storyIds[place] ?? '';
    opening.add(storyId);
    storyOf.set(entryId, storyId);
  }
  return { storyOf, opening, hasFacts };
}

import type { Db } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { tellStories } from '../../db/open-stories.ts';
import { storeSources } from '../../db/sources.ts';
import { assignStories } from '../../src/newsroom/assign-stories.ts';
import { makeEntry, sha256 } from './make-entry.ts';

/** A new entry and what it shares with others of the same article. */
interface Ungrouped {
  entryId: string;
  datedAt: Date;
  key?: string;
}

/** Gives new entries of a source stories by their keys alone, as grouping does when nothing is alike: entry id → story id. */
export async function openStories(
  db: Db,
  sourceId: string,
  entries: Ungrouped[],
  now: Date,
): Promise<Map<string, string>> {
  if (!db.isTransaction) return db.transaction().execute((tx) => openStories(tx, sourceId, entries, now));
  const batch = entries.map((entry) => ({ ...entry, isNew: true }));
  const { storyOf, opening } = await assignStories(db, sourceId, batch);
  const told = entries.map((entry) => {
    const storyId = storyOf.get(entry.entryId) ?? '';
    return { ...entry, storyId, opens: opening.has(storyId) };
  });
  await tellStories(db, told, new Map(), now);
  return storyOf;
}

/** Opens a story for each name: of one entry, of a source of its own, with a key of its own. Returns their ids in order. */
export async function openOneEach(db: Db, names: string[], now: Date): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const [added] = await storeSources(db, [{ feedUrl: `https://${name}.example/feed` }], now);
    const sourceId = added?.source.id ?? '';
    const { stored } = await storeEntries(db, sourceId, [makeEntry(name)], now);
    const entryId = stored[0]?.id ?? '';
    const storyOf = await openStories(db, sourceId, [{ entryId, datedAt: now, key: sha256(name) }], now);
    ids.push(storyOf.get(entryId) ?? '');
  }
  return ids;
}

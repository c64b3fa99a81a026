import type { Db } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { storeSources } from '../../db/sources.ts';
import { openStories } from '../../db/stories.ts';
import { makeEntry, sha256 } from './make-entry.ts';

/** Opens a story for each name: of one entry, of a source of its own, with a key of its own. Returns their ids in order. */
export async function openOneEach(db: Db, names: string[], now: Date): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const [added] = await storeSources(db, [{ feedUrl: `https://${name}.example/feed` }], now);
    const sourceId = added?.source.id ?? '';
    const { stored } = await storeEntries(db, sourceId, [makeEntry(name)], now);
    const entryId = stored[0]?.id ?? '';
    const { storyOf } = await openStories(db, sourceId, [{ entryId, datedAt: now, key: sha256(name) }], now);
    ids.push(storyOf.get(entryId) ?? '');
  }
  return ids;
}

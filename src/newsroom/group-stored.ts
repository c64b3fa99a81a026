import { createHash } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import type { StoredEntry } from '../../db/entries.ts';
import { findStoriesOfEntries, findStoryDates, groupEntries } from '../../db/stories.ts';
import type { IdentifiedEntry, NewEntry } from '../model/entry.ts';
import type { Source } from '../model/source.ts';
import type { Candidate } from './offer-to-topics.ts';

/**
 * Gives each entry without a story one, and returns all stored ones, new and changed, with the story that they tell.
 * `entries` is the batch that they were stored from.
 */
export async function groupStored(
  tx: Db,
  source: Source,
  entries: IdentifiedEntry[],
  stored: StoredEntry[],
  now: Date,
): Promise<Candidate[]> {
  const byIdentity = new Map(entries.map((entry) => [entry.identity, entry]));
  const withEntry = stored.flatMap((row) => {
    const entry = byIdentity.get(row.identity);
    return entry ? [{ row, entry }] : [];
  });
  const known = await findStoriesOfEntries(
    tx,
    stored.filter((row) => !row.isNew).map((row) => row.id),
  );
  const opened = await groupEntries(
    tx,
    source.id,
    withEntry
      .filter(({ row }) => !known.has(row.id))
      .map(({ row, entry }) => ({ entryId: row.id, datedAt: row.datedAt, key: toStoryKey(entry) })),
    now,
  );
  const about = { id: source.id, title: source.title, url: source.siteUrl ?? source.feedUrl };
  const dates = await findStoryDates(tx, [...new Set([...known.values(), ...opened.values()])]);
  return withEntry.flatMap(({ row, entry }) => {
    const storyId = known.get(row.id) ?? opened.get(row.id);
    if (!storyId) return [];
    return [{ entry, storyId, datedAt: dates.get(storyId) ?? row.datedAt, source: about }];
  });
}

/** What entries of the same article share: its canonical address; an address without a path names a site, not an article. */
function toStoryKey({ canonicalUrl }: NewEntry): string | undefined {
  if (!canonicalUrl) return undefined;
  const { pathname, search } = new URL(canonicalUrl);
  if (pathname === '/' && !search) return undefined;
  return createHash('sha256').update(canonicalUrl).digest('hex');
}

import type { Db } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { shareRules } from '../../db/locks.ts';
import { storeSources } from '../../db/sources.ts';
import { findStoriesOfEntries } from '../../db/stories.ts';
import { transact } from '../../db/transact.ts';
import type { IdentifiedEntry } from '../../src/model/entry.ts';
import { groupStored } from '../../src/newsroom/group-stored.ts';
import { placeCandidates } from '../../src/newsroom/place-candidates.ts';
import type { RegroupContext } from '../../src/newsroom/regroup-stories.ts';
import { makeEntry } from './make-entry.ts';

/** Tellings of three events, by name; what begins with the same word tells the same event. */
export const tellings = {
  ferry1: [
    'Ferry sinks off Kastrova, dozens missing',
    'The ferry Marlena sank off Kastrova on its way to Ostrel.',
  ],
  ferry2: [
    'Dozens missing after ferry Marlena sinks off Kastrova',
    'Rescuers search for passengers of the Marlena near Ostrel.',
  ],
  ferry3: [
    'Ferry Marlena sinks near Kastrova: dozens missing',
    'The Marlena sank off Kastrova; rescuers search the sea.',
  ],
  ferry4: [
    'Kastrova ferry sinks, dozens are missing',
    'The ferry Marlena went down between Kastrova and Ostrel.',
  ],
  quake1: [
    'Earthquake shakes Tolmeria, schools closed',
    'A quake of magnitude 6 shook Tolmeria before dawn.',
  ],
  quake2: [
    'Tolmeria earthquake closes schools',
    'The earthquake of magnitude 6 shook Tolmeria; schools stay closed.',
  ],
  budget1: [
    'Senate passes budget after a night of talks',
    'Senators of Verland agreed on the budget by two votes.',
  ],
} as const;

export type TellingName = keyof typeof tellings;

/** One telling as an entry, dated so many hours after the first of all. */
export function makeTelling(
  name: TellingName,
  hours = 0,
  change: Partial<IdentifiedEntry> = {},
): IdentifiedEntry {
  const [title, summary] = tellings[name];
  return makeEntry(name, {
    title,
    summary,
    contentHtml: '',
    language: 'en',
    publishedAt: new Date(firstAt.getTime() + hours * 3_600_000),
    ...change,
  });
}

/** When the first telling is dated. */
export const firstAt = new Date('2026-02-16T08:00:00Z');

/** Brings one entry of a source as a refresh does, once it has its document; returns the entry's id. */
export async function bring(context: RegroupContext, host: string, entry: IdentifiedEntry): Promise<string> {
  const now = context.now();
  const [added] = await storeSources(context.db, [{ feedUrl: `https://${host}.example/feed` }], now);
  if (!added) throw new Error(`${host} was not stored`);
  return transact(context.db, async (tx) => {
    await shareRules(tx);
    const { stored } = await storeEntries(tx, added.source.id, [entry], now);
    const { candidates } = await groupStored(tx, context, added.source, [entry], stored, now);
    await placeCandidates(tx, await context.rules.read(tx), candidates, now);
    return stored[0]?.id ?? '';
  });
}

/** The story that an entry tells now. */
export async function findStoryOf(db: Db, entryId: string): Promise<string> {
  return (await findStoriesOfEntries(db, [entryId])).get(entryId) ?? '';
}

/** All placements: which item of which topic is which story, and how it stands. */
export async function readPlacements(db: Db) {
  return db
    .selectFrom('placements as p')
    .innerJoin('topics as t', 't.id', 'p.topic_id')
    .select([
      't.slug as topic',
      'p.story_id as storyId',
      'p.state',
      'p.item_uuid as item',
      'p.dated_at as datedAt',
    ])
    .orderBy('t.slug')
    .orderBy('p.dated_at')
    .orderBy('p.item_uuid')
    .execute();
}

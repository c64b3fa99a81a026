import { createHash } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { placeStories } from '../../db/placements.ts';
import { storeSources } from '../../db/sources.ts';
import { createTopic, type NewTopic } from '../../db/topics.ts';
import type { NewEntry } from '../../src/model/entry.ts';
import type { ContentPolicy, Source } from '../../src/model/source.ts';
import type { Topic } from '../../src/model/topic.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openStories } from '../support/open-stories.ts';

/** The moment that every test of the pages takes for now. */
export const now = new Date('2026-11-24T11:29:30Z');

/** A moment some minutes before now. */
export function minutesAgo(minutes: number): Date {
  return new Date(now.getTime() - minutes * 60_000);
}

export interface SeededSource {
  feedUrl: string;
  title: string;
  siteUrl?: string;
  description?: string;
  language?: string;
  policy?: ContentPolicy;
  failures?: number;
  lastCheckedAt?: Date | null;
}

/** Stores a source as it is after it was read once. */
export async function seedSource(db: Db, source: SeededSource): Promise<Source> {
  const [stored] = await storeSources(db, [source], now);
  const { description, language, failures = 0, lastCheckedAt = now } = source;
  await db
    .updateTable('sources')
    .set({ description, language, failures, last_checked_at: lastCheckedAt })
    .where('id', '=', stored!.source.id)
    .execute();
  return { ...stored!.source, description, language };
}

export async function seedTopic(db: Db, name: string, more: Partial<NewTopic> = {}): Promise<Topic> {
  const slug = name.toLowerCase().replaceAll(' ', '-');
  return await createTopic(db, makeTopic(slug, { name, ...more }), now);
}

export type SeededEntry = Partial<NewEntry> & { title: string; publishedAt: Date };

/**
 * Stores a story told by these entries, the lead first, and publishes it in the topics. Returns the story's id.
 */
export async function seedStory(
  db: Db,
  topics: Topic[],
  entries: { source: Source; entry: SeededEntry }[],
): Promise<string> {
  const key = toHash(entries.map(({ entry }) => entry.title).join());
  let storyId = '';
  for (const { source, entry } of entries) {
    const whole = {
      summary: '',
      contentHtml: '',
      authors: [],
      categories: [],
      enclosures: [],
      ...entry,
      identity: toHash(`${source.id} ${entry.url ?? entry.title} ${entry.publishedAt.toISOString()}`),
      contentHash: toHash(entry.title),
    };
    const { stored } = await storeEntries(db, source.id, [whole], now);
    const { id, datedAt } = stored[0]!;
    const storyOf = await openStories(db, source.id, [{ entryId: id, datedAt, key }], now);
    storyId = storyOf.get(id) ?? storyId;
  }
  const datedAt = entries[0]!.entry.publishedAt;
  const reasons = [{ clause: '*', field: 'all' }];
  await placeStories(
    db,
    topics.map((topic) => ({ topicId: topic.id, storyId, state: 'published', reasons, datedAt })),
    now,
  );
  return storyId;
}

function toHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

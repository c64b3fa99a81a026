import type { Db } from '../../db/connect.ts';
import { listEntriesOfStories } from '../../db/entries.ts';
import { lockRules } from '../../db/locks.ts';
import { insertStories } from '../../db/move-entries.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { transact } from '../../db/transact.ts';
import { AppError } from '../errors.ts';
import { toCandidate } from './curate-topic.ts';
import { getStoryId, getStoryOfEntry } from './find-story.ts';
import { markStoriesChanged } from './mark-stories-changed.ts';
import { placeCandidates } from './place-candidates.ts';
import type { RuleBook } from './rule-book.ts';
import { splitOff } from './split-off.ts';
import { takeUpStory } from './take-up-story.ts';

export interface RepairContext {
  db: Db;
  rules: RuleBook;
  now(): Date;
}

/** What a merge came to. */
export interface MergedByEditor {
  /** The story that stands. */
  storyId: string;
  /** The story that is part of it now. */
  mergedId: string;
  /** Entries that came with it. */
  entries: number;
}

/**
 * An editor says that two stories are one: the first takes up the second, and later grouping keeps them together. What was
 * said against it before is forgotten. Ids of stories that were merged away stand for those that took them up.
 * Throws AppError `story-not-found`, `same-story`.
 */
export async function mergeByEditor(
  { db, now: getNow }: RepairContext,
  intoId: string,
  fromId: string,
): Promise<MergedByEditor> {
  const now = getNow();
  return transact(db, async (tx) => {
    await lockRules(tx);
    const storyId = await getStoryId(tx, intoId);
    const mergedId = await getStoryId(tx, fromId);
    if (storyId === mergedId) throw toSameStory(intoId, fromId, storyId);
    return { storyId, mergedId, entries: await takeUpStory(tx, storyId, mergedId, now) };
  });
}

function toSameStory(intoId: string, fromId: string, storyId: string): AppError {
  return new AppError(
    'same-story',
    intoId === fromId
      ? `A story cannot be merged with itself: give the ids of two stories.`
      : `${intoId} and ${fromId} are one story already, ${storyId}. Give the ids of two stories.`,
  );
}

/** What a split came to. */
export interface SplitByEditor {
  /** The new story, which has the entry alone. */
  storyId: string;
  /** The story that it left. */
  leftId: string;
}

/**
 * An editor says that an entry does not tell what the others of its story do: it gets a story of its own, which is offered
 * to the topics, and later grouping keeps it apart from each of them. All that is published stays with the story that it
 * leaves. Throws AppError `entry-not-found`, `entry-alone`.
 */
export async function splitEntry(
  { db, rules, now: getNow }: RepairContext,
  entryId: string,
): Promise<SplitByEditor> {
  const now = getNow();
  return transact(db, async (tx) => {
    await lockRules(tx);
    const leftId = await getStoryOfEntry(tx, entryId);
    const entries = await listEntriesOfStories(tx, [leftId]);
    const entry = entries.find(({ id }) => id === entryId);
    const others = entries.filter(({ id }) => id !== entryId);
    if (!entry || others.length === 0) {
      throw new AppError(
        'entry-alone',
        `Entry ${entryId} is the only one of story ${leftId}: there is nothing to split it from.`,
      );
    }
    const [storyId = ''] = await insertStories(tx, [entry.datedAt]);
    await splitOff(tx, { leftId, storyId, entries: [entry], others }, now);
    const candidate = toCandidate({ ...entry, storyId, storyDatedAt: entry.datedAt });
    await markTopicsChanged(tx, await placeCandidates(tx, await rules.read(tx), [candidate], now));
    await markStoriesChanged(tx, [leftId, storyId]);
    return { storyId, leftId };
  });
}

import type { Db } from '../../db/connect.ts';
import { listEntriesOfStories, type MatchableEntry } from '../../db/entries.ts';
import { lockRules } from '../../db/locks.ts';
import { mergeStories } from '../../db/merge-stories.ts';
import { findKeyHolders, insertStories, moveEntries, setKeyHolders } from '../../db/move-entries.ts';
import { dropStoryFacts, listFactsOfStories, type StoryFact, storeStoryFacts } from '../../db/story-facts.ts';
import { listLeadFacts } from '../../db/story-leads.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { transact } from '../../db/transact.ts';
import { AppError } from '../errors.ts';
import { toCandidate } from './curate-topic.ts';
import { getStoryId, getStoryOfEntry } from './find-story.ts';
import { toStoryKey } from './group-stored.ts';
import { markStoriesChanged } from './mark-stories-changed.ts';
import { placeCandidates } from './place-candidates.ts';
import type { RuleBook } from './rule-book.ts';
import { settleLeads } from './settle-stories.ts';

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
    const taken = await keepTogether(tx, storyId, mergedId, now);
    await mergeStories(tx, [{ fromId: mergedId, intoId: storyId }], now);
    await settleLeads(tx, [storyId]);
    await markStoriesChanged(tx, [storyId]);
    return { storyId, mergedId, entries: taken };
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

/** Stores that the lead of a story belongs with all its other entries and with those of the other one; counts the latter. */
async function keepTogether(tx: Db, storyId: string, otherId: string, now: Date): Promise<number> {
  const facts = await listLeadFacts(tx, [storyId, otherId]);
  const list = (id: string) => facts.get(id)?.candidates.map(({ entryId }) => entryId) ?? [];
  const own = list(storyId);
  const others = list(otherId);
  const lead = facts.get(storyId)?.leadEntryId ?? own[0];
  await dropStoryFacts(tx, 'apart', own, others);
  if (lead !== undefined) {
    await storeStoryFacts(tx, toFacts('together', lead, [...own, ...others]), now);
  }
  return others.length;
}

function toFacts(kind: StoryFact['kind'], entryId: string, otherIds: string[]): StoryFact[] {
  return otherIds.map((otherId) => ({ kind, entryId, otherId }));
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
    await keepApart(tx, leftId, entry.id, others, now);
    const storyId = await openStoryFor(tx, entry, leftId, others, now);
    await settleLeads(tx, [leftId, storyId]);
    const candidate = toCandidate({ ...entry, storyId, storyDatedAt: entry.datedAt });
    await markTopicsChanged(tx, await placeCandidates(tx, await rules.read(tx), [candidate], now));
    await markStoriesChanged(tx, [leftId, storyId]);
    return { storyId, leftId };
  });
}

/** Those that were kept together by way of the entry stay together without it. */
async function keepApart(
  tx: Db,
  storyId: string,
  entryId: string,
  others: MatchableEntry[],
  now: Date,
): Promise<void> {
  const otherIds = others.map(({ id }) => id);
  const bound = (await listFactsOfStories(tx, [storyId]))
    .filter((fact) => fact.kind === 'together' && (fact.entryId === entryId || fact.otherId === entryId))
    .map((fact) => (fact.entryId === entryId ? fact.otherId : fact.entryId));
  await dropStoryFacts(tx, 'together', [entryId], otherIds);
  const [first, ...rest] = bound;
  if (first !== undefined) await storeStoryFacts(tx, toFacts('together', first, rest), now);
  await storeStoryFacts(tx, toFacts('apart', entryId, otherIds), now);
}

/** The key of its address goes with the entry unless another one of the story has it, too, or another story does. */
async function openStoryFor(
  tx: Db,
  entry: MatchableEntry,
  leftId: string,
  others: MatchableEntry[],
  now: Date,
): Promise<string> {
  const [storyId = ''] = await insertStories(tx, [entry.datedAt]);
  await moveEntries(tx, [{ entryId: entry.id, storyId }], now);
  const key = toStoryKey(entry);
  if (key === undefined || others.some((other) => toStoryKey(other) === key)) return storyId;
  const holder = (await findKeyHolders(tx, [key])).get(key);
  if (holder === leftId) await setKeyHolders(tx, new Map([[key, storyId]]));
  return storyId;
}

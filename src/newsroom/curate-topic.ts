import type { Db } from '../../db/connect.ts';
import { announceDeskEvent } from '../../db/desk-events.ts';
import { listEntriesOfStories, listNewestToMatch, type MatchableEntry } from '../../db/entries.ts';
import { lockFilling, lockGrouping, shareRules } from '../../db/locks.ts';
import {
  listPlacedByRule,
  placeStories,
  publishCandidates,
  withdrawPlacements,
} from '../../db/placements.ts';
import { markAllTopicsChanged } from '../../db/topic-changes.ts';
import { hasRuleVersion, listUnfilledTopics, markTopicFilled } from '../../db/topic-rules.ts';
import { createTopic, editTopic, findTopicById, type NewTopic } from '../../db/topics.ts';
import { transact } from '../../db/transact.ts';
import { parseRule } from '../match/parse-rule.ts';
import type { Topic } from '../model/topic.ts';
import { type Candidate, offerToTopics } from './offer-to-topics.ts';
import { type TopicRule, toTopicRule } from './rule-book.ts';

/** How many of the newest entries a new or changed rule is run over, besides those that are placed already. */
const backlog = 10_000;
const pageSize = 500;

/** What filling a topic came to, in stories. */
export interface FillResult {
  matched: number;
  withdrawn: number;
}

/** Adds a topic and places the stories that are stored already. Throws AppError `bad-rule`, `topic-exists`. */
export async function addTopic(db: Db, topic: NewTopic, now: Date): Promise<{ topic: Topic } & FillResult> {
  parseRule(topic.rule);
  const created = await createTopic(db, topic, now);
  return { topic: created, ...(await fillTopic(db, created.id, now)) };
}

/**
 * Changes a topic. When its rule, its sources or its mode change, the stored stories are run through it again: what
 * matches now is placed, what the rule had placed and does not match any more is withdrawn, and a topic that is automatic
 * now publishes its candidates; what editors have decided on is left alone. Throws AppError `bad-rule`.
 */
export async function changeTopic(
  db: Db,
  topicId: string,
  change: Partial<Omit<NewTopic, 'slug'>>,
  now: Date,
): Promise<{ topic: Topic } & Partial<FillResult>> {
  if (change.rule !== undefined) parseRule(change.rule);
  const topic = await editTopic(db, topicId, change, now);
  const isSameSelection =
    change.rule === undefined && change.sourceIds === undefined && change.mode === undefined;
  return isSameSelection ? { topic } : { topic, ...(await fillTopic(db, topicId, now)) };
}

/** Fills the topics whose filling was cut short, by a crash say; returns their slugs. */
export async function fillTopics(db: Db, now: Date): Promise<string[]> {
  const unfilled = await listUnfilledTopics(db);
  for (const topic of unfilled) await fillTopic(db, topic.id, now);
  return unfilled.map((topic) => topic.slug);
}

/** One filling of a topic at a time; each reads the topic as it is then, so the last one leaves what the last edit wants. */
async function fillTopic(db: Db, topicId: string, now: Date): Promise<FillResult> {
  return db.transaction().execute(async (lock) => {
    await lockFilling(lock, topicId);
    const topic = await findTopicById(db, topicId);
    if (!topic) return { matched: 0, withdrawn: 0 };
    const filling = { db, rule: toTopicRule(topic), now };
    const matched = await placeNewest(filling);
    const withdrawn = await withdrawUnmatched(filling, matched);
    if (topic.mode === 'automatic') await takeStep(filling, (tx) => publishCandidates(tx, topicId, now));
    // Of all, for a story that is published or withdrawn gains or loses its page, which others name as related.
    await markAllTopicsChanged(db);
    await announceDeskEvent(db, { kind: 'candidates', topicIds: [topicId] });
    await markTopicFilled(db, topic);
    return { matched: matched.size, withdrawn };
  });
}

interface Filling {
  db: Db;
  rule: TopicRule;
  now: Date;
}

/**
 * One step of a filling, while no refresh groups and places. Undefined, and nothing done, when the topic was changed since
 * it was read: whoever changed it fills it then, or the job does.
 */
async function takeStep<T>({ db, rule }: Filling, step: (tx: Db) => Promise<T>): Promise<T | undefined> {
  return transact(db, async (tx) => {
    await shareRules(tx);
    await lockGrouping(tx, 0);
    return (await hasRuleVersion(tx, rule.topic)) ? step(tx) : undefined;
  });
}

async function placeNewest(filling: Filling): Promise<Set<string>> {
  const { rule, now } = filling;
  const matched = new Set<string>();
  let beforeId: string | undefined;
  for (let seen = 0; seen < backlog; seen += pageSize) {
    const entries = await takeStep(filling, async (tx) => {
      const { sourceIds } = rule.topic;
      const newest = await listNewestToMatch(tx, { limit: pageSize, beforeId, sourceIds });
      const placements = offerToTopics([rule], newest.map(toCandidate));
      await placeStories(tx, placements, now);
      for (const placement of placements) matched.add(placement.storyId);
      return newest;
    });
    beforeId = entries?.at(-1)?.id;
    if (!entries || entries.length < pageSize) break;
  }
  return matched;
}

/** Runs the rule over every story that it had placed; `matched` gains those beyond the newest that still match. */
async function withdrawUnmatched(filling: Filling, matched: Set<string>): Promise<number> {
  const { topic } = filling.rule;
  let withdrawn = 0;
  for (let afterId: string | undefined = '0'; afterId; ) {
    const placed = await listPlacedByRule(filling.db, topic.id, pageSize, afterId);
    const unsure = placed.filter((id) => !matched.has(id));
    withdrawn += (await takeStep(filling, (tx) => withdrawOf(tx, filling.rule, unsure, matched))) ?? 0;
    afterId = placed.length < pageSize ? undefined : placed.at(-1);
  }
  return withdrawn;
}

async function withdrawOf(
  tx: Db,
  rule: TopicRule,
  storyIds: string[],
  matched: Set<string>,
): Promise<number> {
  const entries = await listEntriesOfStories(tx, storyIds);
  for (const { storyId } of offerToTopics([rule], entries.map(toCandidate))) matched.add(storyId);
  return withdrawPlacements(
    tx,
    rule.topic.id,
    storyIds.filter((id) => !matched.has(id)),
  );
}

/** A stored entry as topics are offered it. */
export function toCandidate(entry: MatchableEntry): Candidate {
  return {
    entry,
    storyId: entry.storyId,
    datedAt: entry.storyDatedAt,
    source: { id: entry.sourceId, title: entry.sourceTitle, url: entry.sourceUrl },
  };
}

import type { Db } from '../../db/connect.ts';
import { listEntriesOfStories, listNewestToMatch, type MatchableEntry } from '../../db/entries.ts';
import { lockFilling } from '../../db/locks.ts';
import {
  listPlacedByRule,
  placeStories,
  publishCandidates,
  withdrawPlacements,
} from '../../db/placements.ts';
import { markAllTopicsChanged } from '../../db/topic-changes.ts';
import {
  createTopic,
  editTopic,
  findTopicById,
  listUnfilledTopics,
  markTopicFilled,
  type NewTopic,
} from '../../db/topics.ts';
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
 * now publishes its candidates. Throws AppError `bad-rule`.
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
    const rule = toTopicRule(topic);
    const matched = await placeNewest(db, rule, now);
    const withdrawn = await withdrawUnmatched(db, rule, matched);
    if (topic.mode === 'automatic') await publishCandidates(db, topicId, now);
    // Of all, for a story that is published or withdrawn gains or loses its page, which others name as related.
    await markAllTopicsChanged(db);
    await markTopicFilled(db, topic);
    return { matched: matched.size, withdrawn };
  });
}

async function placeNewest(db: Db, rule: TopicRule, now: Date): Promise<Set<string>> {
  const matched = new Set<string>();
  let beforeId: string | undefined;
  for (let seen = 0; seen < backlog; seen += pageSize) {
    const entries = await listNewestToMatch(db, {
      limit: pageSize,
      beforeId,
      sourceIds: rule.topic.sourceIds,
    });
    const placements = offerToTopics([rule], entries.map(toCandidate));
    await placeStories(db, placements, now);
    for (const placement of placements) matched.add(placement.storyId);
    beforeId = entries.at(-1)?.id;
    if (entries.length < pageSize) break;
  }
  return matched;
}

/** Runs the rule over every story that it had placed; `matched` gains those beyond the newest that still match. */
async function withdrawUnmatched(db: Db, rule: TopicRule, matched: Set<string>): Promise<number> {
  let withdrawn = 0;
  for (let afterId: string | undefined = '0'; afterId; ) {
    const placed = await listPlacedByRule(db, rule.topic.id, pageSize, afterId);
    const unsure = placed.filter((id) => !matched.has(id));
    const entries = await listEntriesOfStories(db, unsure);
    for (const { storyId } of offerToTopics([rule], entries.map(toCandidate))) matched.add(storyId);
    const gone = unsure.filter((id) => !matched.has(id));
    withdrawn += await withdrawPlacements(db, rule.topic.id, gone);
    afterId = placed.length < pageSize ? undefined : placed.at(-1);
  }
  return withdrawn;
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

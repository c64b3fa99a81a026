import type { Db } from '../../db/connect.ts';
import { listEntriesToMatch, type MatchableEntry } from '../../db/entries.ts';
import { placeStories, withdrawPlacements } from '../../db/placements.ts';
import { createTopic, editTopic, markTopicsChanged, type NewTopic } from '../../db/topics.ts';
import { parseRule } from '../match/parse-rule.ts';
import type { Topic } from '../model/topic.ts';
import { type Candidate, offerToTopics } from './offer-to-topics.ts';
import { toTopicRule } from './rule-book.ts';

/** How many of the newest entries a new or changed rule is run over. */
const backlog = 10_000;
const pageSize = 500;

/** Adds a topic and places the stories that are stored already. Throws AppError `bad-rule`, `topic-exists`. */
export async function addTopic(
  db: Db,
  topic: NewTopic,
  now: Date,
): Promise<{ topic: Topic; placed: number }> {
  parseRule(topic.rule);
  const created = await createTopic(db, topic, now);
  const { storyIds } = await placeBacklog(db, created, now);
  return { topic: created, placed: storyIds.size };
}

/**
 * Changes a topic. When its rule or its sources change, the stored stories are run through it again: what matches now is
 * placed, what only the old rule had placed is withdrawn. Throws AppError `bad-rule`.
 */
export async function changeTopic(
  db: Db,
  topicId: string,
  change: Partial<Omit<NewTopic, 'slug'>>,
  now: Date,
): Promise<{ topic: Topic; placed?: number; withdrawn?: number }> {
  if (change.rule !== undefined) parseRule(change.rule);
  const topic = await editTopic(db, topicId, change, now);
  if (change.rule === undefined && change.sourceIds === undefined) return { topic };
  const { storyIds, newestEntryId } = await placeBacklog(db, topic, now);
  const withdrawn = await withdrawPlacements(db, topic.id, [...storyIds], newestEntryId);
  await markTopicsChanged(db, [topic.id]);
  return { topic, placed: storyIds.size, withdrawn };
}

async function placeBacklog(
  db: Db,
  topic: Topic,
  now: Date,
): Promise<{ storyIds: Set<string>; newestEntryId: string }> {
  const rule = toTopicRule(topic);
  const storyIds = new Set<string>();
  let beforeId: string | undefined;
  let newestEntryId = '0';
  for (let seen = 0; seen < backlog; ) {
    const entries = await listEntriesToMatch(db, { limit: pageSize, beforeId, sourceIds: topic.sourceIds });
    if (!beforeId) newestEntryId = entries[0]?.id ?? '0';
    const placements = offerToTopics([rule], entries.map(toCandidate));
    await placeStories(db, placements, now);
    for (const placement of placements) storyIds.add(placement.storyId);
    seen += entries.length;
    beforeId = entries.at(-1)?.id;
    if (entries.length < pageSize) break;
  }
  await markTopicsChanged(db, [topic.id]);
  return { storyIds, newestEntryId };
}

function toCandidate(entry: MatchableEntry): Candidate {
  return {
    entry,
    storyId: entry.storyId,
    datedAt: entry.datedAt,
    source: { id: entry.sourceId, title: entry.sourceTitle, url: entry.sourceUrl },
  };
}

import type { Db } from '../../db/connect.ts';
import { announceDeskEvent } from '../../db/desk-events.ts';
import { listTopicsPlacing, placeStories } from '../../db/placements.ts';
import { type Candidate, offerToTopics } from './offer-to-topics.ts';
import type { TopicRule } from './rule-book.ts';

/**
 * Offers stories to the topics and places those that match; desks of the topics in which one of these stands are told.
 * Returns the topics whose documents this changes: those that gained a story, and those that show one of these already, or one of
 * those that are `touched` by them.
 */
export async function placeCandidates(
  tx: Db,
  rules: TopicRule[],
  candidates: Candidate[],
  now: Date,
  touched: string[] = [],
): Promise<string[]> {
  const gained = await placeStories(tx, offerToTopics(rules, candidates), now);
  const storyIds = [...new Set([...candidates.map((candidate) => candidate.storyId), ...touched])];
  const placing = await listTopicsPlacing(tx, storyIds);
  const topicIds = placing.map(({ topicId }) => topicId);
  if (topicIds.length > 0) await announceDeskEvent(tx, { kind: 'candidates', topicIds });
  const showing = placing.filter(({ isPublished }) => isPublished);
  return [...new Set([...gained, ...showing.map(({ topicId }) => topicId)])];
}

import type { Db } from '../../db/connect.ts';
import { findQueueRow, type QueueRow } from '../../db/queue.ts';
import { listStoriesWithEntries } from '../../db/stories.ts';
import { type LinkedStory, listRelatedStories } from '../../db/story-links.ts';
import { listPlacementsOfStory, type StoryPlacement } from '../../db/story-placements.ts';
import type { StoryWithEntries } from '../model/story.ts';

/** A story in a topic with all that an editor may want to know before deciding, but for its history. */
export interface QueuePreview {
  row: QueueRow;
  /** All that tell it. */
  story: StoryWithEntries;
  /** Stories of the same affair, whether or not they are published; the nearest first. */
  related: LinkedStory[];
  /** How it stands in every topic that it is placed in, this one included. */
  placements: StoryPlacement[];
}

/** A story as it stands in a topic; undefined when it has no placement there. */
export async function findPreview(
  db: Db,
  topicId: string,
  storyId: string,
): Promise<QueuePreview | undefined> {
  const [row, [story], related, placements] = await Promise.all([
    findQueueRow(db, topicId, storyId),
    listStoriesWithEntries(db, [storyId]),
    listRelatedStories(db, [storyId]),
    listPlacementsOfStory(db, storyId),
  ]);
  if (!row || !story) return undefined;
  return { row, story, related: related.get(storyId) ?? [], placements };
}

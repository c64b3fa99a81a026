import type { Db } from '../../db/connect.ts';
import { findPlacement } from '../../db/placement-rows.ts';
import { findStoryWithEntries } from '../../db/stories.ts';
import { findMergedInto } from '../../db/story-aliases.ts';
import { withEdits } from '../model/placement.ts';
import type { StoryWithEntries } from '../model/story.ts';
import type { Topic } from '../model/topic.ts';

/** A story that readers may see, with the topics in which it stands published: one at least. */
export type ShownStory = StoryWithEntries & { topics: Topic[] };

/**
 * The story of this id, or the one that it was merged into, which has another id, as the first of its topics tells it;
 * undefined when there is neither, and when it stands published nowhere.
 */
export async function findShownStory(db: Db, id: string): Promise<ShownStory | undefined> {
  const found = (await findStoryWithEntries(db, id)) ?? (await findSurvivor(db, id));
  const topic = found?.topics[0];
  if (!found || !topic) return undefined;
  const placement = await findPlacement(db, topic.id, found.story.id);
  return placement ? withEdits(found, placement) : found;
}

async function findSurvivor(db: Db, id: string): Promise<ShownStory | undefined> {
  const mergedInto = await findMergedInto(db, id);
  return mergedInto === undefined ? undefined : findStoryWithEntries(db, mergedInto);
}

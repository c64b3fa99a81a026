import type { Db } from '../../db/connect.ts';
import { findPlacement, lockPlacement } from '../../db/placement-rows.ts';
import { findStoryDates } from '../../db/stories.ts';
import { findMergedInto } from '../../db/story-aliases.ts';
import { AppError } from '../errors.ts';
import type { Placement } from '../model/placement.ts';

/** Where a story is now, and how it stands in a topic. */
export interface Located {
  /** The story itself, or the one that has taken it up. */
  storyId: string;
  placement?: Placement;
}

const mostTries = 5;

/**
 * The placement of a story, or of the one that has taken it up, which nobody else changes or moves until the transaction
 * ends. Throws AppError `story-not-found`.
 */
export async function lockLocated(tx: Db, topicId: string, storyId: string): Promise<Located> {
  // What has a placement stands: it was not taken up.
  const own = await lockPlacement(tx, topicId, storyId);
  if (own) return { storyId, placement: own };
  for (let tries = 1; ; tries++) {
    const id = await getStanding(tx, storyId);
    const placement = await lockPlacement(tx, topicId, id);
    // Grouping may have moved it while we waited for it.
    if (placement || tries >= mostTries || (await getStanding(tx, storyId)) === id) {
      return { storyId: id, placement };
    }
  }
}

/** The same without a lock; a story that is gone stands by its own id. */
export async function findLocated(db: Db, topicId: string, storyId: string): Promise<Located> {
  const id = (await findMergedInto(db, storyId)) ?? storyId;
  return { storyId: id, placement: await findPlacement(db, topicId, id) };
}

async function getStanding(tx: Db, storyId: string): Promise<string> {
  const mergedInto = await findMergedInto(tx, storyId);
  if (mergedInto !== undefined) return mergedInto;
  if ((await findStoryDates(tx, [storyId])).has(storyId)) return storyId;
  throw new AppError(
    'story-not-found',
    'This story is gone: its reports were removed or are too old to be kept.',
  );
}

import type { Db } from '../../db/connect.ts';
import { findStoriesOfEntries, findStoryDates } from '../../db/stories.ts';
import { findMergedInto } from '../../db/story-aliases.ts';
import { AppError } from '../errors.ts';
import { isId } from '../model/id.ts';

/**
 * The id of a story that stands: the one given, or the one that it was merged into. Throws AppError `story-not-found`.
 */
export async function getStoryId(db: Db, given: string): Promise<string> {
  if (isId(given)) {
    if ((await findStoryDates(db, [given])).has(given)) return given;
    const mergedInto = await findMergedInto(db, given);
    if (mergedInto !== undefined) return mergedInto;
  }
  throw new AppError('story-not-found', `There is no story ${given}. See: wireroom story list`);
}

/** The id of the story that an entry tells. Throws AppError `entry-not-found`. */
export async function getStoryOfEntry(db: Db, entryId: string): Promise<string> {
  const storyId = isId(entryId) ? (await findStoriesOfEntries(db, [entryId])).get(entryId) : undefined;
  if (storyId !== undefined) return storyId;
  throw new AppError(
    'entry-not-found',
    `There is no entry ${entryId}. See the entries of a story with: wireroom story show ID`,
  );
}

import type { Db } from '../../db/connect.ts';
import { findPlacement, listCorrections } from '../../db/placement-rows.ts';
import { findStoryWithEntries } from '../../db/stories.ts';
import { findMergedInto } from '../../db/story-aliases.ts';
import { findStoryRetraction } from '../../db/story-retractions.ts';
import { AppError } from '../errors.ts';
import type { Correction } from '../model/correction.ts';
import { withEdits } from '../model/placement.ts';
import type { StoryWithEntries } from '../model/story.ts';
import type { Topic } from '../model/topic.ts';
import { toDate } from './pages/words.ts';

/** A story that readers may see, with the topics in which it stands published: one at least. */
export type ShownStory = StoryWithEntries & { topics: Topic[]; corrections: Correction[] };

/**
 * The story of this id, or the one that it was merged into, which has another id, as the first of its topics tells it;
 * undefined when there is neither, and when it stands published nowhere.
 */
export async function findShownStory(db: Db, id: string): Promise<ShownStory | undefined> {
  const found = (await findStoryWithEntries(db, id)) ?? (await findSurvivor(db, id));
  const topic = found?.topics[0];
  if (!found || !topic) return undefined;
  const placement = await findPlacement(db, topic.id, found.story.id);
  // Of all topics: whoever has read it in any of them comes here.
  const shown = { ...found, corrections: await listCorrections(db, found.story.id) };
  return placement ? withEdits(shown, placement) : shown;
}

/** Why a story that is not shown is not: it was taken back, or there is none. For throwing. */
export async function explainMissingStory(db: Db, id: string | undefined): Promise<AppError> {
  const retraction = id === undefined ? undefined : await findStoryRetraction(db, id);
  if (!retraction) {
    return new AppError('story-not-found', 'This story is not published here, or not any more.');
  }
  const { at, reason, isExpiry } = retraction;
  const day = toDate(at);
  if (isExpiry) return new AppError('story-retracted', `This story was published here until ${day}.`);
  const why = reason === '' ? '' : ` The editors’ note: ${reason}`;
  return new AppError(
    'story-retracted',
    `This story was published here, and was taken back on ${day}.${why}`,
  );
}

async function findSurvivor(db: Db, id: string): ReturnType<typeof findStoryWithEntries> {
  const mergedInto = await findMergedInto(db, id);
  return mergedInto === undefined ? undefined : findStoryWithEntries(db, mergedInto);
}

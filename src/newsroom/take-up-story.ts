import type { Db } from '../../db/connect.ts';
import { mergeStories } from '../../db/merge-stories.ts';
import { dropStoryFacts, type StoryFact, storeStoryFacts } from '../../db/story-facts.ts';
import { listLeadFacts } from '../../db/story-leads.ts';
import { markStoriesChanged } from './mark-stories-changed.ts';
import { settleLeads } from './settle-stories.ts';

/**
 * A story takes up another one, and later grouping keeps them together; what was said against it before is forgotten.
 * Returns how many entries came with it. Runs in a transaction that has locked the rules.
 */
export async function takeUpStory(tx: Db, storyId: string, otherId: string, now: Date): Promise<number> {
  const taken = await keepTogether(tx, storyId, otherId, now);
  await mergeStories(tx, [{ fromId: otherId, intoId: storyId }], now);
  await settleLeads(tx, [storyId]);
  await markStoriesChanged(tx, [storyId]);
  return taken;
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

/** The same said of an entry and each of some others. */
export function toFacts(kind: StoryFact['kind'], entryId: string, otherIds: string[]): StoryFact[] {
  return otherIds.map((otherId) => ({ kind, entryId, otherId }));
}

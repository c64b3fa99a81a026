import type { Db } from '../../db/connect.ts';
import { mergeStories } from '../../db/merge-stories.ts';
import { tellStories } from '../../db/open-stories.ts';
import { listLeadFacts, setLeads } from '../../db/story-leads.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import { chooseLead } from '../dedupe/choose-lead.ts';
import type { Assignable, Assigned } from './assign-stories.ts';
import type { GroupedStories } from './group-likeness.ts';

/** An entry that was just stored. */
export interface BatchEntry extends Assignable {
  datedAt: Date;
}

/** How the stories of a batch stand, stored. */
export interface SettledStories {
  /** Entry id → story id. */
  storyOf: ReadonlyMap<string, string>;
  /** Story id → its date. */
  dates: ReadonlyMap<string, Date>;
  /** Stories that are linked otherwise than before. */
  linked: string[];
}

/** Stores what grouping decided, and chooses leads. */
export async function settleStories(
  tx: Db,
  batch: BatchEntry[],
  { storyOf, opening }: Assigned,
  { follow, merges, links, news, grown }: GroupedStories,
  revisedAt: ReadonlyMap<string, Date>,
  now: Date,
): Promise<SettledStories> {
  const standing = new Map([...storyOf].map(([entryId, storyId]) => [entryId, follow(storyId)]));
  const told = batch.flatMap(({ entryId, isNew, datedAt, key }) => {
    const storyId = standing.get(entryId);
    if (!storyId || !isNew) return [];
    // The story that was to be opened by this very entry.
    const opens = opening.has(storyId) && storyOf.get(entryId) === storyId;
    return [{ entryId, storyId, datedAt, key, opens }];
  });
  await tellStories(tx, told, toNewest(news, revisedAt, standing), now);
  await mergeStories(tx, merges, now);
  const linked = await storeStoryLinks(tx, links);
  const alone = told.filter(({ opens, storyId }) => opens && !grown.has(storyId));
  const dates = new Map(alone.map(({ storyId, datedAt }) => [storyId, datedAt]));
  const others = [...new Set(standing.values())].filter((storyId) => !dates.has(storyId));
  for (const [storyId, date] of await settleLeads(tx, others)) dates.set(storyId, date);
  return { storyOf: standing, dates, linked };
}

/** The dates of what is news in stories: of new entries and of revised ones. */
function toNewest(
  news: ReadonlyMap<string, Date>,
  revisedAt: ReadonlyMap<string, Date>,
  storyOf: ReadonlyMap<string, string>,
): Map<string, Date> {
  const newest = new Map(news);
  for (const [entryId, at] of revisedAt) {
    const storyId = storyOf.get(entryId);
    if (storyId === undefined) continue;
    const known = newest.get(storyId);
    if (known === undefined || known < at) newest.set(storyId, at);
  }
  return newest;
}

/**
 * Gives stories whose entries changed the lead that stands for them. Returns the dates of these stories, by id; those that
 * are gone are left out.
 */
export async function settleLeads(tx: Db, storyIds: string[]): Promise<Map<string, Date>> {
  const leads = new Map<string, string>();
  const dates = new Map<string, Date>();
  for (const [storyId, { firstAt, leadEntryId, candidates }] of await listLeadFacts(tx, storyIds)) {
    const chosen = chooseLead(candidates, leadEntryId);
    if (chosen && chosen !== leadEntryId) leads.set(storyId, chosen);
    dates.set(storyId, firstAt);
  }
  await setLeads(tx, leads);
  return dates;
}

import type { Db } from '../../db/connect.ts';
import { listEntriesOfStories } from '../../db/entries.ts';
import { lockRules } from '../../db/locks.ts';
import { allowLongWork } from '../../db/regroup.ts';
import { replaceStoryLinks } from '../../db/relink-stories.ts';
import { listFactsOfStories } from '../../db/story-facts.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { transact } from '../../db/transact.ts';
import { type AnewGroups, groupAnew } from '../dedupe/group-anew.ts';
import { comparedPerStory } from '../model/story.ts';
import { toChunks } from './chunks.ts';
import { toCandidate } from './curate-topic.ts';
import type { GroupContext } from './group-stored.ts';
import { applyFacts } from './load-clusters.ts';
import { markStoriesChanged } from './mark-stories-changed.ts';
import { placeCandidates } from './place-candidates.ts';
import { type ReadAnew, readAnew } from './read-anew.ts';
import type { RepairContext } from './repair-stories.ts';
import { type RegroupReport, settleGroups, settleKeys } from './settle-groups.ts';
import { settleLeads } from './settle-stories.ts';

export interface RegroupContext extends RepairContext, GroupContext {}

const hourMs = 3_600_000;
/** Stories are of one affair over a week at least, as when entries come. */
const relatedMs = 7 * 24 * hourMs;
const chunkSize = 500;

/**
 * Reads the entries dated since then anew and groups them from scratch. What is dated before stays together as it is; of
 * that, stories within the hours of grouping may be joined. Every story that stands goes on as the group that has its lead,
 * so that no placement and no published id is lost; what editors said is kept to. Doing it again changes nothing.
 * No source is refreshed meanwhile.
 */
export async function regroupStories(context: RegroupContext, since: Date): Promise<RegroupReport> {
  const now = context.now();
  const windowMs = context.groupHours * hourMs;
  const nearSince = new Date(since.getTime() - windowMs);
  return transact(context.db, async (tx) => {
    await lockRules(tx);
    await allowLongWork(tx);
    const entries = await readAnew(tx, context.terms, { since, nearSince });
    const outcome = await groupRead(tx, entries, windowMs);
    const settled = await settleGroups(tx, entries, outcome.groups, now);
    await settleKeys(tx, entries, settled.storyOf, settled.changed);
    await settleLeads(tx, [...settled.changed]);
    await offerStories(context, tx, settled.gained, now);
    const relinked = await relink(tx, entries, outcome.related, settled.storyOf);
    await markStoriesChanged(tx, [...settled.changed, ...relinked]);
    return settled.report;
  });
}

async function groupRead(tx: Db, entries: ReadAnew[], windowMs: number): Promise<AnewGroups> {
  const facts = await listFactsOfStories(tx, [...new Set(entries.map(({ storyId }) => storyId))]);
  const together = facts
    .filter(({ kind }) => kind === 'together')
    .map(({ entryId, otherId }): [string, string] => [entryId, otherId]);
  const isApart = applyFacts(facts, new Map());
  return groupAnew(entries, {
    windowMs,
    relatedMs: Math.max(windowMs, relatedMs),
    mostCompared: comparedPerStory,
    together,
    isApart,
  });
}

async function offerStories(
  { rules }: RegroupContext,
  tx: Db,
  storyIds: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  const topics = await rules.read(tx);
  for (const ids of toChunks([...storyIds], chunkSize)) {
    const candidates = (await listEntriesOfStories(tx, ids)).map(toCandidate);
    await markTopicsChanged(tx, await placeCandidates(tx, topics, candidates, now));
  }
}

/** Links anew the stories of entries that were grouped anew, among themselves and with those that they were compared with. */
async function relink(
  tx: Db,
  entries: ReadAnew[],
  related: AnewGroups['related'],
  storyOf: ReadonlyMap<string, string>,
): Promise<string[]> {
  const toStory = (entryId: string) => storyOf.get(entryId) ?? '';
  const regrouped = new Set(entries.filter((e) => e.isInRange).map((e) => toStory(e.entryId)));
  const compared = new Set(entries.filter((e) => e.isCompared).map((e) => toStory(e.entryId)));
  const links = related.map(({ entryId, otherId, likeness }) => ({
    storyId: toStory(entryId),
    otherId: toStory(otherId),
    likeness,
  }));
  return replaceStoryLinks(tx, [...regrouped], [...compared], links);
}

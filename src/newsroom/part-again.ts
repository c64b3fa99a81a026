import { announceDeskEvent } from '../../db/desk-events.ts';
import { listEntriesOfStories } from '../../db/entries.ts';
import { insertPlacements, lockPlacementsOfStory, removePlacement } from '../../db/placement-rows.ts';
import { reopenStory } from '../../db/reopen-story.ts';
import { setLeads } from '../../db/story-leads.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { listTopics } from '../../db/topics.ts';
import type { Placement } from '../model/placement.ts';
import type { MergeRecord, PlacementRecord } from './decide-merge.ts';
import type { Deciding } from './deciding.ts';
import { markStoriesChanged } from './mark-stories-changed.ts';
import { splitOff } from './split-off.ts';

/**
 * Parts two stories that a merge made one: what the other brought has its old id, address, links and placements again, and
 * grouping keeps the two apart from now on. False when neither has anything left to be told by. The transaction has locked
 * the rules.
 */
export async function partAgain(
  { tx, now }: Pick<Deciding, 'tx' | 'now'>,
  leftId: string,
  merged: MergeRecord,
): Promise<boolean> {
  const all = await listEntriesOfStories(tx, [leftId]);
  const brought = new Set(merged.entryIds);
  const entries = all.filter(({ id }) => brought.has(id));
  const others = all.filter(({ id }) => !brought.has(id));
  if (entries.length === 0 || others.length === 0) return false;
  const { storyId, uuid, aliasIds, leadId } = merged;
  const [firstAt, updatedAt] = [new Date(merged.firstAt), new Date(merged.updatedAt)];
  await reopenStory(tx, { id: storyId, uuid, firstAt, updatedAt, aliasIds });
  await splitOff(tx, { leftId, storyId, entries, others }, now);
  if (entries.some(({ id }) => id === leadId)) await setLeads(tx, new Map([[storyId, leadId]]));
  await storeStoryLinks(tx, merged.links);
  const topicIds = await partPlacements(
    tx,
    leftId,
    merged,
    new Set(entries.map(({ id }) => id)),
    new Set(others.map(({ id }) => id)),
  );
  await markStoriesChanged(tx, [leftId, storyId]);
  await markTopicsChanged(tx, topicIds);
  await announceDeskEvent(tx, { kind: 'candidates', topicIds });
  return true;
}

/**
 * Gives each of the two the placements that it had: as they were, unless they were decided on since, then as they are.
 * Returns the topics in which either stands.
 */
async function partPlacements(
  tx: Deciding['tx'],
  leftId: string,
  merged: MergeRecord,
  entryIds: ReadonlySet<string>,
  otherIds: ReadonlySet<string>,
): Promise<string[]> {
  const present = new Map((await lockPlacementsOfStory(tx, leftId)).map((one) => [one.topicId, one]));
  const standing = new Set((await listTopics(tx)).map(({ id }) => id));
  const sides = [
    { storyId: merged.storyId, records: merged.placements, isOfStory: (id: string) => entryIds.has(id) },
    { storyId: leftId, records: merged.ownPlacements, isOfStory: (id: string) => otherIds.has(id) },
  ];
  const kept = new Set<string>();
  const restored: Placement[] = [];
  for (const { storyId, records, isOfStory } of sides) {
    for (const record of records.filter(({ topicId }) => standing.has(topicId))) {
      const now = present.get(record.topicId);
      const isItsOwn = now?.itemUuid === record.itemUuid;
      if (isItsOwn) kept.add(record.topicId);
      restored.push(
        isItsOwn && isDecidedSince(now, record, merged)
          ? { ...now, storyId, leadEntryId: keep(now.leadEntryId, isOfStory), version: now.version + 1 }
          : toPlacementAgain(record, storyId, isOfStory),
      );
    }
  }
  for (const topicId of new Set([...kept, ...restored.map((one) => one.topicId)])) {
    await removePlacement(tx, topicId, leftId);
  }
  await insertPlacements(tx, restored);
  return [...new Set([...present.keys(), ...restored.map(({ topicId }) => topicId)])];
}

/** The merge itself made the version the greater of the two, and one more in the topic that it was decided in. */
function isDecidedSince(now: Placement, { topicId }: PlacementRecord, merged: MergeRecord): boolean {
  const versions = [...merged.placements, ...merged.ownPlacements]
    .filter((record) => record.topicId === topicId)
    .map(({ version }) => version);
  return now.version > Math.max(...versions) + (topicId === merged.topicId ? 1 : 0);
}

function keep(id: string | undefined, isOfStory: (entryId: string) => boolean): string | undefined {
  return id !== undefined && isOfStory(id) ? id : undefined;
}

/** A placement of the past as it may stand again, one version on, for a story that has these entries. */
export function toPlacementAgain(
  record: PlacementRecord,
  storyId: string,
  isOfStory: (entryId: string) => boolean,
): Placement {
  const at = (text: string | undefined) => (text === undefined ? undefined : new Date(text));
  return {
    ...record,
    storyId,
    version: record.version + 1,
    leadEntryId: keep(record.leadEntryId, isOfStory),
    datedAt: new Date(record.datedAt ?? 0),
    placedAt: new Date(record.placedAt ?? 0),
    publishedAt: at(record.publishedAt),
    editedAt: at(record.editedAt),
    pinnedAt: at(record.pinnedAt),
    pinnedUntil: at(record.pinnedUntil),
    publishAt: at(record.publishAt),
    expireAt: at(record.expireAt),
  };
}

import { findLastArchive } from '../../db/archives.ts';
import type { Db } from '../../db/connect.ts';
import { findDepartures, hasItemChanges, takeItemChanges } from '../../db/item-changes.ts';
import { listPublished, toPublishedStories } from '../../db/placements.ts';
import {
  type ArchiveLoss,
  listEditedSince,
  listOpenItems,
  listRetractions,
  markItemsLeft,
  numberItems,
} from '../../db/published-items.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import type { OutgoingFeed } from '../model/outgoing.ts';
import type { PublishedStory } from '../model/placement.ts';
import { itemsPerArchive, type Retraction } from '../model/published-item.ts';
import type { Topic } from '../model/topic.ts';
import {
  closeArchive,
  moveArchives,
  takeFromArchives,
  toHistoryUrls,
  withRenewals,
} from './write-archive.ts';

/** Items that are settled at a time, so that a topic of thousands does not hold its documents up. */
const settledAtOnce = 500;
const archivesAtOnce = 12;
const mostRetractions = 200;
const mostEdited = 100;

/** What the document that people subscribe to holds, and what it says of the others. */
export interface TopicHistory {
  stories: PublishedStory[];
  retractions: Retraction[];
  /** Number of the newest archive; 0: there is none. */
  lastArchive: number;
}

/**
 * Brings a topic's history up to date and says what its document holds: the newest items, those that no archive has yet,
 * and those that editors changed since theirs was closed (RFC 5005 §4.2). For whoever holds the topic's publishing. What is
 * too much for one time is left to the next, for which the topic is marked.
 */
export async function keepHistory(tx: Db, topic: Topic, publicUrl: string, now: Date): Promise<TopicHistory> {
  const setting = { tx, topic, publicUrl, now };
  await takeFromArchives(setting, await settleItems(tx, topic.id, now));
  const newest = await listPublished(tx, topic.id, { limit: topic.itemLimit });
  const isNewest = new Set(newest.map(({ placement }) => placement.itemUuid));
  let open = (await listOpenItems(tx, topic.id)).filter(({ itemUuid }) => !isNewest.has(itemUuid));
  let lastArchive = await findLastArchive(tx, topic.id);
  for (let n = 0; n < archivesAtOnce && open.length >= itemsPerArchive; n++) {
    await closeArchive(setting, ++lastArchive, open.slice(0, itemsPerArchive));
    open = open.slice(itemsPerArchive);
  }
  const isMoved = await moveArchives(setting);
  if (!isMoved || (await hasItemChanges(tx, topic.id))) await markTopicsChanged(tx, [topic.id]);
  const edited = await listEditedSince(tx, topic.id, mostEdited);
  const others = [...open.reverse(), ...edited].filter(({ itemUuid }) => !isNewest.has(itemUuid));
  const stories = [...newest, ...(await toPublishedStories(tx, others))];
  return {
    stories: await withRenewals(tx, topic.id, stories),
    retractions: await listRetractions(tx, topic.id, mostRetractions),
    lastArchive,
  };
}

/** Numbers what was published and writes down what has left; returns what archives lose by it. */
async function settleItems(tx: Db, topicId: string, now: Date): Promise<ArchiveLoss[]> {
  const changes = await takeItemChanges(tx, topicId, settledAtOnce);
  const isPublished = ({ publishedAt }: { publishedAt?: Date }) => publishedAt !== undefined;
  await numberItems(tx, topicId, changes.filter(isPublished));
  const gone = changes.filter((change) => !isPublished(change));
  const departures = await findDepartures(tx, topicId, gone);
  // What has come and gone in between was hardly seen: only that it was retracted is worth telling.
  const known = new Set(gone.filter(({ isKnown }) => isKnown).map(({ itemUuid }) => itemUuid));
  const told = departures.filter(
    ({ itemUuid, decisionId }) => known.has(itemUuid) || decisionId !== undefined,
  );
  return markItemsLeft(tx, topicId, told, now);
}

/** The document that people subscribe to, with its place before the archives and what was taken back. */
export function withHistory(feed: OutgoingFeed, { retractions, lastArchive }: TopicHistory): OutgoingFeed {
  const items = new Set(feed.items.map(({ id }) => id));
  const told = retractions
    .map(({ itemUuid, at, comment }) => ({ id: `urn:uuid:${itemUuid}`, at, comment }))
    // Published again since it was settled.
    .filter(({ id }) => !items.has(id));
  const newest = Math.max(feed.updatedAt.getTime(), ...told.map(({ at }) => at.getTime()));
  const previousUrls = lastArchive > 0 ? toHistoryUrls(feed.pageUrl, lastArchive) : undefined;
  return {
    ...feed,
    updatedAt: new Date(newest),
    retractions: told,
    history: previousUrls && { isArchive: false, previousUrls },
  };
}

import { type Archive, listArchives, storeArchive } from '../../db/archives.ts';
import type { Db } from '../../db/connect.ts';
import { toPublishedStories } from '../../db/placements.ts';
import { type ArchiveLoss, findRenewals, markItemsArchived } from '../../db/published-items.ts';
import {
  type OutgoingFeed,
  type OutgoingItem,
  type PublicationFormat,
  publicationFormats,
} from '../model/outgoing.ts';
import type { Placement, PublishedStory } from '../model/placement.ts';
import type { Topic } from '../model/topic.ts';
import { listRelated } from './list-related.ts';
import { compress, toEtag, writers } from './render-document.ts';
import { toOutgoingFeed } from './to-outgoing-feed.ts';

/** Whose archives are written, and when. */
export interface ArchiveSetting {
  /** The transaction that holds the topic's publishing. */
  tx: Db;
  topic: Topic;
  publicUrl: string;
  now: Date;
}

/** Archives that are written again at a time. */
const movedAtOnce = 10;

/** Addresses of an archive's documents. */
export function toHistoryUrls(topicUrl: string, number: number): Record<PublicationFormat, string> {
  return Object.fromEntries(
    publicationFormats.map((format) => [format, `${topicUrl}/archive/${number}.${format}`]),
  ) as Record<PublicationFormat, string>;
}

/** Closes an archive over these items: it holds them as they are now, whatever becomes of them. */
export async function closeArchive(
  setting: ArchiveSetting,
  number: number,
  placements: Placement[],
): Promise<void> {
  const { tx, topic, publicUrl, now } = setting;
  const stories = await withRenewals(tx, topic.id, await toPublishedStories(tx, placements));
  const { items } = toOutgoingFeed(topic, stories, await listRelated(tx, topic, stories), publicUrl);
  // Not those whose stories have gone in between.
  await markItemsArchived(
    tx,
    topic.id,
    number,
    stories.map(({ placement }) => placement),
  );
  await writeArchive(setting, { topicId: topic.id, number, items, publicUrl, closedAt: now });
}

/** With when each was published again, if it was taken back before. */
export async function withRenewals(
  tx: Db,
  topicId: string,
  stories: PublishedStory[],
): Promise<PublishedStory[]> {
  const uuids = stories.map(({ placement }) => placement.itemUuid);
  const renewals = await findRenewals(tx, topicId, uuids);
  return stories.map((one) => ({ ...one, renewedAt: renewals.get(one.placement.itemUuid) }));
}

/** Takes retracted items out of their archives, which keep their other items, byte for byte, and their links. */
export async function takeFromArchives(setting: ArchiveSetting, losses: ArchiveLoss[]): Promise<void> {
  if (losses.length === 0) return;
  const lost = new Set(losses.map(({ itemUuid }) => `urn:uuid:${itemUuid}`));
  const numbers = [...new Set(losses.map(({ archive }) => archive))];
  for (const archive of await listArchives(setting.tx, setting.topic.id, { numbers })) {
    const items = archive.items.filter(({ id }) => !lost.has(id));
    if (items.length < archive.items.length) await writeArchive(setting, { ...archive, items });
  }
}

/** Has archives lead to the address that we have now; false when there are more of them that don't. */
export async function moveArchives(setting: ArchiveSetting): Promise<boolean> {
  const { tx, topic, publicUrl } = setting;
  const old = await listArchives(tx, topic.id, { otherThan: publicUrl, limit: movedAtOnce });
  for (const archive of old) {
    const items = archive.items.map((item) => moveItem(item, archive.publicUrl, publicUrl));
    await writeArchive(setting, { ...archive, items, publicUrl });
  }
  return old.length < movedAtOnce;
}

/** Our own addresses in an item: its page, those of related stories, and of articles without an address. */
function moveItem(item: OutgoingItem, from: string, to: string): OutgoingItem {
  const move = (url: string) => (url.startsWith(`${from}/`) ? to + url.slice(from.length) : url);
  const moveReport = (report: OutgoingItem['related'][number]) => ({ ...report, url: move(report.url) });
  return {
    ...item,
    url: move(item.url),
    pageUrl: move(item.pageUrl),
    coverage: item.coverage.map(moveReport),
    related: item.related.map(moveReport),
  };
}

async function writeArchive(setting: ArchiveSetting, archive: Archive): Promise<void> {
  const { tx, topic, now } = setting;
  const { number } = archive;
  const feed = toArchiveFeed(topic, archive);
  const documents = [];
  for (const format of publicationFormats) {
    const body = Buffer.from(writers[format](feed));
    const rendered = { body, ...(await compress(body)), etag: toEtag(body) };
    documents.push({ topicId: topic.id, number, format, ...rendered, lastModifiedAt: now });
  }
  await storeArchive(tx, archive, documents);
}

/**
 * Its next archive is named before it is closed, so that closing that one changes nothing here; until then that address leads
 * to the document that people subscribe to.
 */
function toArchiveFeed(topic: Topic, { number, items, publicUrl, closedAt }: Archive): OutgoingFeed {
  const current = toOutgoingFeed(topic, [], new Map(), publicUrl);
  const revived = items.map(reviveItem);
  const newest = Math.max(...revived.map(({ updatedAt }) => updatedAt.getTime()), 0);
  return {
    ...current,
    selfUrls: toHistoryUrls(current.pageUrl, number),
    updatedAt: newest > 0 ? new Date(newest) : new Date(closedAt),
    items: revived,
    history: {
      isArchive: true,
      previousUrls: number > 1 ? toHistoryUrls(current.pageUrl, number - 1) : undefined,
      nextUrls: toHistoryUrls(current.pageUrl, number + 1),
      currentUrls: current.selfUrls,
    },
  };
}

/** An item as it was, whether it comes from the database or from memory. */
function reviveItem(item: OutgoingItem): OutgoingItem {
  const { source } = item;
  return {
    ...item,
    publishedAt: new Date(item.publishedAt),
    updatedAt: new Date(item.updatedAt),
    source: source.updatedAt ? { ...source, updatedAt: new Date(source.updatedAt) } : source,
  };
}

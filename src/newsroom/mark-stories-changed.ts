import type { Db } from '../../db/connect.ts';
import { listTopicsPublishing } from '../../db/placements.ts';
import { listLinkedStoryIds } from '../../db/relink-stories.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { toChunks } from './chunks.ts';

const chunkSize = 5_000;

/** Marks the topics that publish one of these stories, or one that names one of these as related. */
export async function markStoriesChanged(tx: Db, storyIds: Iterable<string>): Promise<void> {
  const topicIds = new Set<string>();
  for (const ids of toChunks([...new Set(storyIds)], chunkSize)) {
    for (const near of toChunks([...ids, ...(await listLinkedStoryIds(tx, ids))], chunkSize)) {
      for (const topicId of await listTopicsPublishing(tx, near)) topicIds.add(topicId);
    }
  }
  await markTopicsChanged(tx, [...topicIds]);
}

import type { Db } from '../../db/connect.ts';
import { listPollerCounts, listReaderCounts } from '../../db/readers.ts';

/** Who reads a topic's documents, in numbers. */
export interface TopicReaders {
  topicId: string;
  /** By all aggregators: of each, the greatest number of the last seven days. */
  subscribers: number;
  aggregators: { name: string; subscribers: number }[];
  /** Programs that asked, by day (YYYY-MM-DD, UTC), the newest first; about 2 % off. */
  days: { day: string; pollers: number }[];
}

const shownDays = 7;

/** Of these topics, in their order. */
export async function listTopicReaders(db: Db, topicIds: string[], now: Date): Promise<TopicReaders[]> {
  const since = new Date(now.getTime() - (shownDays - 1) * 86_400_000).toISOString().slice(0, 10);
  const counts = await listReaderCounts(db, since, topicIds);
  const pollers = await listPollerCounts(db, since, topicIds);
  return topicIds.map((topicId) => {
    const byName = new Map<string, number>();
    for (const count of counts) {
      if (count.topicId !== topicId) continue;
      byName.set(count.aggregator, (byName.get(count.aggregator) ?? 0) + count.subscribers);
    }
    const aggregators = [...byName].map(([name, subscribers]) => ({ name, subscribers }));
    return {
      topicId,
      subscribers: aggregators.reduce((sum, one) => sum + one.subscribers, 0),
      aggregators: aggregators.sort((one, other) => other.subscribers - one.subscribers),
      days: pollers.flatMap((one) =>
        one.topicId === topicId ? [{ day: one.day, pollers: one.pollers }] : [],
      ),
    };
  });
}

import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { transact } from './transact.ts';

/** What an aggregator said on a day (YYYY-MM-DD, UTC). */
export interface ReaderCount {
  topicId: string;
  aggregator: string;
  feedId: string;
  subscribers: number;
}

/** A topic's sketch of a day, and how many it counts. */
export interface PollerCount {
  topicId: string;
  pollers: number;
}

/** The key of a day's sketches: the first who asks makes it, all others get the same. */
export async function getPollerSalt(db: Db, day: string): Promise<Buffer> {
  const { rows } = await sql<{ salt: Buffer }>`
    insert into poller_salts (day, salt) values (${day}, ${randomBytes(32)})
    on conflict on constraint poller_salts_pkey do update set salt = poller_salts.salt
    returning salt`.execute(db);
  const salt = rows[0]?.salt;
  if (!salt) throw new Error('insert … returning gave no row');
  return salt;
}

/** Keeps the greatest number of each day; those of topics that are gone are left out. */
export async function storeReaderCounts(db: Db, day: string, counts: ReaderCount[]): Promise<void> {
  if (counts.length === 0) return;
  await sql`
    insert into reader_counts as known (topic_id, aggregator, feed_id, day, subscribers)
    select topic_id, aggregator, feed_id, ${day}::date, max(subscribers)
    from unnest(
      ${counts.map((c) => c.topicId)}::bigint[], ${counts.map((c) => c.aggregator)}::text[],
      ${counts.map((c) => c.feedId)}::text[], ${counts.map((c) => c.subscribers)}::integer[]
    ) as t(topic_id, aggregator, feed_id, subscribers)
    where topic_id in (select id from topics)
    group by 1, 2, 3 order by 1, 2, 3
    on conflict on constraint reader_counts_pkey do update set subscribers = excluded.subscribers
    where known.subscribers < excluded.subscribers`.execute(db);
}

/** Adds a day's sketches to those that are stored; `merge` and `count` say how. */
export async function mergePollers(
  db: Db,
  day: string,
  sketches: ReadonlyMap<string, Uint8Array>,
  how: {
    merge(one: Uint8Array | undefined, other: Uint8Array): Uint8Array;
    count(sketch: Uint8Array): number;
  },
): Promise<void> {
  const topicIds = [...sketches.keys()];
  if (topicIds.length === 0) return;
  await transact(db, async (tx) => {
    await sql`
      insert into poller_counts (topic_id, day, pollers)
      select id, ${day}::date, 0 from topics where id = any(${topicIds}::bigint[]) order by id
      on conflict on constraint poller_counts_pkey do nothing`.execute(tx);
    const { rows } = await sql<{ topic_id: string; registers: Buffer | null }>`
      select topic_id, registers from poller_counts where day = ${day} and topic_id = any(${topicIds}::bigint[])
      order by topic_id for update`.execute(tx);
    for (const { topic_id, registers } of rows) {
      const fresh = sketches.get(topic_id);
      if (!fresh) continue;
      const merged = how.merge(registers ?? undefined, fresh);
      await sql`
        update poller_counts set registers = ${Buffer.from(merged)}, pollers = ${how.count(merged)}
        where topic_id = ${topic_id} and day = ${day}`.execute(tx);
    }
  });
}

/** Of the days before `day`, forgets keys and sketches, which leaves numbers; then what is older than is shown. */
export async function forgetPollers(db: Db, day: string): Promise<void> {
  await sql`delete from poller_salts where day < ${day}`.execute(db);
  await sql`update poller_counts set registers = null where day < ${day} and registers is not null`.execute(
    db,
  );
  await sql`delete from poller_counts where day < ${day}::date - 365`.execute(db);
  await sql`delete from reader_counts where day < ${day}::date - 30`.execute(db);
}

/** By topic, aggregator and its feed id, the greatest number that was said since a day. */
export async function listReaderCounts(db: Db, sinceDay: string, topicIds: string[]): Promise<ReaderCount[]> {
  const { rows } = await sql<{ topic_id: string; aggregator: string; feed_id: string; subscribers: number }>`
    select topic_id, aggregator, feed_id, max(subscribers) as subscribers from reader_counts
    where day >= ${sinceDay} and topic_id = any(${topicIds}::bigint[])
    group by 1, 2, 3 order by 1, 4 desc, 2, 3`.execute(db);
  return rows.map((row) => ({
    topicId: row.topic_id,
    aggregator: row.aggregator,
    feedId: row.feed_id,
    subscribers: row.subscribers,
  }));
}

/** How many programs asked for these topics' documents since a day, the newest day first. */
export async function listPollerCounts(
  db: Db,
  sinceDay: string,
  topicIds: string[],
): Promise<(PollerCount & { day: string })[]> {
  const { rows } = await sql<{ topic_id: string; day: string; pollers: number }>`
    select topic_id, day::text, pollers from poller_counts
    where day >= ${sinceDay} and topic_id = any(${topicIds}::bigint[]) order by topic_id, poller_counts.day desc`.execute(
    db,
  );
  return rows.map((row) => ({ topicId: row.topic_id, day: row.day, pollers: row.pollers }));
}

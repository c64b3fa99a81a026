import { sql } from 'kysely';
import type { PublicationFormat } from '../src/model/outgoing.ts';
import type { Announcement } from '../src/model/subscription.ts';
import type { Db } from './connect.ts';
import { hubChannel } from './websub-hub.ts';

/** Has another hub told of changed documents, within the transaction that changes them. */
export async function enqueueAnnouncements(
  tx: Db,
  topicId: string,
  formats: PublicationFormat[],
  now: Date,
): Promise<void> {
  if (formats.length === 0) return;
  await sql`
    with queued as (
      insert into announcements as a (topic_id, format, since, due_at)
      select ${topicId}, format, ${now}, ${now} from unnest(${formats}::text[]) as t(format) order by format
      on conflict on constraint announcements_pkey do update set version = a.version + 1
      returning 1
    )
    select pg_notify(${hubChannel}, '') where exists (select from queued)`.execute(tx);
}

/** Takes announcements that are due; empty when none is free. Two workers never hold the same one. */
export async function leaseAnnouncements(
  db: Db,
  lease: { worker: string; limit: number; leaseSeconds: number; now: Date },
): Promise<Announcement[]> {
  const { worker, limit, now } = lease;
  const until = new Date(now.getTime() + lease.leaseSeconds * 1000);
  const { rows } = await sql<{
    topic_id: string;
    slug: string;
    format: PublicationFormat;
    version: number;
    since: Date;
    attempts: number;
  }>`
    with locked as (
      select topic_id, format from announcements
      where due_at <= ${now} and (leased_until is null or leased_until <= ${now})
      order by due_at limit ${limit} for update skip locked
    )
    update announcements a set leased_by = ${worker}, leased_until = ${until}
    from locked, topics t where a.topic_id = locked.topic_id and a.format = locked.format and t.id = a.topic_id
    returning a.topic_id, t.slug, a.format, a.version, a.since, a.attempts`.execute(db);
  return rows.map(({ topic_id, ...row }) => ({ topicId: topic_id, ...row }));
}

/** The hub knows, or is told no more; a change that came meanwhile is due at once. */
export async function endAnnouncement(
  db: Db,
  worker: string,
  announcement: Announcement,
  now: Date,
): Promise<void> {
  const { topicId, format, version } = announcement;
  const mine = sql`topic_id = ${topicId} and format = ${format} and leased_by = ${worker}`;
  await sql`
    with renewed as (
      update announcements set leased_by = null, leased_until = null, attempts = 0, since = ${now}, due_at = ${now}
      where ${mine} and version <> ${version}
    )
    delete from announcements where ${mine} and version = ${version}`.execute(db);
}

/** The hub could not be told: it is tried again at `dueAt`. */
export async function postponeAnnouncement(
  db: Db,
  worker: string,
  { topicId, format }: Announcement,
  dueAt: Date,
): Promise<void> {
  await db
    .updateTable('announcements')
    .set((eb) => ({ due_at: dueAt, attempts: eb('attempts', '+', 1), leased_by: null, leased_until: null }))
    .where('topic_id', '=', topicId)
    .where('format', '=', format)
    .where('leased_by', '=', worker)
    .execute();
}

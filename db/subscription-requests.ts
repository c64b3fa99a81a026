import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { PendingRequest, SubscriptionRequest } from '../src/model/subscription.ts';
import type { Db } from './connect.ts';
import type { SubscriptionRequestsTable } from './schema.ts';
import { hubChannel } from './websub-hub.ts';

/** What a callback and a topic are found by: together they are longer than an index can hold. */
function toKey(callbackUrl: string, topicUrl: string): Buffer {
  return createHash('sha256').update(`${callbackUrl}\n${topicUrl}`).digest();
}

/**
 * Stores a request until the subscriber has confirmed it, in place of one for the same callback and topic that still waits,
 * and wakes the workers. False, and nothing is stored, when `mostPerSite` of one site wait already.
 */
export async function storeSubscriptionRequest(
  db: Db,
  request: SubscriptionRequest,
  mostPerSite: number,
  now: Date,
): Promise<boolean> {
  const { callbackUrl, callbackSite, topicUrl, topicId = null, secret = null } = request;
  const key = toKey(callbackUrl, topicUrl);
  const { rows } = await sql`
    with site as (
      insert into callback_sites (site, busy_until) values (${callbackSite}, ${now})
      on conflict on constraint callback_sites_pkey do update
        -- Keeps a prune that goes on meanwhile from taking the row.
        set busy_until = greatest(callback_sites.busy_until, excluded.busy_until)
    ), stored as (
      insert into subscription_requests as r
        (key, mode, callback_url, callback_site, topic_url, topic_id, format, secret, lease_seconds, due_at)
      select ${key}, ${request.mode}, ${callbackUrl}, ${callbackSite}, ${topicUrl}, ${topicId}::bigint,
        ${request.format}, ${secret}, ${request.leaseSeconds}, ${now}
      where (select count(*) from subscription_requests o
          where o.callback_site = ${callbackSite} and o.key <> ${key}) < ${mostPerSite}
      on conflict on constraint subscription_requests_key_key do update
        set version = gen_random_uuid(), mode = excluded.mode, topic_id = excluded.topic_id, format = excluded.format,
          secret = excluded.secret, lease_seconds = excluded.lease_seconds,
          due_at = greatest(r.due_at, excluded.due_at), leased_by = null, leased_until = null
      returning id
    )
    select pg_notify(${hubChannel}, '') from stored`.execute(db);
  return rows.length > 0;
}

export interface RequestLease {
  /** Unique per process. */
  worker: string;
  limit: number;
  leaseSeconds: number;
  /** One site is asked once in so many seconds … */
  secondsPerQuestion: number;
  /** … but so many times in a row after a rest. */
  burst: number;
  now: Date;
}

/**
 * Takes requests whose subscribers are to be asked now; empty when none is free. All workers together ask one site no more
 * often than the lease says: each site's row is held by one of them at a time and tells when it may be asked again.
 */
export async function leaseSubscriptionRequests(db: Db, lease: RequestLease): Promise<PendingRequest[]> {
  const { worker, limit, secondsPerQuestion, burst, now } = lease;
  const until = new Date(now.getTime() + lease.leaseSeconds * 1000);
  const free = sql`r.due_at <= ${now} and (r.leased_until is null or r.leased_until <= ${now})`;
  const ahead = sql`extract(epoch from greatest(s.busy_until - ${now}::timestamptz, interval '0'))`;
  const { rows } = await sql<Selectable<SubscriptionRequestsTable>>`
    with sites as materialized (
      select s.site, least(${limit}, floor(${burst} - ${ahead} / ${secondsPerQuestion}))::integer as n
      from callback_sites s
        join (select distinct r.callback_site from subscription_requests r where ${free}) w on w.callback_site = s.site
      where ${ahead} <= ${(burst - 1) * secondsPerQuestion}
      order by s.busy_until limit ${limit} for update of s skip locked
    ), picked as (
      select w.id from sites cross join lateral (
        select r.id, r.due_at from subscription_requests r where r.callback_site = sites.site and ${free}
        order by r.due_at, r.id limit sites.n) w
      order by w.due_at, w.id limit ${limit}
    ), locked as (
      select r.id, r.callback_site from subscription_requests r join picked using (id) where ${free}
      for update of r skip locked
    ), counted as (
      update callback_sites s set busy_until = greatest(s.busy_until, ${now}) + c.n * ${secondsPerQuestion} * interval '1 s'
      from (select callback_site, count(*) as n from locked group by callback_site) c where s.site = c.callback_site
    )
    update subscription_requests r set leased_by = ${worker}, leased_until = ${until}
    from locked where r.id = locked.id
    returning r.*`.execute(db);
  return rows.map(toPending);
}

/** Has the subscriber asked again at `dueAt`; nothing happens when the request was made anew meanwhile. */
export async function postponeRequest(db: Db, request: PendingRequest, dueAt: Date): Promise<void> {
  await db
    .updateTable('subscription_requests')
    .set((eb) => ({ due_at: dueAt, attempts: eb('attempts', '+', 1), leased_by: null, leased_until: null }))
    .where('id', '=', request.id)
    .where('version', '=', request.version)
    .execute();
}

/** Forgets a request that was not confirmed; one that was made anew meanwhile stays. */
export async function removeRequest(db: Db, { id, version }: PendingRequest): Promise<void> {
  await db.deleteFrom('subscription_requests').where('id', '=', id).where('version', '=', version).execute();
}

/** Gives back what a worker holds and will not ask any more. */
export async function releaseRequests(db: Db, worker: string): Promise<void> {
  await db
    .updateTable('subscription_requests')
    .set({ leased_by: null, leased_until: null })
    .where('leased_by', '=', worker)
    .execute();
}

function toPending(row: Selectable<SubscriptionRequestsTable>): PendingRequest {
  return {
    id: row.id,
    version: row.version,
    mode: row.mode,
    callbackUrl: row.callback_url,
    callbackSite: row.callback_site,
    topicUrl: row.topic_url,
    topicId: row.topic_id ?? undefined,
    format: row.format,
    secret: row.secret ?? undefined,
    leaseSeconds: row.lease_seconds,
    attempts: row.attempts,
  };
}

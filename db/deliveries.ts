import { sql } from 'kysely';
import type { PublicationFormat } from '../src/model/outgoing.ts';
import type { Delivery } from '../src/model/subscription.ts';
import type { Db } from './connect.ts';
import { hubChannel } from './websub-hub.ts';

/**
 * Has the subscribers of a topic's changed documents told, in one statement within the transaction that changes them. For one
 * that waits already this is the change that it waits for. Workers are woken when the transaction commits.
 */
export async function enqueueDeliveries(
  tx: Db,
  topicId: string,
  formats: PublicationFormat[],
  now: Date,
): Promise<void> {
  if (formats.length === 0) return;
  await sql`
    with queued as (
      insert into deliveries as d (subscription_id, since, due_at)
      select id, ${now}, ${now} from subscriptions
      where topic_id = ${topicId} and format = any(${formats}::text[]) and expires_at > ${now} order by id
      on conflict on constraint deliveries_pkey do update set version = d.version + 1
      returning 1
    )
    select pg_notify(${hubChannel}, '') where exists (select from queued)`.execute(tx);
}

export interface DeliveryLease {
  /** Unique per process. */
  worker: string;
  limit: number;
  /** After this the lease is void and another worker may deliver. */
  leaseSeconds: number;
  /** Most deliveries to one site that this worker may have in hand; those that it has are in `inHand`. */
  perSite: number;
  inHand: ReadonlyMap<string, number>;
  now: Date;
}

interface LeasedRow {
  subscription_id: string;
  callback_url: string;
  callback_site: string;
  topic_url: string;
  topic_id: string;
  format: PublicationFormat;
  secret: string | null;
  version: number;
  since: Date;
  attempts: number;
  failing_since: Date | null;
  etag: string;
}

/**
 * Takes deliveries that are due, those to subscribers that were reached the last time first; empty when none is free. Two
 * workers never hold the same one.
 */
export async function leaseDeliveries(db: Db, lease: DeliveryLease): Promise<Delivery[]> {
  const { worker, limit, perSite, inHand, now } = lease;
  const until = new Date(now.getTime() + lease.leaseSeconds * 1000);
  const { rows } = await sql<LeasedRow>`
    with busy as (
      select * from unnest(${[...inHand.keys()]}::text[], ${[...inHand.values()]}::integer[]) as t(site, n)
    ), free as (
      select d.subscription_id, s.callback_site, s.failing_since is not null as is_failing, d.due_at
      from deliveries d join subscriptions s on s.id = d.subscription_id
      where d.due_at <= ${now} and (d.leased_until is null or d.leased_until <= ${now})
        and s.expires_at > ${now} and s.topic_id is not null
        and not exists (select from busy where busy.site = s.callback_site and busy.n >= ${perSite})
      order by is_failing, d.due_at, d.subscription_id limit ${limit * 10}
    ), ranked as (
      select *, row_number() over (partition by callback_site order by is_failing, due_at, subscription_id)
        + coalesce((select n from busy where busy.site = free.callback_site), 0) as place
      from free
    ), picked as (
      select subscription_id from ranked where place <= ${perSite}
      order by is_failing, due_at, subscription_id limit ${limit}
    ), locked as (
      select d.subscription_id from deliveries d join picked using (subscription_id)
      where d.leased_until is null or d.leased_until <= ${now}
      for update of d skip locked
    )
    update deliveries d set leased_by = ${worker}, leased_until = ${until}
    from locked, subscriptions s, publications p
    where d.subscription_id = locked.subscription_id and s.id = d.subscription_id
      and p.topic_id = s.topic_id and p.format = s.format
    returning d.subscription_id, d.version, d.since, d.attempts, s.callback_url, s.callback_site, s.topic_url, s.topic_id,
      s.format, s.secret, s.failing_since, p.etag`.execute(db);
  return rows.map(toDelivery);
}

/** The document as it is stored now; undefined when it is gone. */
export async function findDeliveredBody(
  db: Db,
  topicId: string,
  format: PublicationFormat,
): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('publications')
    .select('body')
    .where('topic_id', '=', topicId)
    .where('format', '=', format)
    .executeTakeFirst();
  return row?.body;
}

/**
 * What became of a delivery. `delivered` and `given-up` end it, unless another change came meanwhile; `failed` has it tried
 * again at `dueAt`; `dropped` ends the subscription.
 */
export type DeliveryOutcome = Pick<Delivery, 'subscriptionId' | 'version'> &
  ({ kind: 'delivered' | 'given-up' | 'dropped' } | { kind: 'failed'; dueAt: Date });

/**
 * Writes outcomes in one statement and gives the leases back; what another worker holds by now (our lease had expired) is
 * left to it. A change that came while the document was on its way is due at once.
 */
export async function settleDeliveries(
  db: Db,
  worker: string,
  outcomes: DeliveryOutcome[],
  now: Date,
): Promise<void> {
  const column = <T>(pick: (outcome: DeliveryOutcome) => T) => outcomes.map(pick);
  const dueAts = column((o) => (o.kind === 'failed' ? o.dueAt.toISOString() : null));
  await sql`
    with mine as materialized (
      -- In the order in which changes take them, so that neither waits for the other for ever.
      select o.id, o.kind, o.due_at, d.version = o.version as is_newest
      from deliveries d join unnest(
        ${column((o) => o.subscriptionId)}::bigint[], ${column((o) => o.version)}::integer[],
        ${column((o) => o.kind)}::text[], ${dueAts}::timestamptz[]
      ) as o(id, version, kind, due_at) on o.id = d.subscription_id
      where d.leased_by = ${worker} order by d.subscription_id for update of d
    ), ended as (
      delete from deliveries d using mine
      where d.subscription_id = mine.id and mine.kind in ('delivered', 'given-up') and mine.is_newest
    ), renewed as (
      update deliveries d set leased_by = null, leased_until = null, attempts = 0, since = ${now}, due_at = ${now} from mine
      where d.subscription_id = mine.id and mine.kind in ('delivered', 'given-up') and not mine.is_newest
    ), postponed as (
      update deliveries d set leased_by = null, leased_until = null, attempts = attempts + 1, due_at = mine.due_at from mine
      where d.subscription_id = mine.id and mine.kind = 'failed'
    ), judged as (
      update subscriptions s set
        failing_since = case when mine.kind = 'delivered' then null else coalesce(s.failing_since, ${now}) end,
        delivered_at = case when mine.kind = 'delivered' then ${now} else s.delivered_at end
      from mine where s.id = mine.id and mine.kind <> 'dropped'
    )
    delete from subscriptions s using mine where s.id = mine.id and mine.kind = 'dropped'`.execute(db);
}

/** Gives back what a worker holds and will not deliver any more; it stays due. */
export async function releaseDeliveries(db: Db, worker: string): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ leased_by: null, leased_until: null })
    .where('leased_by', '=', worker)
    .execute();
}

function toDelivery(row: LeasedRow): Delivery {
  return {
    subscriptionId: row.subscription_id,
    callbackUrl: row.callback_url,
    callbackSite: row.callback_site,
    topicUrl: row.topic_url,
    topicId: row.topic_id,
    format: row.format,
    secret: row.secret ?? undefined,
    version: row.version,
    since: row.since,
    attempts: row.attempts,
    failingSince: row.failing_since ?? undefined,
    etag: row.etag,
  };
}

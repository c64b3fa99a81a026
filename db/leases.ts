import { type Selectable, sql } from 'kysely';
import { longestFeedUrl, type PollHints, type Source, type Validators } from '../src/model/source.ts';
import type { Db } from './connect.ts';
import type { SourcesTable } from './schema.ts';
import { toSource } from './sources.ts';

export interface LeaseOptions {
  /** Who takes them: unique per process. */
  worker: string;
  /** Most sources to take. */
  limit: number;
  /** Most sources of one host that may be leased at a time, by all workers together. */
  perHost: number;
  /** After this the lease is void and another worker may take the source. */
  leaseSeconds: number;
  now: Date;
  /** Only these sources, due or not, paused or not; without it those that are due. */
  sourceIds?: string[];
}

/**
 * Takes sources to refresh, longest due first; empty when none is free.
 * Two workers never hold the same source, and all together hold at most `perHost` of one host. The batch is filled from
 * hosts that have room, so a host with many due sources cannot keep the others waiting.
 */
export async function leaseSources(db: Db, options: LeaseOptions): Promise<Source[]> {
  const { worker, limit, perHost, now } = options;
  const until = new Date(now.getTime() + options.leaseSeconds * 1000);
  const wanted = options.sourceIds
    ? sql`s.id = any(${options.sourceIds}::bigint[])`
    : sql`s.state = 'active' and s.next_check_at <= ${now}`;
  const { rows } = await sql<Selectable<SourcesTable>>`
    with busy as (
      select host, count(*) as n from sources where leased_until > ${now} group by host
    ), free as (
      select s.id, s.host, s.next_check_at from sources s
      where ${wanted} and (s.leased_until is null or s.leased_until <= ${now})
        and not exists (select from busy where busy.host = s.host and busy.n >= ${perHost})
      order by s.next_check_at, s.id limit ${limit * 10}
    ), ranked as (
      select id, host, next_check_at,
        row_number() over (partition by host order by next_check_at, id)
          + coalesce((select n from busy where busy.host = free.host), 0) as place
      from free
    ), picked as (
      select id from ranked where place <= ${perHost} order by next_check_at, id limit ${limit}
    ), locked as (
      select s.id from sources s join picked using (id)
      where s.leased_until is null or s.leased_until <= ${now}
      for update of s skip locked
    )
    update sources s set leased_by = ${worker}, leased_until = ${until}
    from locked where s.id = locked.id
    returning s.*`.execute(db);
  return rows.map(toSource);
}

/** Holds leases for longer; a source whose lease another has by now is left to it. */
export async function renewLeases(db: Db, worker: string, sourceIds: string[], until: Date): Promise<void> {
  if (sourceIds.length === 0) return;
  await db
    .updateTable('sources')
    .set({ leased_until: until })
    .where('leased_by', '=', worker)
    .where('id', 'in', sourceIds)
    .execute();
}

/** Of these ids, those that are still sources. */
export async function listExistingSources(db: Db, sourceIds: string[]): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select id from sources where id = any(${sourceIds}::bigint[])`.execute(db);
  return rows.map((row) => row.id);
}

/** Keeps a source from being removed until the transaction ends; false when it is gone already. */
export async function holdSource(tx: Db, sourceId: string): Promise<boolean> {
  const { rows } = await sql`select from sources where id = ${sourceId} for key share`.execute(tx);
  return rows.length > 0;
}

/** Gives back what a worker holds and will not refresh any more; the sources stay due. */
export async function releaseLeases(db: Db, worker: string, sourceIds?: string[]): Promise<void> {
  let query = db
    .updateTable('sources')
    .set({ leased_by: null, leased_until: null })
    .where('leased_by', '=', worker);
  if (sourceIds) query = query.where('id', 'in', sourceIds);
  await query.execute();
}

/** The workers that hold leases now. */
export async function listLeaseHolders(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('sources')
    .select('leased_by')
    .distinct()
    .where('leased_by', 'is not', null)
    .execute();
  return rows.flatMap((row) => row.leased_by ?? []);
}

/** What a refresh found out about a source. Fields left out stay as they are. */
export interface SourceOutcome {
  sourceId: string;
  nextCheckAt: Date;
  /** undefined: the check succeeded. */
  error?: { code: string; message: string };
  gone?: boolean;
  /** The address it answers at from now on. */
  movedTo?: string;
  /** Of a 200; with `bodyHash`. Both validators are replaced, absent ones cleared. */
  validators?: Validators;
  bodyHash?: string;
  itemCount?: number;
  pollHints?: PollHints;
}

/**
 * Writes the outcomes of a batch in one statement and gives the leases back. A source that another worker has leased since
 * (ours had expired) keeps that lease and is not touched. A move to an address that another source has is not made.
 */
export async function settleSources(
  db: Db,
  worker: string,
  outcomes: SourceOutcome[],
  now: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  const column = <T>(pick: (o: SourceOutcome) => T) => outcomes.map(pick);
  await sql`
    with outcome as (
      select * from unnest(
        ${column((o) => o.sourceId)}::bigint[], ${column((o) => o.nextCheckAt.toISOString())}::timestamptz[],
        ${column((o) => o.error?.code ?? null)}::text[], ${column((o) => o.error?.message ?? null)}::text[],
        ${column((o) => o.gone ?? false)}::boolean[], ${column((o) => o.movedTo ?? null)}::text[],
        ${column((o) => (o.movedTo ? new URL(o.movedTo).host : null))}::text[],
        ${column((o) => o.validators !== undefined)}::boolean[], ${column((o) => o.validators?.etag ?? null)}::text[],
        ${column((o) => o.validators?.lastModified ?? null)}::text[], ${column((o) => o.bodyHash ?? null)}::text[],
        ${column((o) => o.itemCount ?? null)}::integer[],
        ${column((o) => (o.pollHints ? JSON.stringify(o.pollHints) : null))}::jsonb[]
      ) as t(id, next_check_at, error_code, error_message, gone, moved_to, moved_host, has_validators, etag, last_modified, body_hash, item_count, poll_hints)
    ), moving as (
      select distinct on (o.moved_to) o.id, o.moved_to, o.moved_host from outcome o
      where length(o.moved_to) <= ${longestFeedUrl} and not exists (select from sources x where x.feed_url = o.moved_to)
    ), former as (
      insert into source_addresses (feed_url, source_id, moved_at)
      select s.feed_url, s.id, ${now} from sources s join moving using (id)
      on conflict on constraint source_addresses_pkey do update set source_id = excluded.source_id, moved_at = excluded.moved_at
    )
    update sources s set
      next_check_at = o.next_check_at,
      leased_by = null,
      leased_until = null,
      last_checked_at = ${now},
      last_succeeded_at = case when o.error_code is null then ${now} else s.last_succeeded_at end,
      failures = case when o.error_code is null then 0 else s.failures + 1 end,
      last_error_code = o.error_code,
      last_error_message = o.error_message,
      last_error_at = case when o.error_code is null then null else ${now}::timestamptz end,
      state = case when o.gone then 'gone' when s.state = 'gone' and o.error_code is null then 'active' else s.state end,
      feed_url = coalesce(m.moved_to, s.feed_url),
      host = coalesce(m.moved_host, s.host),
      etag = case when o.has_validators then o.etag else s.etag end,
      last_modified = case when o.has_validators then o.last_modified else s.last_modified end,
      body_hash = case when o.has_validators then decode(o.body_hash, 'hex') else s.body_hash end,
      item_count = coalesce(o.item_count, s.item_count),
      poll_hints = coalesce(o.poll_hints, s.poll_hints)
    from outcome o left join moving m on m.id = o.id
    where s.id = o.id and s.leased_by = ${worker}`.execute(db);
}

/** What the feed says of itself; the operator's title stays. */
export async function describeSource(
  db: Db,
  sourceId: string,
  about: { title?: string; description?: string; siteUrl?: string; language?: string; imageUrl?: string },
): Promise<void> {
  await sql`
    update sources set
      title = case when title_is_set then title else coalesce(${about.title ?? null}, title) end,
      description = coalesce(${about.description ?? null}, description),
      site_url = coalesce(${about.siteUrl ?? null}, site_url),
      language = coalesce(${about.language ?? null}, language),
      image_url = coalesce(${about.imageUrl ?? null}, image_url)
    where id = ${sourceId}`.execute(db);
}

import { type Selectable, sql } from 'kysely';
import type { ContentPolicy, Source, SourceState } from '../src/model/source.ts';
import type { Db } from './connect.ts';
import type { SourcesTable } from './schema.ts';
import { markAllTopicsChanged } from './topic-changes.ts';

/** A source to be stored. */
export interface NewSource {
  /** Absolute http(s). */
  feedUrl: string;
  /** Until the feed is read, which names itself. */
  title?: string;
  /** The title is the operator's own, and stays when the feed calls itself otherwise. */
  titleIsSet?: boolean;
  siteUrl?: string;
  policy?: ContentPolicy;
  /** 1 to 10; usually 5. */
  weight?: number;
}

/**
 * Stores sources that are not there yet, due now, and returns all of them in the order given, each with whether it is new.
 * An address that a source moved away from finds that source. The same address twice is one source.
 */
export async function storeSources(
  db: Db,
  sources: NewSource[],
  now: Date,
): Promise<{ source: Source; isNew: boolean }[]> {
  if (sources.length === 0) return [];
  const added = await sql<{ feed_url: string }>`
    insert into sources (feed_url, host, title, title_is_set, site_url, policy, weight, next_check_at, created_at)
    select distinct on (feed_url) feed_url, host, coalesce(title, host), title_is_set, site_url, policy, weight, ${now}, ${now}
    from unnest(
      ${sources.map((s) => s.feedUrl)}::text[], ${sources.map((s) => new URL(s.feedUrl).host)}::text[],
      ${sources.map((s) => s.title ?? null)}::text[], ${sources.map((s) => s.siteUrl ?? null)}::text[],
      ${sources.map((s) => s.policy ?? 'summary')}::text[],
      ${sources.map((s) => s.titleIsSet ?? false)}::boolean[], ${sources.map((s) => s.weight ?? 5)}::smallint[]
    ) as t(feed_url, host, title, site_url, policy, title_is_set, weight)
    where not exists (select from source_addresses a where a.feed_url = t.feed_url)
    order by feed_url
    on conflict on constraint sources_feed_url_key do nothing
    returning feed_url`.execute(db);
  const isNew = new Set(added.rows.map((row) => row.feed_url));
  const { rows } = await sql<Selectable<SourcesTable> & { asked_url: string }>`
    select s.*, asked.url as asked_url
    from (select distinct unnest(${sources.map((s) => s.feedUrl)}::text[]) as url) asked
    left join source_addresses a on a.feed_url = asked.url
    join sources s on s.feed_url = asked.url or s.id = a.source_id`.execute(db);
  const byUrl = new Map(rows.map((row) => [row.asked_url, row]));
  const seen = new Set<string>();
  return sources.flatMap(({ feedUrl }) => {
    const row = byUrl.get(feedUrl);
    if (!row || seen.has(feedUrl)) return [];
    seen.add(feedUrl);
    return [{ source: toSource(row), isNew: isNew.has(feedUrl) }];
  });
}

/** The source with this feed address, now or before it moved. */
export async function findSourceByUrl(db: Db, feedUrl: string): Promise<Source | undefined> {
  const row = await db
    .selectFrom('sources')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('feed_url', '=', feedUrl),
        eb('id', 'in', eb.selectFrom('source_addresses').select('source_id').where('feed_url', '=', feedUrl)),
      ]),
    )
    .executeTakeFirst();
  return row && toSource(row);
}

/** A source with what its row alone doesn't say. */
export interface ListedSource extends Source {
  entryCount: number;
  newestEntryAt?: Date;
}

/** All sources by title, with the number of their entries; only this one with `sourceId`. Counts entries: not for a hot path. */
export async function listSources(db: Db, sourceId?: string): Promise<ListedSource[]> {
  const only = sourceId ? sql`where id = ${sourceId}` : sql``;
  const ofOnly = sourceId ? sql`where source_id = ${sourceId}` : sql``;
  const { rows } = await sql<
    Selectable<SourcesTable> & { entry_count: string; newest_entry_at: Date | null }
  >`
    select sources.*, coalesce(e.n, 0) as entry_count, e.newest as newest_entry_at
    from (select * from sources ${only}) sources left join (
      select source_id, count(*) as n, max(dated_at) as newest from entries ${ofOnly} group by source_id
    ) e on e.source_id = sources.id
    order by lower(sources.title), sources.id`.execute(db);
  return rows.map((row) => ({
    ...toSource(row),
    entryCount: Number(row.entry_count),
    newestEntryAt: row.newest_entry_at ?? undefined,
  }));
}

/** Numbers of sources; `failing` are those active ones whose last check failed. */
export async function countSources(
  db: Db,
): Promise<{ active: number; failing: number; total: number; unchecked: number }> {
  const { rows } = await sql<{ active: string; failing: string; total: string; unchecked: string }>`
    select count(*) as total,
      count(*) filter (where state = 'active') as active,
      count(*) filter (where state = 'active' and failures > 0) as failing,
      count(*) filter (where state = 'active' and last_checked_at is null) as unchecked
    from sources`.execute(db);
  const row = rows[0];
  return {
    active: Number(row?.active ?? 0),
    failing: Number(row?.failing ?? 0),
    total: Number(row?.total ?? 0),
    unchecked: Number(row?.unchecked ?? 0),
  };
}

/** Ids of the sources that are polled. */
export async function listActiveSourceIds(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('sources').select('id').where('state', '=', 'active').execute();
  return rows.map((row) => row.id);
}

/** The sources that are polled, by title. */
export async function listActiveSources(db: Db): Promise<Source[]> {
  const rows = await db
    .selectFrom('sources')
    .selectAll()
    .where('state', '=', 'active')
    .orderBy(sql`lower(title)`)
    .orderBy('id')
    .execute();
  return rows.map(toSource);
}

/** Undefined when there is no such source; throws what Postgres says of an id that is no number. */
export async function findSourceById(db: Db, id: string): Promise<Source | undefined> {
  const row = await db.selectFrom('sources').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toSource(row);
}

/** How many sources are due. */
export async function countDue(db: Db, now: Date): Promise<number> {
  const row = await db
    .selectFrom('sources')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('state', '=', 'active')
    .where('next_check_at', '<=', now)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** Pauses or resumes a source; resuming makes it due now. */
export async function setSourceState(db: Db, sourceId: string, state: SourceState, now: Date): Promise<void> {
  await db
    .updateTable('sources')
    .set({ state, ...(state === 'active' ? { next_check_at: now, failures: 0 } : {}) })
    .where('id', '=', sourceId)
    .execute();
}

/** What the operator decides about a source. */
export type SourceChange = Partial<Pick<Source, 'title' | 'policy' | 'weight'>>;

/** Sets what the operator decides about a source; fields left out stay. An empty title: the feed's own name again. */
export async function editSource(db: Db, sourceId: string, change: SourceChange): Promise<void> {
  await db
    .updateTable('sources')
    .set({
      ...(change.title === undefined ? {} : toTitle(change.title)),
      policy: change.policy,
      weight: change.weight,
      // The same body must be read again: a title of the feed's own may have been passed over.
      body_hash: null,
    })
    .where('id', '=', sourceId)
    .execute();
  await markAllTopicsChanged(db);
}

function toTitle(given: string) {
  const title = given.trim();
  return title ? { title, title_is_set: true } : { title: sql<string>`host`, title_is_set: false };
}

/** The row as the rest of the program knows it. */
export function toSource(row: Selectable<SourcesTable>): Source {
  return {
    id: row.id,
    feedUrl: row.feed_url,
    siteUrl: row.site_url ?? undefined,
    title: row.title,
    titleIsSet: row.title_is_set,
    description: row.description ?? undefined,
    language: row.language ?? undefined,
    imageUrl: row.image_url ?? undefined,
    policy: row.policy,
    state: row.state,
    validators: { etag: row.etag ?? undefined, lastModified: row.last_modified ?? undefined },
    bodyHash: row.body_hash?.toString('hex'),
    itemCount: row.item_count,
    pollHints: row.poll_hints,
    failures: row.failures,
    lastError: row.last_error_code
      ? {
          code: row.last_error_code,
          message: row.last_error_message ?? '',
          at: row.last_error_at ?? row.created_at,
        }
      : undefined,
    weight: row.weight,
    createdAt: row.created_at,
    lastCheckedAt: row.last_checked_at ?? undefined,
    lastSucceededAt: row.last_succeeded_at ?? undefined,
    nextCheckAt: row.next_check_at,
  };
}

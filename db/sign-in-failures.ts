import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** What failed attempts are counted by, and how they slow the next ones down. */
export interface FailureCount {
  /** SHA-256 of what is counted by. */
  key: Buffer;
  /** So many failures cost no wait; then 1, 2, 4 … seconds. */
  freeFailures: number;
  mostWaitSeconds: number;
}

/** Failures are forgotten after a day without any. */
const forgetSeconds = 86_400;

/**
 * Counts an attempt as failed before it is made, for it is only known later whether it did: returns undefined when it may be
 * made, else the moment from which one may, and then nothing is counted. Of many at once no more get through than one after
 * the other would.
 */
export async function countAttempt(db: Db, counts: FailureCount[], now: Date): Promise<Date | undefined> {
  const column = <T>(pick: (count: FailureCount) => T) => counts.map(pick);
  await sql`
    insert into sign_in_failures (key, failures, failed_at, wait_until)
    select key, 0, ${now}, ${now} from unnest(${column(({ key }) => key)}::bytea[]) as t(key) order by key
    on conflict on constraint sign_in_failures_pkey do nothing`.execute(db);
  const { rows } = await sql<{ wait_until: Date | null }>`
    with wanted as (
      select * from unnest(
        ${column(({ key }) => key)}::bytea[], ${column((c) => c.freeFailures)}::integer[],
        ${column((c) => c.mostWaitSeconds)}::integer[]
      ) as t(key, free, most)
    ), held as (
      select key, failed_at, wait_until, failures from sign_in_failures
      where key in (select key from wanted) order by key for update
    ), standing as (
      select max(wait_until) filter (where wait_until > ${now}) as wait_until from held
    ), counted as (
      select w.key, w.free, w.most,
        case when h.failed_at < ${now}::timestamptz - ${forgetSeconds} * interval '1 s' then 1 else h.failures + 1 end as n
      from held h join wanted w using (key)
    ), settled as (
      update sign_in_failures f set failures = n, failed_at = ${now},
        wait_until = ${now}::timestamptz
          + case when n <= free then 0 else least(most, power(2, least(n - free - 1, 20))) end * interval '1 s'
      from counted c, standing s where f.key = c.key and s.wait_until is null
    )
    select wait_until from standing`.execute(db);
  return rows[0]?.wait_until ?? undefined;
}

/** The attempt did not fail: it is taken back from `shared` counts, and those of `own` are forgotten. */
export async function forgiveAttempt(db: Db, own: Buffer[], shared: Buffer[], now: Date): Promise<void> {
  await sql`
    with forgotten as (delete from sign_in_failures where key = any(${own}::bytea[]))
    update sign_in_failures set failures = greatest(failures - 1, 0), wait_until = ${now}
    where key = any(${shared}::bytea[])`.execute(db);
}

/** Removes counts that do not slow anyone down any more. */
export async function pruneSignInFailures(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - forgetSeconds * 1000);
  await db.deleteFrom('sign_in_failures').where('failed_at', '<', before).execute();
}

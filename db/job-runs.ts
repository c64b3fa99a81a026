import { sql } from 'kysely';
import type { Db } from './connect.ts';

/**
 * Claims one tick of a job for one worker, in one statement: with N workers exactly one gets true
 * (after graphile-worker's cron: insert … on conflict do update … where the stored tick is older).
 */
export async function claimTick(db: Db, name: string, tickAt: Date, worker: string): Promise<boolean> {
  const { rows } = await sql`
    insert into job_runs as j (name, last_tick_at, worker) values (${name}, ${tickAt}, ${worker})
    on conflict on constraint job_runs_pkey do update
      set last_tick_at = excluded.last_tick_at, worker = excluded.worker, finished_at = null, outcome = null
      where j.last_tick_at < excluded.last_tick_at
    returning name`.execute(db);
  return rows.length > 0;
}

/** Notes how a claimed tick ended: `ok` or what went wrong. */
export async function markTickFinished(
  db: Db,
  name: string,
  tickAt: Date,
  outcome: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('job_runs')
    .set({ finished_at: now, outcome })
    .where('name', '=', name)
    .where('last_tick_at', '=', tickAt)
    .execute();
}

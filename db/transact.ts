import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from './connect.ts';

const mostTries = 5;
/** deadlock_detected, serialization_failure: the transaction was undone whole, and may well go through now. */
const passing = new Set(['40P01', '40001']);

/** Runs the work in one transaction, and again when Postgres chose it to end a deadlock. The work must bear repeating. */
export async function transact<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (tries >= mostTries || !passing.has((error as { code?: string }).code ?? '')) throw error;
      await sleep(Math.random() * 50 * tries);
    }
  }
}

import { pruneSubscriptions } from '../db/subscriptions.ts';
import type { JobContext } from './job.ts';

/** Deletes subscriptions whose time has run out. */
export async function pruneOldSubscriptions({ db, now }: JobContext): Promise<string> {
  return `${await pruneSubscriptions(db, now())} pruned`;
}

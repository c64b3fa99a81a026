import { pruneSignIns } from '../src/newsroom/prune-sign-ins.ts';
import type { JobContext } from './job.ts';

/** Deletes sessions and links that have run out, and failed attempts that nobody waits for any more. */
export async function pruneOldSignIns({ db, now }: JobContext): Promise<string> {
  await pruneSignIns(db, now());
  return 'ok';
}

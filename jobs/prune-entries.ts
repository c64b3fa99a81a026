import { pruneEntries } from '../db/prune.ts';
import type { JobContext } from './job.ts';

const batch = 1_000;
/** Ends a tick in good time even when a long backlog waits: the next tick goes on. */
const mostBatches = 100;

/** Deletes the entries that are older than the operator keeps them. */
export async function pruneOldEntries(context: JobContext): Promise<string> {
  const now = context.now();
  const before = new Date(now.getTime() - context.keepDays * 86_400_000);
  let pruned = 0;
  for (let n = 0; n < mostBatches && !context.signal?.aborted; n++) {
    const gone = await pruneEntries(context.db, before, batch, now);
    pruned += gone;
    if (gone < batch) break;
  }
  if (pruned > 0)
    context.log.info({ pruned }, `${pruned} entries older than ${context.keepDays} days were pruned.`);
  return `${pruned} pruned`;
}

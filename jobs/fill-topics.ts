import { fillTopics } from '../src/newsroom/curate-topic.ts';
import type { JobContext } from './job.ts';

/** Runs new rules over what is stored where whoever changed them could not finish it. */
export async function fillChangedTopics(context: JobContext): Promise<string> {
  const filled = await fillTopics(context.db, context.now());
  return filled.length > 0 ? `filled ${filled.join(', ')}` : 'ok';
}

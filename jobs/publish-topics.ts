import { publishChangedTopics } from '../src/newsroom/publish-topic.ts';
import type { JobContext } from './job.ts';

/** Publishes the topics that changed; a topic that another worker renders now is left to it. */
export async function publishTopics(context: JobContext): Promise<string | undefined> {
  const changed = await publishChangedTopics(context);
  return changed.length > 0 ? `published ${changed.join(', ')}` : undefined;
}

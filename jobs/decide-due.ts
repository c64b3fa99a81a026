import { decideDue } from '../src/newsroom/decide-due.ts';
import { publishChangedTopics } from '../src/newsroom/publish-topic.ts';
import type { JobContext } from './job.ts';

/** Does what is due by the clock and in assisted topics, then publishes the topics that it changed. */
export async function decideDuePlacements(context: JobContext): Promise<string | undefined> {
  const decided = await decideDue(context);
  if (decided === 0) return undefined;
  await publishChangedTopics(context);
  const line = `${decided} ${decided === 1 ? 'story was' : 'stories were'} published, unpinned or taken out by the clock.`;
  context.log.info({ decided }, line);
  return line;
}

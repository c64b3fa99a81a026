import type { Decision } from '../../model/decision.ts';
import type { Topic } from '../../model/topic.ts';
import type { QueuePreview } from '../../newsroom/desk-queue.ts';
import type { Site } from '../site.ts';

/** All that is shown of a story beside the queue. */
export interface PreviewData extends QueuePreview {
  site: Site;
  now: Date;
  topic: Topic;
  /** The newest first. */
  decisions: Decision[];
  /** Undefined: the visitor may not decide. */
  csrf?: string;
}

import { listChangedTopics } from '../../db/topics.ts';
import { type PublishContext, publishChangedTopics } from './publish-topic.ts';

/** Renders changed topics as soon as it is asked to, one pass at a time. */
export interface SoonPublisher {
  publishSoon(): void;
  /** Resolves when nothing is in hand any more. */
  stop(): Promise<void>;
}

/** A topic that another process is rendering is tried again after this. */
const againMs = 100;
const mostTries = 30;

/**
 * For whoever has just decided something: its documents are rendered now and not at the next tick of the job, which still
 * finishes whatever is cut short here. Failures go to the log.
 */
export function createSoonPublisher(context: PublishContext): SoonPublisher {
  let running: Promise<void> | undefined;
  let isAsked = false;
  let isStopped = false;
  const run = async () => {
    for (let tries = 0; !isStopped && tries < mostTries; tries++) {
      isAsked = false;
      await publishChangedTopics(context);
      if (isAsked) tries = 0;
      else if ((await listChangedTopics(context.db)).length === 0) return;
      else await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  };
  const start = () => {
    running = run()
      .catch((err: unknown) => {
        context.log.error(
          { err },
          'Changed topics could not be rendered at once; the next tick tries again.',
        );
      })
      .finally(() => {
        running = undefined;
        if (isAsked && !isStopped) start();
      });
  };
  return {
    publishSoon() {
      isAsked = true;
      if (!running) start();
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

import cron from 'node-cron';
import { decideDuePlacements } from './decide-due.ts';
import { fillChangedTopics } from './fill-topics.ts';
import type { Job, JobContext } from './job.ts';
import { pruneOldEntries } from './prune-entries.ts';
import { pruneOldSignIns } from './prune-sign-ins.ts';
import { publishTopics } from './publish-topics.ts';
import { refreshDueSources } from './refresh-due-sources.ts';
import { runJob } from './run-job.ts';

/** The cron table: name, expression, who runs it, function. */
export const schedule: Job[] = [
  { name: 'refresh-sources', expression: '*/10 * * * * *', runsOn: 'every worker', run: refreshDueSources },
  { name: 'publish-topics', expression: '*/5 * * * * *', runsOn: 'every worker', run: publishTopics },
  { name: 'decide-due', expression: '*/5 * * * * *', runsOn: 'every worker', run: decideDuePlacements },
  { name: 'fill-topics', expression: '30 * * * * *', runsOn: 'one worker', run: fillChangedTopics },
  { name: 'prune-entries', expression: '0 17 * * * *', runsOn: 'one worker', run: pruneOldEntries },
  { name: 'prune-sign-ins', expression: '0 37 * * * *', runsOn: 'one worker', run: pruneOldSignIns },
];

/** All workers must name a tick alike. */
function toSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/**
 * Starts the jobs: those that every worker runs begin at once, the others at their time; a tick is skipped while the last
 * one of the same job still runs here. Returns how to stop: no new ticks, and wait for what runs.
 */
export function startJobs(context: JobContext, jobs: Job[] = schedule): { stop(): Promise<void> } {
  const running = new Map<string, Promise<unknown>>();
  const tick = (job: Job, tickAt: Date) => {
    if (context.signal?.aborted || running.has(job.name)) return;
    running.set(
      job.name,
      runJob(context, job, tickAt).finally(() => running.delete(job.name)),
    );
  };
  const tasks = jobs.map((job) =>
    cron.schedule(job.expression, ({ date }) => tick(job, toSecond(date)), {
      name: job.name,
      timezone: 'UTC',
    }),
  );
  for (const job of jobs) if (job.runsOn === 'every worker') tick(job, context.now());
  return {
    async stop() {
      await Promise.all(tasks.map((task) => task.destroy()));
      await Promise.all(running.values());
    },
  };
}

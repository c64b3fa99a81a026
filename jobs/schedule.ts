import cron from 'node-cron';
import { announceUpdates } from './announce-updates.ts';
import { decideDuePlacements } from './decide-due.ts';
import { deliverUpdates } from './deliver-updates.ts';
import { fillChangedTopics } from './fill-topics.ts';
import type { Job, JobContext } from './job.ts';
import { pruneOldEntries } from './prune-entries.ts';
import { pruneOldSignIns } from './prune-sign-ins.ts';
import { pruneOldSubscriptions } from './prune-subscriptions.ts';
import { publishTopics } from './publish-topics.ts';
import { refreshDueSources } from './refresh-due-sources.ts';
import { runJob } from './run-job.ts';
import { verifySubscriptions } from './verify-subscriptions.ts';

/** The cron table: name, expression, who runs it, function. */
export const schedule: Job[] = [
  { name: 'refresh-sources', expression: '*/10 * * * * *', runsOn: 'every worker', run: refreshDueSources },
  { name: 'publish-topics', expression: '*/5 * * * * *', runsOn: 'every worker', run: publishTopics },
  { name: 'decide-due', expression: '*/5 * * * * *', runsOn: 'every worker', run: decideDuePlacements },
  { name: 'deliver-updates', expression: '*/2 * * * * *', runsOn: 'every worker', run: deliverUpdates },
  {
    name: 'verify-subscriptions',
    expression: '*/2 * * * * *',
    runsOn: 'every worker',
    run: verifySubscriptions,
  },
  { name: 'announce-updates', expression: '*/2 * * * * *', runsOn: 'every worker', run: announceUpdates },
  {
    name: 'prune-subscriptions',
    expression: '0 47 * * * *',
    runsOn: 'one worker',
    run: pruneOldSubscriptions,
  },
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
 * one of the same job still runs here. Returns how to run one now, and how to stop: no new ticks, and wait for what runs.
 */
export function startJobs(
  context: JobContext,
  jobs: Job[] = schedule,
): { wake(name: string): void; stop(): Promise<void> } {
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
    wake(name) {
      for (const job of jobs) if (job.name === name) tick(job, context.now());
    },
    async stop() {
      await Promise.all(tasks.map((task) => task.destroy()));
      await Promise.all(running.values());
    },
  };
}

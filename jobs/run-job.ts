import { findUnavailable } from '../db/connect.ts';
import { claimTick, markTickFinished } from '../db/job-runs.ts';
import type { Job, JobContext } from './job.ts';

/**
 * Runs one tick of a job. A job that runs on one worker is claimed in Postgres first, so that with N workers a tick runs
 * once. What goes wrong ends here, in the log: the next tick tries again.
 */
export async function runJob(
  context: JobContext,
  job: Job,
  tickAt: Date,
): Promise<'ran' | 'taken' | 'failed'> {
  const { db, worker, log, now } = context;
  try {
    if (job.runsOn === 'one worker' && !(await claimTick(db, job.name, tickAt, worker))) return 'taken';
    const outcome = await job.run(context);
    if (job.runsOn === 'one worker') await markTickFinished(db, job.name, tickAt, outcome ?? 'ok', now());
    return 'ran';
  } catch (error) {
    report(log, job, error);
    return 'failed';
  }
}

function report(log: JobContext['log'], job: Job, error: unknown): void {
  const away = findUnavailable(error);
  if (away) log.warn({ job: job.name }, `${away.message} The job ${job.name} waits for it.`);
  else {
    const sentence = `The job ${job.name} failed; it is tried again at its next time.`;
    log.error({ err: error, job: job.name }, sentence);
  }
}

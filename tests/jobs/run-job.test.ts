import { beforeEach, expect, test } from 'vitest';
import type { Job, JobContext } from '../../jobs/job.ts';
import { runJob } from '../../jobs/run-job.ts';
import { schedule, startJobs } from '../../jobs/schedule.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const t0 = new Date('2026-02-16T09:00:00Z');
const errors: string[] = [];

beforeEach(async () => {
  errors.length = 0;
  await database.db.deleteFrom('job_runs').execute();
});

const worker = (name: string) =>
  ({
    db: database.db,
    worker: name,
    now: () => t0,
    log: {
      debug() {},
      info() {},
      warn() {},
      error: (_fields: object, sentence: string) => errors.push(sentence),
    },
  }) as unknown as JobContext;

function countingJob(runsOn: Job['runsOn']): Job & { ran: string[] } {
  const ran: string[] = [];
  return {
    name: 'count',
    expression: '* * * * * *',
    runsOn,
    ran,
    run: async ({ worker: name }) => `${ran.push(name)} times`,
  };
}

test('with ten workers a tick of a job for one worker runs once, and the next tick once more', async () => {
  const job = countingJob('one worker');
  const tick = (at: Date) =>
    Promise.all(Array.from({ length: 10 }, (_, n) => runJob(worker(`w${n}`), job, at)));
  expect((await tick(t0)).filter((outcome) => outcome === 'ran')).toHaveLength(1);
  expect(job.ran).toHaveLength(1);
  await tick(new Date(t0.getTime() + 60_000));
  expect(job.ran).toHaveLength(2);
  const row = await database.db.selectFrom('job_runs').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({ name: 'count', outcome: '2 times', worker: job.ran[1] });
});

test('a tick older than the last one that ran is not run', async () => {
  const job = countingJob('one worker');
  await runJob(worker('a'), job, t0);
  expect(await runJob(worker('b'), job, new Date(t0.getTime() - 1_000))).toBe('taken');
});

test('a job for every worker runs on every worker', async () => {
  const job = countingJob('every worker');
  await Promise.all([runJob(worker('a'), job, t0), runJob(worker('b'), job, t0)]);
  expect(job.ran.sort()).toEqual(['a', 'b']);
});

test('a job that throws is told in the log and does not stop the others', async () => {
  const broken: Job = {
    name: 'broken',
    expression: '* * * * * *',
    runsOn: 'every worker',
    run: () => Promise.reject(new Error('boom')),
  };
  expect(await runJob(worker('a'), broken, t0)).toBe('failed');
  expect(errors).toEqual(['The job broken failed; it is tried again at its next time.']);
});

test('jobs for every worker begin at once, tick by cron, never overlap with themselves, and stop', async () => {
  let running = 0;
  let most = 0;
  let count = 0;
  const slow: Job = {
    name: 'slow',
    expression: '* * * * * *',
    runsOn: 'every worker',
    async run() {
      count++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      running--;
      return undefined;
    },
  };
  const jobs = startJobs(worker('a'), [slow]);
  expect(count).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  await jobs.stop();
  expect(most).toBe(1);
  expect(count).toBeGreaterThan(1);
  const before = count;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect({ count, running }).toEqual({ count: before, running: 0 });
});

test('the cron table names each job once', () => {
  expect(new Set(schedule.map(({ name }) => name)).size).toBe(schedule.length);
});

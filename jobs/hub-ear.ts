import type { Ear } from '../db/listen.ts';
import type { JobContext } from './job.ts';

const jobs = ['deliver-updates', 'verify-subscriptions', 'announce-updates'];

/** Hears on `hubChannel` that there is something for the jobs of the hub: starts those that rest, tells those that run. */
export function createHubEar(bells: JobContext['hubBells'], wake: (job: string) => void): Ear {
  const hear = () => {
    for (const bell of Object.values(bells)) bell.ring();
    for (const job of jobs) wake(job);
  };
  return { hear, onListening: hear };
}

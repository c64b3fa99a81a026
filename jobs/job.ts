import type { Log } from '../src/log.ts';
import type { HubContext } from '../src/newsroom/verify-intent.ts';
import type { Bell } from './bell.ts';
import type { RefreshSourcesContext } from './refresh-sources.ts';

export interface JobContext extends RefreshSourcesContext, Pick<HubContext, 'send'> {
  log: Log;
  publicUrl?: string;
  /** Days that an entry is kept after it was first seen. */
  keepDays: number;
  /** Rung when subscribers wait to be told of changes, or to be asked. */
  hubBells: { deliver: Bell; verify: Bell };
}

export interface Job {
  name: string;
  /** node-cron expression, with seconds; UTC. */
  expression: string;
  /** `every worker`: the work itself is shared out by leases. `one worker`: each tick is claimed by one. */
  runsOn: 'every worker' | 'one worker';
  /** Resolves to a word about what was done, for the record. */
  run(context: JobContext): Promise<string | undefined>;
}

import { findUnavailable } from '../db/connect.ts';
import { type SourceOutcome, settleSources } from '../db/leases.ts';
import type { RefreshContext } from '../src/newsroom/refresh-source.ts';

/** Writes outcomes in batches: one statement for many sources that had nothing new. */
export interface Settler {
  /** Resolves when the outcome is written. */
  settle(outcome: SourceOutcome): Promise<void>;
  /** Writes what is waiting now. */
  flush(): Promise<void>;
}

const batchSize = 50;
const waitMs = 20;

export function createSettler({ db, worker, now }: Pick<RefreshContext, 'db' | 'worker' | 'now'>): Settler {
  let waiting: { outcome: SourceOutcome; done: () => void; failed: (error: unknown) => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    try {
      await settleSources(
        db,
        worker,
        batch.map(({ outcome }) => outcome),
        now(),
      );
      for (const { done } of batch) done();
    } catch (error) {
      if (batch.length === 1 || findUnavailable(error)) for (const { failed } of batch) failed(error);
      else await settleEach(batch);
    }
  };
  /** One that cannot be written must not take the others along. */
  const settleEach = async (batch: typeof waiting) => {
    for (const { outcome, done, failed } of batch) {
      await settleSources(db, worker, [outcome], now()).then(done, failed);
    }
  };
  return {
    flush,
    settle(outcome) {
      return new Promise((done, failed) => {
        waiting.push({ outcome, done, failed });
        if (waiting.length >= batchSize) void flush();
        else timer ??= setTimeout(() => void flush(), waitMs);
      });
    },
  };
}

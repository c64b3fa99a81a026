import { setTimeout as sleep } from 'node:timers/promises';
import { findUnavailable } from '../db/connect.ts';
import { leaseSources, releaseLeases } from '../db/leases.ts';
import type { Source } from '../src/model/source.ts';
import type { RefreshReport } from '../src/newsroom/refresh-report.ts';
import { type RefreshContext, refreshSource } from '../src/newsroom/refresh-source.ts';
import { createSettler, type Settler } from './settler.ts';

export interface RefreshSourcesContext extends RefreshContext {
  /** Most sources in hand at a time. */
  concurrency: number;
  /** Most sources of one host in hand at a time, by all workers together. */
  perHost: number;
  /** Told after each source. */
  onReport?: (report: RefreshReport) => void;
}

/** Most sources that one lease takes. */
const leaseBatch = 50;
/** Longer than a fetch can take with its redirects and the storing after it. */
const leaseSeconds = 120;

/**
 * Refreshes the sources that are due (or those of `sourceIds`, due or not) until none is left, and returns a report each.
 * With `sourceIds`, waits for those that another worker holds. When the context's signal is aborted it finishes what is in
 * hand and begins no more. Throws when the database is away; leases that it could not give back expire.
 */
export async function refreshSources(
  context: RefreshSourcesContext,
  sourceIds?: string[],
): Promise<RefreshReport[]> {
  const settler = createSettler(context);
  const reports: RefreshReport[] = [];
  const inHand = new Set<Promise<void>>();
  const wanted = sourceIds && new Set(sourceIds);
  let broken: unknown;
  const begin = (source: Source) => {
    wanted?.delete(source.id);
    const task = refreshOne(context, settler, source)
      .then((report) => {
        reports.push(report);
        context.onReport?.(report);
      })
      .catch((error) => {
        broken ??= error;
      })
      .finally(() => inHand.delete(task));
    inHand.add(task);
  };
  const pace = createPace(context.concurrency);
  while (!context.signal?.aborted && !broken && wanted?.size !== 0) {
    if (pace.mayLease(inHand.size)) {
      const limit = Math.min(context.concurrency - inHand.size, leaseBatch);
      const leased = await lease(context, limit, wanted);
      leased.forEach(begin);
      pace.leased(leased.length, limit);
      if (leased.length === 0 && inHand.size === 0 && !wanted) break;
    }
    await Promise.race([...inHand, sleep(pace.pauseMs)]);
  }
  await Promise.all(inHand);
  await settler.flush();
  if (broken) throw broken;
  return reports;
}

/** Gives back all that this worker has leased and not settled: the sources stay due. */
export async function releaseSources(context: RefreshContext): Promise<void> {
  await releaseLeases(context.db, context.worker);
}

async function lease(context: RefreshSourcesContext, limit: number, wanted?: Set<string>): Promise<Source[]> {
  return leaseSources(context.db, {
    worker: context.worker,
    limit,
    perHost: context.perHost,
    leaseSeconds,
    now: context.now(),
    sourceIds: wanted && [...wanted],
  });
}

/**
 * When to ask for more: at once while half of the places are free, else after a moment, so that a lease is worth its
 * query; and soon after one that was not filled, since a host may have room again.
 */
function createPace(concurrency: number) {
  let lastAt = 0;
  let wasFilled = true;
  return {
    get pauseMs() {
      return wasFilled ? 50 : 10;
    },
    mayLease(inHand: number): boolean {
      if (inHand >= concurrency) return false;
      if (wasFilled && inHand <= concurrency / 2) return true;
      return Date.now() - lastAt >= this.pauseMs;
    },
    leased(count: number, limit: number) {
      lastAt = Date.now();
      wasFilled = count === limit;
    },
  };
}

async function refreshOne(
  context: RefreshSourcesContext,
  settler: Settler,
  source: Source,
): Promise<RefreshReport> {
  try {
    const report = await refreshSource(context, source);
    if (report.toSettle) await settler.settle(report.toSettle);
    return report;
  } catch (error) {
    if (findUnavailable(error)) throw error;
    context.log.error(
      { err: error, feedUrl: source.feedUrl },
      `Refreshing ${source.feedUrl} failed by a fault of ours.`,
    );
    return reportFault(context, settler, source);
  }
}

/** One source on which we stumble must not keep the others waiting: it is settled as failed, the fault is in the log. */
async function reportFault(
  context: RefreshContext,
  settler: Settler,
  source: Source,
): Promise<RefreshReport> {
  const message = `Wireroom failed on ${source.feedUrl}; the log says how. It will be tried again in an hour.`;
  await settler.settle({
    sourceId: source.id,
    nextCheckAt: new Date(context.now().getTime() + 3_600_000),
    error: { code: 'internal', message },
  });
  return { source, outcome: 'failed', message, entries: { new: 0, changed: 0, repeated: 0 } };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { findUnavailable } from '../db/connect.ts';
import { leaseSources, listExistingSources, releaseLeases, renewLeases } from '../db/leases.ts';
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
const leaseSeconds = 120;
/** Counted stories that are worth writing the counts of a language (256 kB). */
const termsWorthWriting = 300;
/** Leases in hand are renewed long before they end, however long their turn takes to come. */
const renewMs = 30_000;
/** A pass over what is due ends after this: the next tick goes on, and what was done is told. */
const longestPassMs = 60_000;

/**
 * Refreshes the sources that are due (or those of `sourceIds`, due or not) until none is left, and returns a report each.
 * With `sourceIds`, waits for those that another worker holds; without, begins no more after a minute. When the context's
 * signal is aborted it finishes what is in hand and begins no more. Throws when the database is away, after what was in
 * hand has ended; leases that it could not give back expire.
 */
export async function refreshSources(
  context: RefreshSourcesContext,
  sourceIds?: string[],
): Promise<RefreshReport[]> {
  const pass = createPass(context, sourceIds);
  const renewing = setInterval(() => void pass.renew(), renewMs);
  const endAt = sourceIds ? Number.POSITIVE_INFINITY : Date.now() + longestPassMs;
  const pace = createPace(context.concurrency);
  try {
    while (!context.signal?.aborted && !pass.isOver() && Date.now() < endAt) {
      if (pace.mayLease(pass.inHand())) {
        const limit = Math.min(context.concurrency - pass.inHand(), leaseBatch);
        const leased = await pass.lease(limit);
        pace.leased(leased, limit);
        if (leased === 0 && pass.inHand() === 0 && !(await pass.isAwaited())) break;
      }
      const hasEnded = await Promise.race([pass.oneEnded().then(() => true), sleep(pace.pauseMs, false)]);
      if (hasEnded) pace.hurry();
    }
  } catch (error) {
    pass.fail(error);
  }
  try {
    return await pass.finish();
  } finally {
    clearInterval(renewing);
  }
}

/** Gives back all that this worker has leased and not settled: the sources stay due. */
export async function releaseSources(context: RefreshContext): Promise<void> {
  await releaseLeases(context.db, context.worker);
}

/** What is in hand of one pass, and what came of it. */
function createPass(context: RefreshSourcesContext, sourceIds?: string[]) {
  const settler = createSettler(context);
  const reports: RefreshReport[] = [];
  const inHand = new Map<string, Promise<void>>();
  const wanted = sourceIds && new Set(sourceIds);
  let broken: { error: unknown } | undefined;
  const until = () => new Date(context.now().getTime() + leaseSeconds * 1000);
  const fail = (error: unknown) => {
    broken ??= { error };
  };
  const begin = (source: Source) => {
    wanted?.delete(source.id);
    const task = refreshOne(context, settler, source)
      .then((report) => {
        reports.push(report);
        context.onReport?.(report);
      })
      .catch(fail)
      .finally(() => inHand.delete(source.id));
    inHand.set(source.id, task);
  };
  return {
    fail,
    inHand: () => inHand.size,
    isOver: () => broken !== undefined || wanted?.size === 0,
    oneEnded: () => Promise.race(inHand.values()),
    async lease(limit: number): Promise<number> {
      const { db, worker, perHost, now } = context;
      const leased = await leaseSources(db, {
        worker,
        limit,
        perHost,
        leaseSeconds,
        now: now(),
        sourceIds: wanted && [...wanted],
      });
      leased.forEach(begin);
      return leased.length;
    },
    /** Whether others hold what is wanted; what was removed meanwhile is waited for no more. */
    async isAwaited(): Promise<boolean> {
      if (!wanted) return false;
      const existing = new Set(await listExistingSources(context.db, [...wanted]));
      for (const id of wanted) if (!existing.has(id)) wanted.delete(id);
      return wanted.size > 0;
    },
    async renew(): Promise<void> {
      await renewLeases(context.db, context.worker, [...inHand.keys()], until()).catch(fail);
    },
    async finish(): Promise<RefreshReport[]> {
      await Promise.all(inHand.values());
      await settler.flush();
      if (broken) throw broken.error;
      await context.terms.flush(context.db, sourceIds || context.signal?.aborted ? 1 : termsWorthWriting);
      return reports;
    },
  };
}

/**
 * When to ask for more: at once while half of the places are free, else after a moment, so that a lease is worth its
 * query. After one that was not filled soon again, since a host may have room, and ever later while nothing comes.
 */
function createPace(concurrency: number) {
  const usualMs = 50;
  const longestMs = 500;
  let lastAt = 0;
  let wasFilled = true;
  let pauseMs = usualMs;
  return {
    get pauseMs() {
      return pauseMs;
    },
    mayLease(inHand: number): boolean {
      if (inHand >= concurrency) return false;
      if (wasFilled && inHand <= concurrency / 2) return true;
      return Date.now() - lastAt >= pauseMs;
    },
    /** A place is free, and its host may have room again. */
    hurry() {
      pauseMs = Math.min(pauseMs, 10);
    },
    leased(count: number, limit: number) {
      lastAt = Date.now();
      wasFilled = count === limit;
      if (count === limit) pauseMs = usualMs;
      else pauseMs = count > 0 ? 10 : Math.min(pauseMs * 2, longestMs);
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

import type { SourceOutcome } from '../../db/leases.ts';
import type { FetchResult, Freshness } from '../model/fetch-result.ts';
import type { IncomingFeed } from '../model/incoming.ts';
import type { PollHints, Source } from '../model/source.ts';
import { toNextCheckAt } from './next-check.ts';

/** What a refresh of one source came to. */
export interface RefreshReport {
  source: Source;
  /** `stopped`: we are stopping; the source stays due. */
  outcome: 'fetched' | 'not-modified' | 'gone' | 'failed' | 'stopped';
  /** For a person: why it failed, where it moved to. */
  message?: string;
  entries: { new: number; changed: number; repeated: number };
  /** What is left to be settled; undefined when it was settled together with the entries. */
  toSettle?: SourceOutcome;
}

/** What the next check is reckoned from. */
export interface CheckContext {
  /** Seconds between two checks of a source, when nothing asks for longer. */
  refreshSeconds: number;
  now(): Date;
}

export type Fetched = Extract<FetchResult, { outcome: 'fetched' }>;

const nothing = { new: 0, changed: 0, repeated: 0 };

export function reportUnchanged(
  context: CheckContext,
  source: Source,
  result: Extract<FetchResult, { outcome: 'not-modified' }>,
): RefreshReport {
  return {
    source,
    outcome: 'not-modified',
    message: toMoveMessage(result),
    entries: nothing,
    toSettle: succeed(context, source, result),
  };
}

/** A 200 with the very bytes that were read last time: nothing to parse. */
export function reportSameBody(context: CheckContext, source: Source, result: Fetched): RefreshReport {
  return {
    source,
    outcome: 'fetched',
    message: toMoveMessage(result),
    entries: { ...nothing, repeated: source.itemCount },
    toSettle: {
      ...succeed(context, source, result),
      validators: result.validators,
      bodyHash: source.bodyHash,
    },
  };
}

export function reportGone(
  context: CheckContext,
  source: Source,
  result: Extract<FetchResult, { outcome: 'gone' }>,
): RefreshReport {
  const message = `${source.feedUrl} says that this feed is gone for good (410). It is not asked again; remove it, or resume it when it is back.`;
  const toSettle = {
    sourceId: source.id,
    nextCheckAt: nextCheck(context, source.failures + 1, result.freshness, source.pollHints),
    error: { code: 'gone', message },
    gone: true,
  };
  return { source, outcome: 'gone', message, entries: nothing, toSettle };
}

/** Its lease is given back with all others of this worker. */
export function reportStopped(source: Source, { message }: { message: string }): RefreshReport {
  return { source, outcome: 'stopped', message, entries: nothing };
}

export function reportFailure(
  context: CheckContext,
  source: Source,
  failure: { code: string; message: string; freshness: Freshness },
): RefreshReport {
  const { code, message, freshness } = failure;
  const toSettle = {
    sourceId: source.id,
    nextCheckAt: nextCheck(context, source.failures + 1, freshness, source.pollHints),
    error: { code, message },
  };
  return { source, outcome: 'failed', message, entries: nothing, toSettle };
}

export function succeed(
  context: CheckContext,
  source: Source,
  result: { freshness: Freshness; movedTo?: string },
  hints: PollHints = source.pollHints,
): SourceOutcome {
  return {
    sourceId: source.id,
    nextCheckAt: nextCheck(context, 0, result.freshness, hints),
    movedTo: result.movedTo === source.feedUrl ? undefined : result.movedTo,
  };
}

function nextCheck(
  { now, refreshSeconds }: CheckContext,
  failures: number,
  freshness: Freshness,
  hints: PollHints,
): Date {
  return toNextCheckAt({
    now: now(),
    refreshSeconds,
    failures,
    freshness,
    hints,
    random: Math.random(),
  });
}

export function toMoveMessage({ movedTo }: { movedTo?: string }): string | undefined {
  return movedTo && `moved for good to ${movedTo}`;
}

/** What a document says about when its source wants to be asked. */
export function toPollHints(feed: IncomingFeed): PollHints {
  const asksSeconds = Math.max((feed.ttlMinutes ?? 0) * 60, feed.updatePeriodSeconds ?? 0);
  return {
    ...(asksSeconds > 0 && { asksSeconds }),
    ...(feed.skipHours?.length && { skipHours: feed.skipHours }),
    ...(feed.skipDays?.length && { skipDays: feed.skipDays }),
  };
}

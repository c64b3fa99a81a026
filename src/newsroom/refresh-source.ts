import { createHash } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { describeSource, type SourceOutcome, settleSources } from '../../db/leases.ts';
import { markTopicsChanged, shareRules } from '../../db/topics.ts';
import { identifyEntries } from '../dedupe/identify.ts';
import { parseFeed } from '../feed/parse.ts';
import type { IdentifiedEntry } from '../model/entry.ts';
import type { FetchResult } from '../model/fetch-result.ts';
import type { IncomingFeed } from '../model/incoming.ts';
import type { Source, Validators } from '../model/source.ts';
import { loadLanguageDetector } from '../normalise/language.ts';
import { normaliseFeed } from '../normalise/normalise-feed.ts';
import { groupStored } from './group-stored.ts';
import { toNextCheckAt } from './next-check.ts';
import { placeCandidates } from './place-candidates.ts';
import type { RuleBook } from './rule-book.ts';

export interface RefreshContext {
  db: Db;
  fetch(request: { url: string; validators?: Validators; signal?: AbortSignal }): Promise<FetchResult>;
  rules: RuleBook;
  log: { error(fields: object, sentence: string): void };
  /** Who holds the sources' leases. */
  worker: string;
  /** Seconds between two checks of a source, when nothing asks for longer. */
  refreshSeconds: number;
  now(): Date;
  signal?: AbortSignal;
}

/** What a refresh of one source came to. */
export interface RefreshReport {
  source: Source;
  outcome: 'fetched' | 'not-modified' | 'gone' | 'failed';
  /** For a person: why it failed, where it moved to. */
  message?: string;
  entries: { new: number; changed: number; repeated: number };
  /** What is left to be settled; undefined when it was settled together with the entries. */
  toSettle?: SourceOutcome;
}

type Fetched = Extract<FetchResult, { outcome: 'fetched' }>;

/** Fetches a leased source and stores what is new: fetch → parse → normalise → identify → store → group → place. */
export async function refreshSource(context: RefreshContext, source: Source): Promise<RefreshReport> {
  const { url, validators } = {
    url: source.feedUrl,
    validators: source.bodyHash ? source.validators : undefined,
  };
  const result = await context.fetch({ url, validators, signal: context.signal });
  if (result.outcome === 'failed') return reportFailure(context, source, result);
  if (result.outcome === 'gone') return reportGone(context, source, result);
  if (result.outcome === 'not-modified') return reportUnchanged(context, source, result);
  const bodyHash = createHash('sha256').update(result.body).digest('hex');
  if (bodyHash === source.bodyHash) return reportSameBody(context, source, result);
  const parsed = await parseFeed(result.body, {
    url: result.finalUrl,
    contentType: result.contentType,
    contentLocation: result.contentLocation,
    contentLanguage: result.contentLanguage,
  });
  if (!parsed.ok) {
    return reportFailure(context, source, {
      code: parsed.code,
      message: parsed.message,
      freshness: result.freshness,
    });
  }
  return storeFeed(context, source, result, bodyHash, parsed.feed);
}

async function storeFeed(
  context: RefreshContext,
  source: Source,
  result: Fetched,
  bodyHash: string,
  feed: IncomingFeed,
): Promise<RefreshReport> {
  await loadLanguageDetector();
  const now = context.now();
  const { source: about, entries } = normaliseFeed(feed, {
    documentUrl: result.finalUrl,
    now,
    onItemError: (err, index) =>
      context.log.error(
        { err, feedUrl: source.feedUrl, index },
        `An item of ${source.feedUrl} is left out by a fault of ours.`,
      ),
  });
  const identified = identifyEntries(entries);
  const settled: SourceOutcome = {
    ...succeed(context, source, result, feed),
    validators: result.validators,
    bodyHash,
    itemCount: identified.length,
  };
  const described = { ...source, ...dropMissing(about) };
  const counts = await context.db.transaction().execute(async (tx) => {
    await shareRules(tx);
    const stored = await storeAll(context, tx, described, identified, now);
    if (differs(source, about)) await describeSource(tx, source.id, about);
    await settleSources(tx, context.worker, [settled], now);
    return stored;
  });
  return { source: described, outcome: 'fetched', message: toMoveMessage(result), entries: counts };
}

async function storeAll(
  context: RefreshContext,
  tx: Db,
  source: Source,
  entries: IdentifiedEntry[],
  now: Date,
): Promise<RefreshReport['entries']> {
  const { stored, repeated } = await storeEntries(tx, source.id, entries, now);
  if (stored.length > 0) {
    const candidates = await groupStored(tx, source, entries, stored, now);
    const changedTopics = await placeCandidates(tx, await context.rules.read(tx), candidates, now);
    await markTopicsChanged(tx, changedTopics);
  }
  const added = stored.filter((entry) => entry.isNew).length;
  return { new: added, changed: stored.length - added, repeated };
}

const nothing = { new: 0, changed: 0, repeated: 0 };

function reportUnchanged(
  context: RefreshContext,
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
function reportSameBody(context: RefreshContext, source: Source, result: Fetched): RefreshReport {
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

function reportGone(
  context: RefreshContext,
  source: Source,
  result: Extract<FetchResult, { outcome: 'gone' }>,
): RefreshReport {
  const message = `${source.feedUrl} says that this feed is gone for good (410). It is not asked again; remove it, or resume it when it is back.`;
  const toSettle = {
    sourceId: source.id,
    nextCheckAt: nextCheck(context, source.failures + 1, result.freshness),
    error: { code: 'gone', message },
    gone: true,
  };
  return { source, outcome: 'gone', message, entries: nothing, toSettle };
}

function reportFailure(
  context: RefreshContext,
  source: Source,
  failure: { code: string; message: string; freshness: FetchResult['freshness'] },
): RefreshReport {
  const { code, message, freshness } = failure;
  const toSettle = {
    sourceId: source.id,
    nextCheckAt: nextCheck(context, source.failures + 1, freshness),
    error: { code, message },
  };
  return { source, outcome: 'failed', message, entries: nothing, toSettle };
}

function succeed(
  context: RefreshContext,
  source: Source,
  result: { freshness: FetchResult['freshness']; movedTo?: string },
  feed?: IncomingFeed,
): SourceOutcome {
  return {
    sourceId: source.id,
    nextCheckAt: nextCheck(context, 0, result.freshness, feed),
    movedTo: result.movedTo === source.feedUrl ? undefined : result.movedTo,
  };
}

function nextCheck(
  { now, refreshSeconds }: RefreshContext,
  failures: number,
  freshness: FetchResult['freshness'],
  feed?: IncomingFeed,
): Date {
  return toNextCheckAt({
    now: now(),
    refreshSeconds,
    failures,
    freshness,
    feedAsksSeconds: Math.max((feed?.ttlMinutes ?? 0) * 60, feed?.updatePeriodSeconds ?? 0),
    skipHours: feed?.skipHours,
    skipDays: feed?.skipDays,
    random: Math.random(),
  });
}

function toMoveMessage({ movedTo }: { movedTo?: string }): string | undefined {
  return movedTo && `moved for good to ${movedTo}`;
}

type About = ReturnType<typeof normaliseFeed>['source'];
const describedBy = ['title', 'description', 'siteUrl', 'language', 'imageUrl'] as const;

function differs(source: Source, about: About): boolean {
  return describedBy.some((key) => about[key] && about[key] !== source[key]);
}

function dropMissing(about: About): Partial<About> {
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value));
}

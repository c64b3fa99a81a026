import { createHash } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { describeSource, holdSource, type SourceOutcome, settleSources } from '../../db/leases.ts';
import { shareRules } from '../../db/locks.ts';
import { markAllTopicsChanged, markTopicsChanged } from '../../db/topic-changes.ts';
import { transact } from '../../db/transact.ts';
import { identifyEntries } from '../dedupe/identify.ts';
import { parseFeed } from '../feed/parse.ts';
import type { IdentifiedEntry } from '../model/entry.ts';
import type { FetchResult } from '../model/fetch-result.ts';
import type { IncomingFeed } from '../model/incoming.ts';
import type { Source, Validators } from '../model/source.ts';
import { loadLanguageDetector } from '../normalise/language.ts';
import { normaliseFeed } from '../normalise/normalise-feed.ts';
import { type GroupContext, type GroupedBatch, groupStored } from './group-stored.ts';
import { placeCandidates } from './place-candidates.ts';
import {
  type CheckContext,
  type Fetched,
  type RefreshReport,
  reportFailure,
  reportGone,
  reportSameBody,
  reportStopped,
  reportUnchanged,
  succeed,
  toMoveMessage,
  toPollHints,
} from './refresh-report.ts';
import type { RuleBook } from './rule-book.ts';

export interface RefreshContext extends CheckContext, GroupContext {
  db: Db;
  fetch(request: { url: string; validators?: Validators }): Promise<FetchResult>;
  rules: RuleBook;
  log: { error(fields: object, sentence: string): void };
  /** Who holds the sources' leases. */
  worker: string;
  /** Aborted: finish what is in hand, begin no more. */
  signal?: AbortSignal;
  /**
   * Runs the work when it is its turn: parsed documents take many times the room of their bytes, so that only a few are
   * in hand at a time, however many are being fetched.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Fetches a leased source and stores what is new: fetch → parse → normalise → identify → store → group → place. */
export async function refreshSource(context: RefreshContext, source: Source): Promise<RefreshReport> {
  // Without a body that was read whole there is nothing that a 304 could stand for.
  const validators = source.bodyHash ? source.validators : undefined;
  const result = await context.fetch({ url: source.feedUrl, validators });
  if (result.outcome === 'failed') {
    return result.code === 'stopped' ? reportStopped(source, result) : reportFailure(context, source, result);
  }
  if (result.outcome === 'gone') return reportGone(context, source, result);
  if (result.outcome === 'not-modified') return reportUnchanged(context, source, result);
  const bodyHash = createHash('sha256').update(result.body).digest('hex');
  if (bodyHash === source.bodyHash) return reportSameBody(context, source, result);
  return context.inTurn(() => readDocument(context, source, result, bodyHash));
}

async function readDocument(
  context: RefreshContext,
  source: Source,
  result: Fetched,
  bodyHash: string,
): Promise<RefreshReport> {
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
  const { source: told, entries } = normaliseFeed(feed, {
    documentUrl: result.finalUrl,
    now,
    onItemError: (err, index) =>
      context.log.error(
        { err, feedUrl: source.feedUrl, index },
        `An item of ${source.feedUrl} is left out by a fault of ours.`,
      ),
  });
  const about = keepSetTitle(source, told);
  const identified = identifyEntries(entries);
  const pollHints = toPollHints(feed);
  const settled: SourceOutcome = {
    ...succeed(context, source, result, pollHints),
    pollHints,
    validators: result.validators,
    bodyHash,
    itemCount: identified.length,
  };
  const described = { ...source, ...dropMissing(about) };
  const done = await transact(context.db, async (tx) => {
    await shareRules(tx);
    if (!(await holdSource(tx, source.id))) return undefined;
    const stored = await storeAll(context, tx, described, identified, now);
    if (differs(source, about)) {
      await describeSource(tx, source.id, about);
      if (source.lastSucceededAt) await markAllTopicsChanged(tx);
    }
    await settleSources(tx, context.worker, [settled], now);
    return stored;
  });
  if (!done) return reportStopped(source, { message: `${source.feedUrl} was removed meanwhile.` });
  for (const { language, stories, hashes } of done.learned) context.terms.count(language, stories, hashes);
  return { source: described, outcome: 'fetched', message: toMoveMessage(result), entries: done.counts };
}

async function storeAll(
  context: RefreshContext,
  tx: Db,
  source: Source,
  entries: IdentifiedEntry[],
  now: Date,
): Promise<{ counts: RefreshReport['entries']; learned: GroupedBatch['learned'] }> {
  const { stored, repeated } = await storeEntries(tx, source.id, entries, now);
  const added = stored.filter((entry) => entry.isNew).length;
  const counts = { new: added, changed: stored.length - added, repeated };
  if (stored.length === 0) return { counts, learned: [] };
  const { candidates, touched, learned } = await groupStored(tx, context, source, entries, stored, now);
  const rules = await context.rules.read(tx);
  await markTopicsChanged(tx, await placeCandidates(tx, rules, candidates, now, touched));
  return { counts, learned };
}

type About = ReturnType<typeof normaliseFeed>['source'];
const describedBy = ['title', 'description', 'siteUrl', 'language', 'imageUrl'] as const;

/** What the operator calls a source stands above what the feed calls itself. */
function keepSetTitle(source: Source, about: About): About {
  return source.titleIsSet ? { ...about, title: source.title } : about;
}

function differs(source: Source, about: About): boolean {
  return describedBy.some((key) => about[key] && about[key] !== source[key]);
}

function dropMissing(about: About): Partial<About> {
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value));
}

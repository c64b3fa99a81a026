import { createHash } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import type { StoredEntry } from '../../db/entries.ts';
import { listTermsOfEntries, storeEntryTerms } from '../../db/entry-terms.ts';
import { chooseKeys } from '../dedupe/choose-keys.ts';
import { toComparable } from '../dedupe/compare.ts';
import {
  countHabits,
  type EntryTerms,
  type EntryTokens,
  listHashes,
  readTerms,
  readTokens,
} from '../dedupe/entry-terms.ts';
import { isRevision } from '../dedupe/novelty.ts';
import type { IdentifiedEntry, NewEntry } from '../model/entry.ts';
import type { Source } from '../model/source.ts';
import { toLeadText } from '../normalise/lead-text.ts';
import { type Assigned, assignStories } from './assign-stories.ts';
import { type GroupedEntry, type GroupedStories, groupByLikeness } from './group-likeness.ts';
import { readCounts, toPackedTerms, toStoredComparable } from './load-clusters.ts';
import type { Candidate } from './offer-to-topics.ts';
import { type SettledStories, settleStories } from './settle-stories.ts';
import type { TermBook } from './term-book.ts';

export interface GroupContext {
  terms: TermBook;
  /** How many hours apart in time entries may be that tell one event. */
  groupHours: number;
}

/** What grouping a batch came to. */
export interface GroupedBatch {
  /** All stored entries, new and changed, with the stories that they tell. */
  candidates: Candidate[];
  /** Other stories whose documents and pages this changes. */
  touched: string[];
  /** What the term book is to learn once the transaction has gone through. */
  learned: GroupedStories['learned'];
}

/** A stored entry with what was read of it. */
interface ReadEntry {
  row: StoredEntry;
  entry: IdentifiedEntry;
  terms: EntryTerms;
  /** What entries of the same article share. */
  key?: string;
}

/**
 * Gives each stored entry its story: entries of one article by its address, then entries of one event by their likeness.
 * `entries` is the whole document that they were stored from: what its source always says is told from it.
 */
export async function groupStored(
  tx: Db,
  { terms, groupHours }: GroupContext,
  source: Source,
  entries: IdentifiedEntry[],
  stored: StoredEntry[],
  now: Date,
): Promise<GroupedBatch> {
  const read = readAll(terms, entries, stored);
  const revisedAt = await findRevisions(tx, terms, read, now);
  const kept = await keepTerms(tx, terms, source, read);
  // From here on one at a time: what can be done before is done.
  const batch = read.map(({ row, key }) => ({
    entryId: row.id,
    isNew: row.isNew,
    datedAt: row.datedAt,
    key,
  }));
  const assigned = await assignStories(tx, source.id, batch);
  const grouping = await groupByLikeness(tx, terms, withStories(kept, assigned), {
    windowMs: groupHours * 3_600_000,
    opening: assigned.opening,
    hasFacts: assigned.hasFacts,
  });
  const settled = await settleStories(tx, batch, assigned, grouping, revisedAt, now);
  return {
    candidates: toCandidates(source, read, settled),
    touched: settled.linked,
    learned: grouping.learned,
  };
}

function readAll(terms: TermBook, entries: IdentifiedEntry[], stored: StoredEntry[]): ReadEntry[] {
  const byIdentity = new Map(entries.map((entry) => [entry.identity, entry]));
  const tokens = new Map(stored.map(({ identity }) => [identity, toTokens(byIdentity.get(identity))]));
  // Of those that are stored already no more is wanted than what the source always says.
  const habits = countHabits(
    entries.map((entry) =>
      terms.readHashes(`${entry.language} ${entry.contentHash}`, () =>
        listHashes(tokens.get(entry.identity) ?? readTokens(entry)),
      ),
    ),
  );
  return stored.flatMap((row) => {
    const entry = byIdentity.get(row.identity);
    if (!entry) return [];
    const text = toLeadText(entry.contentHtml);
    const own = readTerms({ ...entry, text, datedAt: row.datedAt }, habits, tokens.get(row.identity));
    return [{ row, entry, terms: own, key: toStoryKey(entry) }];
  });
}

function toTokens(entry: IdentifiedEntry | undefined): EntryTokens | undefined {
  return entry && readTokens(entry);
}

/** The changed entries that say something new, with its date: a correction says nothing. */
async function findRevisions(
  tx: Db,
  terms: TermBook,
  read: ReadEntry[],
  now: Date,
): Promise<Map<string, Date>> {
  const changed = new Map(read.filter(({ row }) => !row.isNew).map((one) => [one.row.id, one]));
  const revisedAt = new Map<string, Date>();
  for (const before of await listTermsOfEntries(tx, [...changed.keys()])) {
    const one = changed.get(before.entryId);
    if (!one) continue;
    const counts = await terms.read(tx, one.terms.language);
    const entry = toComparable({ ...before, ...one.terms }, counts);
    if (!isRevision(entry, await toStoredComparable(tx, terms, before))) continue;
    const wireAt = one.entry.updatedAt;
    // Publishers that never move their date of change have changed it now.
    revisedAt.set(before.entryId, wireAt && wireAt > one.row.datedAt ? wireAt : now);
  }
  return revisedAt;
}

function withStories(kept: Omit<GroupedEntry, 'storyId'>[], { storyOf }: Assigned): GroupedEntry[] {
  return kept.flatMap((one) => {
    const storyId = storyOf.get(one.entry.entryId);
    return storyId ? [{ ...one, storyId }] : [];
  });
}

async function keepTerms(
  tx: Db,
  terms: TermBook,
  source: Source,
  read: ReadEntry[],
): Promise<Omit<GroupedEntry, 'storyId'>[]> {
  const counts = await readCounts(
    tx,
    terms,
    read.map((one) => one.terms.language),
  );
  const grouped = read.flatMap(({ row, terms: own }) => {
    const count = counts.get(own.language);
    if (!count) return [];
    const entry = toComparable({ ...own, entryId: row.id, sourceId: source.id, datedAt: row.datedAt }, count);
    terms.remember({ ...entry, words: undefined }, own.language);
    const keys = chooseKeys(entry, own.language);
    return [{ entry, language: own.language, keys, isNew: row.isNew, row, own }];
  });
  await storeEntryTerms(
    tx,
    grouped.map(({ row, own, keys }) =>
      toPackedTerms({ entryId: row.id, sourceId: source.id, datedAt: row.datedAt }, own, keys),
    ),
    read.filter(({ row }) => !row.isNew).map(({ row }) => row.id),
  );
  return grouped;
}

function toCandidates(source: Source, read: ReadEntry[], { storyOf, dates }: SettledStories): Candidate[] {
  const about = { id: source.id, title: source.title, url: source.siteUrl ?? source.feedUrl };
  return read.flatMap(({ row, entry }) => {
    const storyId = storyOf.get(row.id);
    return storyId ? [{ entry, storyId, datedAt: dates.get(storyId) ?? row.datedAt, source: about }] : [];
  });
}

/** What entries of the same article share: its canonical address; an address without a path names a site, not an article. */
export function toStoryKey({ canonicalUrl }: NewEntry): string | undefined {
  if (!canonicalUrl) return undefined;
  const { pathname, search } = new URL(canonicalUrl);
  if (pathname === '/' && !search) return undefined;
  return createHash('sha256').update(canonicalUrl).digest('hex');
}

import type { Db } from '../../db/connect.ts';
import { listNewestMembers, listTermsOfEntries } from '../../db/entry-terms.ts';
import { findSourcedEntry } from '../../db/find-entries.ts';
import { listFactsOfStories } from '../../db/story-facts.ts';
import { type Comparable, toComparable } from '../dedupe/compare.ts';
import { type EntryText, readTerms } from '../dedupe/entry-terms.ts';
import {
  type ExplainedLikeness,
  explainParts,
  listSharedTerms,
  listSpokenWords,
  type SharedTerm,
} from '../dedupe/explain-likeness.ts';
import { measureLikeness, toCluster } from '../dedupe/likeness.ts';
import { estimateContainment } from '../dedupe/shingles.ts';
import { toPrimaryLanguage } from '../dedupe/vocabulary.ts';
import { AppError } from '../errors.ts';
import type { SourcedEntry } from '../model/story.ts';
import { toLeadText } from '../normalise/lead-text.ts';
import { judgeLikeness, type Verdict } from './explain-verdict.ts';
import { type GroupContext, toStoryKey } from './group-stored.ts';
import { loadClusters, toStoredComparable } from './load-clusters.ts';

export interface ExplainContext extends GroupContext {
  db: Db;
}

/** One of the two entries that are compared. */
export interface ExplainedEntry {
  id: string;
  title: string;
  /** As the publisher gave it. */
  url?: string;
  source: { title: string; feedUrl: string };
  datedAt: Date;
  /** Primary language subtag; `und` when it is unknown. */
  language: string;
  storyId?: string;
  /** Days that it names by weekday, as YYYY-MM-DD. */
  days: string[];
  /** Whether what it is compared by is stored, as grouping used it; else it was read from its texts just now. */
  isStored: boolean;
}

/** The likeness of one of the entries to the story of the other, without itself. */
export interface ExplainedStory extends ExplainedLikeness {
  entryId: string;
  storyId: string;
  /** Entries of the story that it was compared with. */
  compared: number;
}

/** Why two entries tell one story, or don't. */
export interface Explanation {
  entries: [ExplainedEntry, ExplainedEntry];
  /** Whether they tell one story now. */
  isOneStory: boolean;
  /** Whether their addresses are the same in canonical form. */
  isOneAddress: boolean;
  /** What share of the shorter text stands in the other, 0 to 1. */
  copyShare: number;
  hoursApart: number;
  /** How far apart in time entries may be that tell one event, in hours. */
  groupHours: number;
  likeness: ExplainedLikeness;
  terms: SharedTerm[];
  facts: Facts;
  toStories: ExplainedStory[];
  verdict: Verdict;
}

/** What editors said. */
export interface Facts {
  /** Of the two entries. */
  ofEntries?: 'together' | 'apart';
  /** How many pairs of other entries keep their stories apart. */
  apartOfStories: number;
}

/** Explains the likeness of two stored entries. Throws AppError `entry-not-found`, `bad-argument` for one and the same. */
export async function explainLikeness(
  context: ExplainContext,
  entryId: string,
  otherId: string,
): Promise<Explanation> {
  if (entryId === otherId) {
    throw new AppError('bad-argument', `Both are entry ${entryId}. Give two entries to compare.`);
  }
  const { db, terms, groupHours } = context;
  const one = await readEntry(context, entryId);
  const other = await readEntry(context, otherId);
  const likeness = explainParts(measureLikeness(one.comparable, toCluster([other.comparable])));
  const counts = await terms.read(db, one.about.language);
  const spoken = listSpokenWords([one.text, other.text]);
  const explanation = {
    entries: [one.about, other.about] as Explanation['entries'],
    isOneStory: one.about.storyId !== undefined && one.about.storyId === other.about.storyId,
    isOneAddress: one.key !== undefined && one.key === other.key,
    copyShare: estimateContainment(one.comparable.shingles, other.comparable.shingles),
    hoursApart: Math.abs(one.about.datedAt.getTime() - other.about.datedAt.getTime()) / 3_600_000,
    groupHours,
    likeness,
    terms: listSharedTerms(one.comparable, other.comparable, counts, spoken),
    facts: await readFacts(db, one.about, other.about),
    toStories: [
      ...(await explainStory(context, one, other.about)),
      ...(await explainStory(context, other, one.about)),
    ],
  };
  return { ...explanation, verdict: judgeLikeness(explanation) };
}

interface ReadEntry {
  about: ExplainedEntry;
  text: EntryText;
  comparable: Comparable;
  /** What entries of the same article share. */
  key?: string;
}

async function readEntry({ db, terms }: ExplainContext, entryId: string): Promise<ReadEntry> {
  const found = await findSourcedEntry(db, entryId);
  if (!found) {
    throw new AppError(
      'entry-not-found',
      `There is no entry ${entryId}. See the entries of a story with: wireroom story show ID`,
    );
  }
  const { entry } = found;
  const text = { ...entry, text: toLeadText(entry.contentHtml) };
  const [row] = await listTermsOfEntries(db, [entryId]);
  const language = row?.language ?? toPrimaryLanguage(entry.language);
  const comparable = row
    ? await toStoredComparable(db, terms, row)
    : toComparable(
        { ...readTerms(text), entryId, sourceId: entry.sourceId, datedAt: entry.datedAt },
        await terms.read(db, language),
      );
  const about = toAbout(found, comparable, language, row !== undefined);
  return { about, text, comparable, key: toStoryKey(entry) };
}

function toAbout(
  { entry, source }: SourcedEntry,
  { days }: Comparable,
  language: string,
  isStored: boolean,
): ExplainedEntry {
  return {
    id: entry.id,
    title: entry.title,
    url: entry.url,
    source: { title: source.title, feedUrl: source.feedUrl },
    datedAt: entry.datedAt,
    language,
    storyId: entry.storyId,
    days: days.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
    isStored,
  };
}

async function readFacts(db: Db, one: ExplainedEntry, other: ExplainedEntry): Promise<Facts> {
  const storyIds = [one.storyId, other.storyId].flatMap((id) => id ?? []);
  const facts = await listFactsOfStories(db, storyIds);
  const ofEntries = facts.find(
    (fact) =>
      (fact.entryId === one.id && fact.otherId === other.id) ||
      (fact.entryId === other.id && fact.otherId === one.id),
  );
  const between = facts.filter(
    (fact) =>
      fact !== ofEntries &&
      fact.kind === 'apart' &&
      fact.storyId !== fact.otherStoryId &&
      storyIds.includes(fact.storyId) &&
      storyIds.includes(fact.otherStoryId),
  );
  return { ofEntries: ofEntries?.kind, apartOfStories: between.length };
}

/** None when the story has no entries but these two. */
async function explainStory(
  { db, terms }: ExplainContext,
  { comparable, about }: ReadEntry,
  other: ExplainedEntry,
): Promise<ExplainedStory[]> {
  const { storyId } = other;
  if (storyId === undefined) return [];
  const members = (await listNewestMembers(db, [storyId])).get(storyId) ?? [];
  const others = members.filter((id) => id !== about.id);
  if (others.every((id) => id === other.id)) return [];
  const cluster = (await loadClusters(db, terms, new Map([[storyId, others]]))).get(storyId);
  if (!cluster) return [];
  const explained = explainParts(measureLikeness(comparable, cluster));
  return [{ entryId: about.id, storyId, compared: cluster.members.length, ...explained }];
}

import type { Db } from '../../db/connect.ts';
import { entriesPerSeeker, leastShared, listNearStories, listNewestMembers } from '../../db/entry-terms.ts';
import { listFactsOfStories } from '../../db/story-facts.ts';
import type { StoryLink } from '../../db/story-links.ts';
import type { Comparable } from '../dedupe/compare.ts';
import { type Grouping, groupEntries, type StoryCluster } from '../dedupe/group-entries.ts';
import { measureNovelty, newsFrom } from '../dedupe/novelty.ts';
import { followMerges } from './follow-merges.ts';
import { applyFacts, loadClusters } from './load-clusters.ts';
import type { TermBook } from './term-book.ts';

/** An entry that was just stored, with the story that it has, or would open. */
export interface GroupedEntry {
  entry: Comparable;
  language: string;
  keys: { key: number; weight: number }[];
  storyId: string;
  isNew: boolean;
}

export interface GroupLikenessOptions {
  /** Milliseconds: how far apart in time entries may be that tell one event. */
  windowMs: number;
  /** Ids of stories that are not stored yet: each would be opened by its one entry. */
  opening: ReadonlySet<string>;
  /** Whether editors have said anything of stories. */
  hasFacts: boolean;
}

/** What grouping decided; nothing of it is stored yet. */
export interface GroupedStories {
  /** The story that an entry tells now, given the one that it told before. */
  follow(storyId: string): string;
  /** Stored stories that others take up. */
  merges: { fromId: string; intoId: string }[];
  links: StoryLink[];
  /** Stories that have gained real news, with its date. */
  news: Map<string, Date>;
  /** Stories of several entries that this batch tells. */
  grown: Set<string>;
  /** What the term book is to learn. */
  learned: { language: string; stories: number; hashes: number[] }[];
}

/** Entries of a batch that one key finds. */
const siblingsPerKey = 40;
/** Stories are of one affair over a week at least. */
const relatedMs = 7 * 86_400_000;

/**
 * Lets entries that are alone in their stories join the likeliest ones, and says what is of one affair. Runs inside a
 * transaction that holds the grouping; reads only.
 */
export async function groupByLikeness(
  tx: Db,
  terms: TermBook,
  grouped: GroupedEntry[],
  { windowMs, opening, hasFacts }: GroupLikenessOptions,
): Promise<GroupedStories> {
  const seekers = grouped.map(({ entry, keys }) => ({
    entryId: entry.entryId,
    datedAt: new Date(entry.datedAt),
    keys,
  }));
  const { near, members } = await listNearStories(
    tx,
    seekers,
    Math.ceil(Math.max(windowMs, relatedMs) / 60_000),
  );
  await addOwn(tx, grouped, opening, members);
  const clusters = await loadClusters(tx, terms, members);
  const facts = hasFacts ? await listFactsOfStories(tx, [...members.keys()]) : [];
  const isApart = applyFacts(facts, clusters);
  // By date, whatever the order of the document.
  const sorted = [...grouped].sort((a, b) => a.entry.datedAt - b.entry.datedAt);
  const grouping = groupEntries(toArrivals(sorted, near, listSiblings(sorted), clusters), {
    windowMs,
    isApart,
  });
  const follow = followMerges(grouping.merged);
  const grown = grouped
    .map((g) => follow(g.storyId))
    .filter((id) => (clusters.get(id)?.members.length ?? 0) > 1);
  return {
    follow,
    merges: grouping.merged
      .filter(({ from }) => !opening.has(from))
      .map(({ from }) => ({ fromId: from, intoId: follow(from) })),
    links: toLinks(grouping, follow),
    grown: new Set(grown),
    ...readNews(sorted, clusters, follow),
  };
}

/** Adds the stories that the entries have, and to each the entries that are only about to tell it. */
async function addOwn(
  tx: Db,
  grouped: GroupedEntry[],
  opening: ReadonlySet<string>,
  members: Map<string, string[]>,
): Promise<void> {
  const older = [...new Set(grouped.map((g) => g.storyId))].filter(
    (id) => !opening.has(id) && !members.has(id),
  );
  for (const [storyId, ids] of await listNewestMembers(tx, older)) members.set(storyId, ids);
  for (const { entry, storyId, isNew } of grouped) {
    if (isNew) members.set(storyId, [...(members.get(storyId) ?? []), entry.entryId]);
  }
}

/** The others of a batch that share most with each entry: the index is not asked for them. */
function listSiblings(grouped: GroupedEntry[]): Map<string, string[]> {
  const having = new Map<number, GroupedEntry[]>();
  for (const one of grouped) {
    for (const { key } of one.keys) {
      const others = having.get(key);
      if (others) others.push(one);
      else having.set(key, [one]);
    }
  }
  const siblings = new Map<string, string[]>();
  for (const one of grouped) {
    const shared = new Map<string, number>();
    for (const { key, weight } of one.keys) {
      for (const other of (having.get(key) ?? []).slice(0, siblingsPerKey)) {
        if (other === one) continue;
        shared.set(other.storyId, (shared.get(other.storyId) ?? 0) + weight);
      }
    }
    const near = [...shared].filter(([, share]) => share >= leastShared).sort((a, b) => b[1] - a[1]);
    siblings.set(
      one.entry.entryId,
      near.slice(0, entriesPerSeeker).map(([storyId]) => storyId),
    );
  }
  return siblings;
}

function* toArrivals(
  grouped: GroupedEntry[],
  near: ReadonlyMap<string, string[]>,
  siblings: ReadonlyMap<string, string[]>,
  clusters: ReadonlyMap<string, StoryCluster>,
) {
  for (const { entry, storyId } of grouped) {
    const own = clusters.get(storyId);
    const member = own?.members.find(({ entryId }) => entryId === entry.entryId);
    if (!own || !member) continue;
    const ids = [...(near.get(entry.entryId) ?? []), ...(siblings.get(entry.entryId) ?? [])];
    const candidates = ids.flatMap((id) => clusters.get(id) ?? []);
    yield { entry: member, own, candidates };
  }
}

function toLinks({ related }: Grouping, follow: (id: string) => string) {
  return related.map(({ storyId, otherId, likeness }) => ({
    storyId: follow(storyId),
    otherId: follow(otherId),
    likeness,
  }));
}

/** What the new entries say that their stories did not: for the stories' dates, and for the counts of terms. */
function readNews(
  grouped: GroupedEntry[],
  clusters: ReadonlyMap<string, StoryCluster>,
  follow: (id: string) => string,
) {
  const news = new Map<string, Date>();
  const learned: GroupedStories['learned'] = [];
  const arriving = new Set(grouped.filter((g) => g.isNew).map((g) => g.entry.entryId));
  const told = new Map<string, Comparable[]>();
  for (const { entry, language, storyId, isNew } of grouped) {
    if (!isNew) continue;
    const id = follow(storyId);
    const before = told.get(id) ?? (clusters.get(id)?.members ?? []).filter((m) => !arriving.has(m.entryId));
    const novelty = measureNovelty(entry, before);
    const isLatest = before.every((other) => other.datedAt < entry.datedAt);
    if (before.length > 0 && isLatest && novelty >= newsFrom) news.set(id, new Date(entry.datedAt));
    learned.push(toLearned(entry, language, before));
    told.set(id, [...before, entry]);
  }
  return { news, learned };
}

function toLearned(entry: Comparable, language: string, before: Comparable[]) {
  const said = new Set(before.flatMap(({ hashes }) => [...hashes]));
  return {
    language,
    stories: before.length === 0 ? 1 : 0,
    hashes: [...entry.hashes].filter((hash) => !said.has(hash)),
  };
}

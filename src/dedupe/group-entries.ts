import { comparedPerStory } from '../model/story.ts';
import type { Comparable } from './compare.ts';
import {
  addMember,
  type Cluster,
  joinFrom,
  keepNewest,
  type LikenessWeights,
  measureLikeness,
  relatedFrom,
  secondLookFrom,
  weighLikeness,
  weighRelation,
} from './likeness.ts';

/** A story that entries may join, with those of its entries that are compared. */
export interface StoryCluster extends Cluster {
  storyId: string;
  /** The lower the older: of two stories that turn out to be one, the older stays. */
  age: number;
  /** Ids of all its entries, also of those that are not compared. */
  entryIds: Set<string>;
  /** The story that has taken it up; then it has no members. */
  takenBy?: StoryCluster;
  /** It has taken up another one. */
  hasGrown?: boolean;
}

export interface GroupingOptions {
  /** An entry joins a story only when one of its entries is dated within so many milliseconds. */
  windowMs: number;
  /** Whether an editor said that these two entries do not tell one story. */
  isApart(entryId: string, otherId: string): boolean;
  /** Other weights than the usual ones, to measure them. */
  weights?: LikenessWeights;
}

/** An entry to be grouped, alone in the story that it has or would open, and the stories that it may join. */
export interface Arrival {
  entry: Comparable;
  own: StoryCluster;
  candidates: Iterable<StoryCluster>;
}

/** What grouping decided. */
export interface Grouping {
  /** Stories that are taken up by another one, in their order; `into` may be taken up later on. */
  merged: { from: string; into: string }[];
  /** Stories of one affair, how near from 0 to 1; ids may be of stories that were taken up since. */
  related: { storyId: string; otherId: string; likeness: number }[];
}

/**
 * Groups entries one by one, as they come: each joins the likeliest story or stays in its own. A story that has grown is
 * compared with the entry's other candidates once more, since an entry may show that two stories are one: so the order in
 * which entries come hardly matters. Online clustering as in Miranda et al. 2018, "Multilingual Clustering of Streaming
 * News" (the likeliest cluster, then the decision whether to join); the second look is ours.
 * Changes the clusters that it is given: those that are taken up lose their members.
 */
export function groupEntries(arrivals: Iterable<Arrival>, options: GroupingOptions): Grouping {
  const grouping: Grouping = { merged: [], related: [] };
  for (const arrival of arrivals) groupEntry(arrival, options, grouping);
  return grouping;
}

function groupEntry(arrival: Arrival, options: GroupingOptions, grouping: Grouping): void {
  const { entry } = arrival;
  const own = follow(arrival.own);
  const near = rank(entry, own, arrival.candidates, options.weights);
  let grown = own;
  // One that others have joined meanwhile is no arrival any more, but may show that two stories are one.
  if (own.members.length === 1) {
    const best = near.find(({ story, likeness }) => likeness >= joinFrom && mayBeOne(own, story, options));
    if (best) grown = takeUp(own, best.story, grouping);
  }
  if (grown.hasGrown) grown = lookAgain(grown, near, options, grouping);
  const related = near
    .filter(({ story, relation }) => relation >= relatedFrom && story !== grown && story.members.length > 0)
    .sort((a, b) => b.relation - a.relation)
    .slice(0, mostRelated);
  for (const { story, relation } of related) {
    const likeness = Math.min(1, relation / nearest);
    grouping.related.push({ storyId: grown.storyId, otherId: story.storyId, likeness });
  }
}

/** Whether a story that has grown is one with others that its entry is near to. */
function lookAgain(
  story: StoryCluster,
  near: Near[],
  options: GroupingOptions,
  grouping: Grouping,
): StoryCluster {
  let grown = story;
  for (const { story: other, likeness } of near) {
    if (likeness < secondLookFrom || other.members.length === 0 || other === grown) continue;
    if (!mayBeOne(grown, other, options)) continue;
    if (compareStories(grown, other, options.weights) >= joinFrom) grown = takeUp(grown, other, grouping);
  }
  return grown;
}

/** The story that stands where one was taken up. */
function follow(story: StoryCluster): StoryCluster {
  let standing = story;
  while (standing.takenBy) standing = standing.takenBy;
  return standing;
}

/** The relation of stories that can hardly be nearer. */
const nearest = 4;
/** Stories that one entry links its own with. */
const mostRelated = 5;

interface Near {
  story: StoryCluster;
  likeness: number;
  relation: number;
}

/** The candidates that are at least of the same affair, the likeliest first. */
function rank(
  entry: Comparable,
  own: StoryCluster,
  candidates: Iterable<StoryCluster>,
  weights?: LikenessWeights,
): Near[] {
  const near: Near[] = [];
  for (const story of new Set(Array.from(candidates, follow))) {
    if (story === own || story.members.length === 0) continue;
    const parts = measureLikeness(entry, story);
    const likeness = weighLikeness(parts, weights);
    const relation = weighRelation(parts);
    if (likeness >= secondLookFrom || relation >= relatedFrom) near.push({ story, likeness, relation });
  }
  return near.sort((a, b) => b.likeness - a.likeness || a.story.age - b.story.age);
}

/** How alike two stories are: the mean likeness of the entries of each to the other. */
export function compareStories(one: Cluster, other: Cluster, weights?: LikenessWeights): number {
  return (toMeanLikeness(one, other, weights) + toMeanLikeness(other, one, weights)) / 2;
}

function toMeanLikeness(of: Cluster, to: Cluster, weights?: LikenessWeights): number {
  const sum = of.members.reduce(
    (total, member) => total + weighLikeness(measureLikeness(member, to), weights),
    0,
  );
  return sum / of.members.length;
}

function mayBeOne(one: StoryCluster, other: StoryCluster, { windowMs, isApart }: GroupingOptions): boolean {
  const isNear = one.members.some((a) =>
    other.members.some((b) => Math.abs(a.datedAt - b.datedAt) <= windowMs),
  );
  if (!isNear) return false;
  for (const a of one.entryIds) for (const b of other.entryIds) if (isApart(a, b)) return false;
  return true;
}

/** The older of two stories takes up the younger one; returns it. */
function takeUp(one: StoryCluster, other: StoryCluster, { merged }: Grouping): StoryCluster {
  const [into, from] = one.age < other.age ? [one, other] : [other, one];
  for (const member of from.members) addMember(into, member);
  keepNewest(into, comparedPerStory);
  for (const id of from.entryIds) into.entryIds.add(id);
  from.members = [];
  from.takenBy = into;
  into.hasGrown = true;
  merged.push({ from: from.storyId, into: into.storyId });
  return into;
}

import { type Comparable, compareDays, compareTerms, haveSameTitle, isSeries, namesMore } from './compare.ts';
import { estimateContainment } from './shingles.ts';

/** Entries that tell one event, with what they have in common among themselves. */
export interface Cluster {
  members: Comparable[];
  /** Sums of the cosines of all pairs of members, each with itself too: the squared lengths of their sums. */
  innerAll: number;
  innerTitle: number;
}

export function toCluster(members: Comparable[]): Cluster {
  const cluster: Cluster = { members: [], innerAll: 0, innerTitle: 0 };
  for (const member of members) addMember(cluster, member);
  return cluster;
}

/** Adds a member to a cluster. */
export function addMember(cluster: Cluster, member: Comparable): void {
  cluster.innerAll += 1;
  cluster.innerTitle += 1;
  for (const other of cluster.members) {
    const { all, title } = compareTerms(member, other);
    cluster.innerAll += 2 * all;
    cluster.innerTitle += 2 * title;
  }
  cluster.members.push(member);
}

/** Leaves of many members the newest: a story is not to cost more and more, and those that told it first say least of it. */
export function keepNewest(cluster: Cluster, most: number): void {
  if (cluster.members.length <= most) return;
  const byDate = [...cluster.members].sort((a, b) => a.datedAt - b.datedAt);
  Object.assign(cluster, toCluster(byDate.slice(-most)));
}

/** What speaks for and against an entry's telling what a cluster tells. */
export interface LikenessParts {
  /** √ of the cosine with the sum of the members' texts, 0 to 1. */
  text: number;
  /** √ of the cosine with the sum of their titles, 0 to 1. */
  title: number;
  /** ln(1 + rarities of the terms in common), with the member that has most. */
  evidence: number;
  /** Mean distance in time, in units of two days, at most 2. */
  distance: number;
  /** Mean of the members that name days too: 1 the same day, −1 another one; 0 when none does. */
  day: number;
  /** Whether one is another number of a series, or filled into the same template, of the same source. */
  isSeries: boolean;
  /** Terms in common with the member that has most. */
  terms: number;
  /** The largest share of a text that stands in a member of another source, 0 to 1. */
  copy: number;
}

/** What each part counts for, and the constant that all of it starts from. */
export type LikenessWeights = Record<'text' | 'title' | 'evidence' | 'distance' | 'day' | 'constant', number>;

/**
 * Weights of the parts: a logistic regression over pairs of entry and story, fitted by tests/bench/grouping. The sum is
 * the logarithm of the odds that both tell one event.
 */
export const likenessWeights: LikenessWeights = {
  text: 7.8,
  title: 16.7,
  evidence: 2.9,
  distance: -4.8,
  day: 1.7,
  constant: -20.2,
};

/** An entry joins a story from this likeness on. */
export const joinFrom = 1;
/** A story that has grown is compared with those that its newest entry is so like to. */
export const secondLookFrom = -5;
/** Stories are of one affair from this relation on: see weighRelation. */
export const relatedFrom = 1.3;
/** A text is a copy from this share on: a shortened, a corrected or a syndicated one. */
export const copyFrom = 0.6;
/** One word in common is a coincidence, however rare it is. */
const leastTerms = 2;
/** The likeness of two numbers of a series, or of two texts of a template. */
const otherNumber = -20;
/** What a copy's likeness is at least. */
const copyLikeness = 10;

const hourMs = 3_600_000;

export function measureLikeness(entry: Comparable, cluster: Cluster): LikenessParts {
  let all = 0;
  let title = 0;
  let evidence = 0;
  let terms = 0;
  let hours = 0;
  let days = 0;
  let named = 0;
  let copy = 0;
  let series = false;
  const { members } = cluster;
  for (const member of members) {
    const common = compareTerms(entry, member);
    all += common.all;
    title += common.title;
    evidence = Math.max(evidence, common.evidence);
    terms = Math.max(terms, common.terms);
    hours += Math.abs(entry.datedAt - member.datedAt) / hourMs;
    if (entry.days.length > 0 && member.days.length > 0) named++;
    days += compareDays(entry, member);
    copy = Math.max(copy, measureCopy(entry, member));
    series ||= areOfOneMould(entry, member);
  }
  return {
    text: Math.sqrt(all / Math.sqrt(cluster.innerAll)),
    title: Math.sqrt(title / Math.sqrt(cluster.innerTitle)),
    evidence: Math.log1p(evidence),
    distance: Math.min(96, hours / members.length) / 48,
    day: named === 0 ? 0 : days / named,
    isSeries: series,
    terms,
    copy,
  };
}

/** A standing headline comes back after half a day at the earliest; before that it is the same news gone on. */
const standingMs = 12 * hourMs;
/** From this share on two texts of one source are likely written by a template. */
const templateFrom = 0.3;

/**
 * Whether two entries of one source say alike of different things: numbers of a series, texts of one template ("Storm
 * warning for …") whose titles each name something that the other entry does not, or other texts under a standing
 * headline ("Morning briefing").
 */
function areOfOneMould(one: Comparable, other: Comparable): boolean {
  if (one.sourceId !== other.sourceId) return false;
  if (isSeries(one, other)) return true;
  const isAlike = estimateContainment(one.shingles, other.shingles) >= templateFrom;
  if (haveSameTitle(one, other)) return !isAlike && Math.abs(one.datedAt - other.datedAt) >= standingMs;
  return isAlike && namesMore(one, other) && namesMore(other, one);
}

/** One source's texts may be alike by its template: only another's are copies. */
function measureCopy(one: Comparable, other: Comparable): number {
  return one.sourceId === other.sourceId ? 0 : estimateContainment(one.shingles, other.shingles);
}

/** The likeness that the parts come to: the logarithm of the odds, some −25 to 15; a copy has at least 10. */
export function weighLikeness(parts: LikenessParts, w: LikenessWeights = likenessWeights): number {
  if (parts.isSeries) return otherNumber;
  if (parts.terms < leastTerms && parts.copy < copyFrom) return otherNumber;
  const sum =
    w.constant +
    w.text * parts.text +
    w.title * parts.title +
    w.evidence * parts.evidence +
    w.distance * parts.distance +
    w.day * parts.day;
  return parts.copy >= copyFrom ? Math.max(sum, copyLikeness) : sum;
}

/**
 * How near an entry is to a story as one of the same affair, 0 to about 4: √(cosine of the texts · rarities in common).
 * Headlines count no more than texts here, nor does time: another development is told in other words.
 */
export function weighRelation({ text, evidence }: LikenessParts): number {
  return text * Math.sqrt(Math.expm1(evidence));
}

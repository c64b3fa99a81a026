import { type ComparedEntry, toComparable } from '../../../src/dedupe/compare.ts';
import { groupEntries, type StoryCluster } from '../../../src/dedupe/group-entries.ts';
import { type LikenessWeights, toCluster } from '../../../src/dedupe/likeness.ts';
import { TermCounts } from '../../../src/dedupe/term-counts.ts';
import { getVocabulary } from '../../../src/dedupe/vocabulary.ts';
import { groupHours } from './through-postgres.ts';

/** Stories are looked at when one of their entries is dated so near. */
const nearMs = 7 * 86_400_000;

interface StoryInMemory {
  storyId: string;
  age: number;
  entries: ComparedEntry[];
}

/**
 * Groups entries of one language in their order with the product's own rules, from a cold start: entry id → story id.
 * Every story near in time with a word in common is a candidate, so nothing depends on the index; terms are counted as src/newsroom/term-book.ts
 * does, a story's once, and everything is weighed anew by what was counted up to then.
 */
export function groupInMemory(
  order: readonly ComparedEntry[],
  weights?: LikenessWeights,
): ReadonlyMap<string, string> {
  const counts = new TermCounts(getVocabulary(order[0]?.language ?? 'und').shares);
  const options = { windowMs: groupHours * 3_600_000, isApart: () => false, weights };
  const stories = new Map<string, StoryInMemory>();
  for (const [age, entry] of order.entries()) {
    const own = toStoryCluster({ storyId: entry.entryId, age, entries: [entry] }, counts);
    const hashes = new Set(entry.terms.map(({ hash }) => hash));
    const near = [...stories.values()].filter((story) => isNear(story, entry) && sharesTerm(story, hashes));
    const candidates = near.map((story) => toStoryCluster(story, counts));
    const [member] = own.members;
    stories.set(own.storyId, { storyId: own.storyId, age, entries: [entry] });
    if (!member) continue;
    const { merged } = groupEntries([{ entry: member, own, candidates }], options);
    for (const { from, into } of merged) {
      stories.get(into)?.entries.push(...(stories.get(from)?.entries ?? []));
      stories.delete(from);
    }
    countTerms(counts, [...stories.values()], entry);
  }
  return new Map(
    [...stories.values()].flatMap(({ storyId, entries }) =>
      entries.map((e) => [e.entryId, storyId] as const),
    ),
  );
}

function isNear({ entries }: StoryInMemory, entry: ComparedEntry): boolean {
  return entries.some(({ datedAt }) => Math.abs(datedAt.getTime() - entry.datedAt.getTime()) <= nearMs);
}

function sharesTerm({ entries }: StoryInMemory, hashes: ReadonlySet<number>): boolean {
  return entries.some(({ terms }) => terms.some(({ hash }) => hashes.has(hash)));
}

function toStoryCluster({ storyId, age, entries }: StoryInMemory, counts: TermCounts): StoryCluster {
  const members = entries.map((entry) => toComparable(entry, counts));
  return { ...toCluster(members), storyId, age, entryIds: new Set(entries.map(({ entryId }) => entryId)) };
}

/** Counts a story's terms once: those of the entry that the other entries of its story do not have. */
function countTerms(counts: TermCounts, stories: StoryInMemory[], entry: ComparedEntry): void {
  const story = stories.find(({ entries }) => entries.includes(entry));
  const others = story?.entries.filter((other) => other !== entry) ?? [];
  const said = new Set(others.flatMap(({ terms }) => terms.map(({ hash }) => hash)));
  const fresh = entry.terms.filter(({ hash }) => !said.has(hash));
  counts.add(others.length === 0 ? 1 : 0, new Map(fresh.map(({ hash }) => [hash, 1])));
}

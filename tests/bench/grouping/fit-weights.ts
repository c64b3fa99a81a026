import { type Comparable, type ComparedEntry, toComparable } from '../../../src/dedupe/compare.ts';
import {
  copyFrom,
  type LikenessParts,
  type LikenessWeights,
  measureLikeness,
  toCluster,
} from '../../../src/dedupe/likeness.ts';
import { createRandom } from '../support/random.ts';
import { countTold } from './count-told.ts';
import type { Gold } from './gold.ts';
import { fitLogistic, type Sample } from './logistic-regression.ts';

/** An entry with its number in the gold; undefined when it is not judged. */
export interface JudgedEntry {
  entry: ComparedEntry;
  item: number | undefined;
}

const partNames = ['text', 'title', 'evidence', 'distance', 'day'] as const;

/**
 * The weights of the parts of a likeness, fitted to which of the entries that `mayLearn` tell which event: each of them
 * against each event, without it, once whole and once a random half of it.
 */
export function fitWeights(
  entries: readonly JudgedEntry[],
  gold: Gold,
  mayLearn: (entry: ComparedEntry) => boolean,
): LikenessWeights {
  const known = entries.filter(({ entry, item }) => item !== undefined && mayLearn(entry));
  const eventOf = new Map(known.map(({ entry, item }) => [entry.entryId, toEvent(gold, item)]));
  const counts = countTold(
    entries.map(({ entry }) => entry),
    (entry) => eventOf.get(entry.entryId),
  );
  const learned = known.map(({ entry, item }) => ({
    item: item ?? 0,
    event: toEvent(gold, item),
    entry: toComparable(entry, counts),
  }));
  const { weights, constant } = fitLogistic([...listSamples(learned, gold)]);
  const parts = Object.fromEntries(partNames.map((name, k) => [name, weights[k] ?? 0]));
  return { ...parts, constant } as LikenessWeights;
}

/** A name for the event that an item tells, also one that it tells alone. */
function toEvent(gold: Gold, item: number | undefined): string {
  return gold.eventOf(item ?? 0) ?? `only ${item}`;
}

interface Learned {
  item: number;
  event: string;
  entry: Comparable;
}

function* listSamples(learned: Learned[], gold: Gold): Generator<Sample> {
  const random = createRandom(1);
  const events = new Map<string, Learned[]>();
  for (const one of learned) events.set(one.event, [...(events.get(one.event) ?? []), one]);
  for (const one of learned) {
    for (const [event, tellings] of events) {
      const others = tellings.filter((other) => other !== one && !gold.isUnsure(one.item, other.item));
      if (others.length === 0) continue;
      const half = others.filter(() => random() < 0.5);
      for (const cluster of others.length > 1 && half.length > 0 ? [others, half] : [others]) {
        const parts = measureLikeness(one.entry, toCluster(cluster.map(({ entry }) => entry)));
        if (isWeighed(parts)) {
          yield { features: partNames.map((name) => parts[name]), isTrue: event === one.event };
        }
      }
    }
  }
}

/** Whether the weights decide: copies and series are told otherwise, and so is what has no word in common. */
function isWeighed({ text, copy, isSeries }: LikenessParts): boolean {
  return text > 0 && copy < copyFrom && !isSeries;
}

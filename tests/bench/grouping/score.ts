import { toMedian } from '../support/table.ts';
import type { Gold } from './gold.ts';

/** How far clusters are right. */
export interface Score {
  /** Pairs that are together, and ought to be. */
  right: number;
  /** Pairs that are together, and ought not to be. */
  wrong: [number, number][];
  /** Pairs that are apart, and ought not to be. */
  missed: [number, number][];
  /** Items whose B-cubed was summed up. */
  items: number;
  precisionSum: number;
  recallSum: number;
}

export const measureNames = [
  'precision',
  'recall',
  'f1',
  'bCubedPrecision',
  'bCubedRecall',
  'bCubedF1',
] as const;

/** Pairwise precision, recall and F1, and B-cubed (Bagga & Baldwin 1998), each 0 to 1. */
export type Measures = Record<(typeof measureNames)[number], number>;

/**
 * Scores what was put together, by pairs and by items. `counts` narrows it to pairs of which one item counts, and to the
 * items that count; unsure pairs are neither right nor wrong.
 */
export function scoreTogether(
  gold: Gold,
  isTogether: (one: number, other: number) => boolean,
  counts: (item: number) => boolean = () => true,
): Score {
  const score: Score = { right: 0, wrong: [], missed: [], items: 0, precisionSum: 0, recallSum: 0 };
  for (const one of gold.items) {
    // An item is always with itself.
    const sizes = { told: 1, found: 1, both: 1 };
    for (const other of gold.items) {
      if (one === other || gold.isUnsure(one, other)) continue;
      const isTold = gold.tellsSame(one, other);
      const isFound = isTogether(one, other);
      if (isTold) sizes.told++;
      if (isFound) sizes.found++;
      if (isTold && isFound) sizes.both++;
      if (one > other || !(counts(one) || counts(other))) continue;
      if (isTold && isFound) score.right++;
      else if (isFound) score.wrong.push([one, other]);
      else if (isTold) score.missed.push([one, other]);
    }
    if (!counts(one)) continue;
    score.items++;
    score.precisionSum += sizes.both / sizes.found;
    score.recallSum += sizes.both / sizes.told;
  }
  return score;
}

/** Scores clusters: items are together that have the same one. */
export function scoreClusters(
  gold: Gold,
  clusterOf: (item: number) => string | undefined,
  counts?: (item: number) => boolean,
): Score {
  return scoreTogether(gold, (one, other) => clusterOf(one) === clusterOf(other), counts);
}

/** The sum of scores of parts. */
export function addScores(scores: Score[]): Score {
  const sum = (pick: (score: Score) => number) => scores.reduce((total, score) => total + pick(score), 0);
  return {
    right: sum((s) => s.right),
    wrong: scores.flatMap((s) => s.wrong),
    missed: scores.flatMap((s) => s.missed),
    items: sum((s) => s.items),
    precisionSum: sum((s) => s.precisionSum),
    recallSum: sum((s) => s.recallSum),
  };
}

export function toMeasures({ right, wrong, missed, items, precisionSum, recallSum }: Score): Measures {
  // Where nothing is put together, nothing is wrong.
  const precision = right + wrong.length === 0 ? 1 : right / (right + wrong.length);
  const recall = right + missed.length === 0 ? 1 : right / (right + missed.length);
  const bCubedPrecision = precisionSum / items;
  const bCubedRecall = recallSum / items;
  return {
    precision,
    recall,
    f1: toF1(precision, recall),
    bCubedPrecision,
    bCubedRecall,
    bCubedF1: toF1(bCubedPrecision, bCubedRecall),
  };
}

function toF1(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** Median and worst of each measure over several runs. */
export function toSpread(runs: Measures[]): { median: Measures; worst: Measures } {
  const of = (pick: (values: number[]) => number) =>
    Object.fromEntries(measureNames.map((name) => [name, pick(runs.map((run) => run[name]))])) as Measures;
  return { median: of(toMedian), worst: of((values) => Math.min(...values)) };
}

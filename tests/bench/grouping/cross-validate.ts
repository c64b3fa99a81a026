import type { ComparedEntry } from '../../../src/dedupe/compare.ts';
import type { LikenessWeights } from '../../../src/dedupe/likeness.ts';
import type { CorpusEntry, NewsCorpus } from './corpus.ts';
import { fitWeights } from './fit-weights.ts';
import { groupInMemory } from './in-memory.ts';
import { addScores, type Score, scoreClusters } from './score.ts';

const foldCount = 4;

/** Publishers (by file) that are left out together. */
export function listFolds({ documents }: NewsCorpus): string[][] {
  const files = documents.map(({ file }) => file).sort();
  return Array.from({ length: foldCount }, (_, fold) => files.filter((_, n) => n % foldCount === fold));
}

/**
 * Cross-validation over publishers: for each fold the weights are fitted to the other publishers alone, all entries are
 * grouped by them, and what concerns a publisher of the fold is scored; one score an order, over all folds.
 */
export function crossValidate(
  corpus: NewsCorpus,
  read: ReadonlyMap<CorpusEntry, ComparedEntry>,
  orders: CorpusEntry[][],
  change: (weights: LikenessWeights) => LikenessWeights = (weights) => weights,
): Score[] {
  const judged = toJudged(corpus, read);
  const folds = listFolds(corpus).map((files) => {
    const left = new Set(files);
    const weights = fitWeights(judged, corpus.gold, ({ sourceId }) => !left.has(sourceId));
    const items = new Set(
      corpus.entries.filter(({ document }) => left.has(document.file)).map((e) => e.item),
    );
    return { weights: change(weights), items };
  });
  return orders.map((order) =>
    addScores(
      folds.map(({ weights, items }) =>
        scoreInMemory(corpus, read, order, weights, (item) => items.has(item)),
      ),
    ),
  );
}

export function toJudged({ entries }: NewsCorpus, read: ReadonlyMap<CorpusEntry, ComparedEntry>) {
  return entries.flatMap((one) => {
    const entry = read.get(one);
    return entry ? [{ entry, item: one.item }] : [];
  });
}

/** Groups the entries of the corpus in this order and scores it. */
export function scoreInMemory(
  { entries, gold }: NewsCorpus,
  read: ReadonlyMap<CorpusEntry, ComparedEntry>,
  order: CorpusEntry[],
  weights?: LikenessWeights,
  counts?: (item: number) => boolean,
): Score {
  const storyOf = groupInMemory(
    order.flatMap((one) => read.get(one) ?? []),
    weights,
  );
  const found = new Map(entries.map((one) => [one.item, storyOf.get(read.get(one)?.entryId ?? '')]));
  return scoreClusters(gold, (item) => found.get(item), counts);
}

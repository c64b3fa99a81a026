import { describe, expect, test } from 'vitest';
import { corpusFolder, readNewsCorpus } from '../bench/grouping/corpus.ts';
import { listOrders, toDocumentBatches, toSingleBatches } from '../bench/grouping/orders.ts';
import { type Measures, toMeasures, toSpread } from '../bench/grouping/score.ts';
import { scoreThroughPostgres } from '../bench/grouping/through-postgres.ts';
import { findCorpus } from '../support/corpus.ts';
import { useDatabase } from '../support/postgres.ts';

const folder = findCorpus(corpusFolder);
const database = useDatabase();

/** Floors a bit below what tests/bench/grouping measures: six wrong pairs are one entry in the wrong story of seven. */
const expectAtLeast = (measured: Measures, floors: Partial<Measures>) => {
  for (const [name, floor] of Object.entries(floors)) {
    expect.soft(measured[name as keyof Measures], name).toBeGreaterThanOrEqual(floor);
  }
};

describe.skipIf(!folder)('grouping the judged entries of the corpus, one by one', () => {
  test('by date and in three shuffled orders puts together what tells one event, and little else', async () => {
    const corpus = await readNewsCorpus(folder ?? '');
    const runs: Measures[] = [];
    for (const order of listOrders(corpus.entries, 3)) {
      runs.push(toMeasures(await scoreThroughPostgres(database.db, corpus, toSingleBatches(order))));
    }
    const { median, worst } = toSpread(runs);
    expectAtLeast(median, { precision: 0.9, recall: 0.76, bCubedF1: 0.986 });
    expectAtLeast(worst, { precision: 0.85, recall: 0.74, bCubedF1: 0.98 });
  }, 120_000);

  test('document by document comes to the same', async () => {
    const corpus = await readNewsCorpus(folder ?? '');
    const score = await scoreThroughPostgres(database.db, corpus, toDocumentBatches(corpus, 1));
    expectAtLeast(toMeasures(score), { precision: 0.9, recall: 0.74, bCubedF1: 0.985 });
  });
});

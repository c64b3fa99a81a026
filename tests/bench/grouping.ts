import { joinFrom, type LikenessWeights, likenessWeights } from '../../src/dedupe/likeness.ts';
import { findCorpus } from '../support/corpus.ts';
import { measureBaselines } from './grouping/baselines.ts';
import { corpusFolder, type NewsCorpus, readNewsCorpus } from './grouping/corpus.ts';
import { crossValidate, listFolds, scoreInMemory, toJudged } from './grouping/cross-validate.ts';
import { fitWeights } from './grouping/fit-weights.ts';
import { listMistakes } from './grouping/list-mistakes.ts';
import { judgeDuplicates, readDuplicateCases } from './grouping/near-duplicates.ts';
import { type Batch, listOrders, toDocumentBatches, toSingleBatches } from './grouping/orders.ts';
import { readEntries } from './grouping/read-entries.ts';
import { type Measures, measureNames, type Score, toMeasures, toSpread } from './grouping/score.ts';
import { readTellings, scoreTellings } from './grouping/tellings.ts';
import { spread, withTemporaryPostgres } from './grouping/temporary-postgres.ts';
import { scoreThroughPostgres } from './grouping/through-postgres.ts';
import { printTable } from './support/table.ts';

const shuffles = 20;
const documentOrders = 4;
/** Databases that are used at once: one grouping waits for Postgres half of its time. */
const lanes = 3;

/**
 * How well entries are grouped into stories: on the judged corpus by the product's own route and by cross-validation over
 * publishers, beside simple ways; the mistakes in words; written events in other languages; near-duplicates.
 */
export async function run(): Promise<void> {
  const folder = findCorpus(corpusFolder);
  if (folder) await printCorpus(await readNewsCorpus(folder));
  printTellings();
  await printDuplicates();
}

async function printCorpus(corpus: NewsCorpus): Promise<void> {
  const { documents, entries, gold } = corpus;
  console.log(
    `${entries.length} entries of ${documents.length} publishers, ${gold.items.length} of them judged; medians, the worst in parentheses`,
  );
  const read = readEntries(entries);
  const orders = listOrders(entries, shuffles);
  const whole = Array.from({ length: documentOrders }, (_, n) => toDocumentBatches(corpus, n + 1));
  const routed = await scoreBatches(corpus, [...orders.map(toSingleBatches), ...whole]);
  const bySingles = routed.slice(0, orders.length);
  printTable(measureHead, [
    ...measureBaselines(corpus).map(({ name, measures }) => toRow(name, [measures])),
    toScoreRow(`through Postgres, ${orders.length} orders of entries`, bySingles),
    toScoreRow('  of these by date', bySingles.slice(0, 1)),
    toScoreRow(`through Postgres, ${whole.length} orders of documents`, routed.slice(orders.length)),
    toScoreRow(
      `in memory, ${orders.length} orders of entries`,
      orders.map((order) => scoreInMemory(corpus, read, order)),
    ),
    toScoreRow(
      `cross-validated over publishers, ${orders.length} orders`,
      crossValidate(corpus, read, orders),
    ),
  ]);
  printWeights(corpus, read);
  listMistakes(corpus, read, bySingles);
}

function scoreBatches(corpus: NewsCorpus, orders: Batch[][]): Promise<Score[]> {
  return withTemporaryPostgres(lanes, (dbs) =>
    spread(dbs, orders, (db, batches) => scoreThroughPostgres(db, corpus, batches)),
  );
}

const measureHead = ['', 'precision', 'recall', 'F1', 'B³ precision', 'B³ recall', 'B³ F1'];

function toScoreRow(name: string, scores: Score[]): string[] {
  return toRow(name, scores.map(toMeasures));
}

function toRow(name: string, runs: Measures[]): string[] {
  const { median, worst } = toSpread(runs);
  return [
    name,
    ...measureNames.map((measure) => {
      const worstText = runs.length > 1 ? ` (${worst[measure].toFixed(3)})` : '';
      return `${median[measure].toFixed(3)}${worstText}`;
    }),
  ];
}

function printWeights(corpus: NewsCorpus, read: ReturnType<typeof readEntries>): void {
  const judged = toJudged(corpus, read);
  const fitWithout = (left: string[]) =>
    fitWeights(judged, corpus.gold, ({ sourceId }) => !left.includes(sourceId));
  const names = Object.keys(likenessWeights) as (keyof LikenessWeights)[];
  const row = (name: string, weights: LikenessWeights) => [
    name,
    ...names.map((part) => weights[part].toFixed(1)),
  ];
  console.log(`\nWeights of the parts of a likeness; joined from ${joinFrom} on`);
  printTable(
    ['', ...names],
    [
      row('in the source', likenessWeights),
      row('fitted to everything', fitWithout([])),
      ...listFolds(corpus).map((files) => row(`fitted without ${files.join(', ')}`, fitWithout(files))),
    ],
  );
}

function printTellings(): void {
  for (const kind of ['plain', 'hard'] as const) {
    const rows = readTellings(kind).map((tellings) => {
      const [, ...measures] = toScoreRow('', scoreTellings(tellings, shuffles));
      return [tellings.language, tellings.events, tellings.entries.length, ...measures.slice(0, 3)];
    });
    console.log(`\nWritten events in other languages, ${kind}, from a cold start, ${shuffles + 1} orders`);
    printTable(['', 'events', 'tellings', ...measureHead.slice(1, 4)], rows);
  }
}

async function printDuplicates(): Promise<void> {
  const cases = readDuplicateCases();
  const judged = await Promise.all(
    cases.map(async (one) => ({ ...one, verdict: await judgeDuplicates(one) })),
  );
  const count = (same: boolean) => {
    const of = judged.filter((one) => one.same === same);
    return `${of.filter(({ verdict }) => verdict.isFound).length} of ${of.length}`;
  };
  console.log(`\nNear-duplicates: ${count(true)} found, ${count(false)} others taken for one`);
  printTable(
    ['', 'case', 'likeness', 'contained'],
    judged.map(({ name, same, verdict }) => [
      verdict.isFound === same ? '' : same ? 'missed' : 'wrong',
      name,
      verdict.isSameAddress ? 'address' : verdict.likeness.toFixed(1),
      verdict.containment.toFixed(2),
    ]),
  );
}

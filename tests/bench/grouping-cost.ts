import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { explain, explainInWords, readBytesPerEntry } from './grouping-cost/check-plan.ts';
import { createArchive } from './grouping-cost/fill-archive.ts';
import { type IngestShare, measureIngestShares, serveShareFarm } from './grouping-cost/ingest-share.ts';
import { type Measured, type Measurement, measureGrouping } from './grouping-cost/measure-grouping.ts';
import { type BenchDatabase, withDatabase } from './support/bench-database.ts';
import { printTable, toMedian } from './support/table.ts';

const sizes = (process.env.BENCH_ENTRIES ?? '10000,100000,1000000').split(',').map(Number);
const perDay = 5_000;
/** The same news in a rush: 100,000 entries within five days. */
const dense = { entries: 100_000, perDay: 20_000 };
const rounds = 120;
const startAt = new Date('2026-01-01T00:00:00Z');
const target = { ratio: 2, sharePercent: 25 };

interface Row extends Measurement {
  name: string;
}

/**
 * What grouping one entry costs in archives of 10,000, 100,000 and 1,000,000 entries (BENCH_ENTRIES: others), and what
 * share of an ingest it is. BENCH_EXPLAIN=1 prints the plan of the query for near stories in the largest.
 */
export async function run(): Promise<void> {
  if (process.env.BENCH_FARM) return serveShareFarm();
  console.log(`Grouping in archives of synthetic news, ${perDay} entries a day from 500 sources;`);
  console.log(`${rounds * 3} documents of 30 entries each: a third all new, the others with 3 new ones`);
  const shares = await measureIngestShares();
  const rows = await withDatabase(1, measureSizes);
  rows.push(...(await withDatabase(1, measureDense)));
  printCosts(rows);
  printGrowth(rows.slice(0, sizes.length));
  for (const fresh of [3, 30]) printParts(rows, fresh);
  for (const share of shares) printShare(share);
  const [, load = 0] = loadavg();
  if (load > 1.5 * availableParallelism()) {
    console.log(`\nThe machine was busy (load ${load.toFixed(1)}): the CPU times are the ones to trust.`);
  }
}

async function measureSizes(database: BenchDatabase): Promise<Row[]> {
  const archive = await createArchive(database.db, perDay, startAt);
  const rows: Row[] = [];
  await archive.growTo(Math.min(...sizes) / 2);
  // The process and the server get used to their work.
  await measureGrouping(database, archive, 30);
  for (const size of sizes) {
    const began = performance.now();
    await archive.growTo(size);
    const seconds = (performance.now() - began) / 1_000;
    console.log(`grew to ${size.toLocaleString('en')} entries in ${seconds.toFixed(0)} s`);
    rows.push({
      name: size.toLocaleString('en'),
      ...(await measureGrouping(database, archive, rounds)),
    });
  }
  await printStored(database, Math.max(...sizes));
  await checkPlan(database, rows.at(-1));
  return rows;
}

async function measureDense(database: BenchDatabase): Promise<Row[]> {
  const archive = await createArchive(database.db, dense.perDay, startAt);
  await archive.growTo(dense.entries);
  const name = `${dense.entries.toLocaleString('en')} in ${dense.entries / dense.perDay} days`;
  return [{ name, ...(await measureGrouping(database, archive, rounds)) }];
}

async function printStored({ db }: BenchDatabase, entries: number): Promise<void> {
  console.log(`\nBytes an entry, indices included, of ${entries.toLocaleString('en')} entries`);
  const tables = ['entry_terms', 'entry_keys'];
  const bytes = await Promise.all(tables.map((table) => readBytesPerEntry(db, table, entries)));
  printTable(
    ['table', 'bytes'],
    tables.map((table, n) => [table, (bytes[n] ?? 0).toFixed(0)]),
  );
}

/** Near stories are found by the index on keys alone, however many entries there are. */
async function checkPlan({ db }: BenchDatabase, row: Row | undefined): Promise<void> {
  if (!row?.nearQuery) throw new Error('no query looked for near stories');
  const { rows, pages, milliseconds } = await explain(db, row.nearQuery);
  console.log(
    `\nThe query for near stories (${row.name} entries): ${milliseconds.toFixed(1)} ms, ${pages.hit} pages hit, ${pages.read} read`,
  );
  printTable(
    ['rows read', 'of'],
    [...rows].map(([name, count]) => [count, name]),
  );
  if (process.env.BENCH_EXPLAIN) console.log(await explainInWords(db, row.nearQuery));
  const other = [...rows.keys()].filter((name) => !name.includes(' by '));
  const keys = [...rows.keys()].filter((name) => name.startsWith('entry_keys'));
  if (other.length > 0 || keys.join() !== 'entry_keys by entry_keys_pkey') {
    miss(`the query does not read its tables by their keys: ${[...other, ...keys].join(', ')}`);
  }
}

/** Milliseconds an entry, of documents with so many new ones. */
const toCosts = (measured: Measured[], fresh: number, of: 'wall' | 'cpu') =>
  measured
    .filter((m) => m.fresh === fresh)
    .map(({ took, cpu }) => (of === 'wall' ? took : cpu.node + cpu.postgres) / fresh);

function toPercentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function printCosts(rows: Row[]): void {
  console.log('\nGrouping one new entry: milliseconds of a document by the number of its new entries;');
  console.log('CPU is the median of what node and Postgres worked');
  printTable(
    ['entries stored', '3 new, median', 'p99', 'CPU', '30 new, median', 'p99', 'CPU'],
    rows.map(({ name, measured }) => [
      name,
      ...[3, 30].flatMap((fresh) => {
        const took = toCosts(measured, fresh, 'wall');
        const cpu = toCosts(measured, fresh, 'cpu');
        return [toMedian(took), toPercentile(took, 0.99), toMedian(cpu)].map((ms) => ms.toFixed(2));
      }),
    ]),
  );
}

function printGrowth(rows: Row[]): void {
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (!first || !last) return;
  for (const fresh of [3, 30]) {
    const ratio = (of: 'wall' | 'cpu', pick: (costs: number[]) => number) =>
      pick(toCosts(last.measured, fresh, of)) / pick(toCosts(first.measured, fresh, of));
    const median = ratio('wall', toMedian);
    const p99 = ratio('wall', (costs) => toPercentile(costs, 0.99));
    console.log(
      `${last.name} beside ${first.name}, ${fresh} new: median × ${median.toFixed(2)}, p99 × ${p99.toFixed(2)}, CPU × ${ratio('cpu', toMedian).toFixed(2)} (target: below ${target.ratio})`,
    );
    if (median >= target.ratio) miss(`the cost of an entry grows with the archive: × ${median.toFixed(2)}`);
    if (p99 >= target.ratio) miss(`the cost of the dearest entries grows: × ${p99.toFixed(2)}`);
  }
}

function printParts(rows: Row[], fresh: number): void {
  console.log(`\nWhere the time goes with ${fresh} new: milliseconds an entry, means`);
  const means = rows.map(({ measured }) => toMeans(measured.filter((m) => m.fresh === fresh)));
  const parts = [...new Set(means.flatMap((mean) => [...mean.keys()]))];
  printTable(
    ['', ...rows.map(({ name }) => name)],
    parts.map((part) => [part, ...means.map((mean) => (mean.get(part) ?? 0).toFixed(3))]),
  );
}

function toMeans(measured: Measured[]): Map<string, number> {
  const means = new Map<string, number>();
  const entries = measured.reduce((sum, { fresh }) => sum + fresh, 0);
  for (const { parts } of measured) {
    for (const [part, ms] of parts) means.set(part, (means.get(part) ?? 0) + ms / entries);
  }
  return means;
}

function printShare(share: IngestShare): void {
  const { name, sources, entries, refreshCpu, groupCpu } = share;
  const ways: [string, number, number][] = [
    ['wall', share.refreshMs, share.groupMs],
    ['CPU node', refreshCpu.node, groupCpu.node],
    ['CPU Postgres', refreshCpu.postgres, groupCpu.postgres],
  ];
  console.log(
    `\nRefreshing ${sources} feeds of 30 items one after the other, pass: ${name}, ${entries} new (target: below ${target.sharePercent} %)`,
  );
  printTable(
    ['', 'ms a feed', 'of which grouping', '%'],
    ways.map(([way, all, grouping]) => [
      way,
      (all / sources).toFixed(2),
      (grouping / sources).toFixed(2),
      ((100 * grouping) / all).toFixed(1),
    ]),
  );
  const percent = (100 * share.groupMs) / share.refreshMs;
  if (percent >= target.sharePercent) miss(`grouping is ${percent.toFixed(1)} % of the pass: ${name}`);
}

function miss(sentence: string): void {
  console.error(`Missed: ${sentence}.`);
  process.exitCode = 1;
}

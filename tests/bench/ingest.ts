import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectDatabase } from '../../db/connect.ts';
import { ensureEmbedded } from '../../db/embedded.ts';
import { countEntries, storeEntries } from '../../db/entries.ts';
import { migrateToLatest } from '../../db/migrate.ts';
import { storeSources } from '../../db/sources.ts';
import type { RefreshSummary } from '../../src/cli/refresh-command.ts';
import { identifyEntries } from '../../src/dedupe/identify.ts';
import { parseFeed } from '../../src/feed/parse.ts';
import { createFetcher } from '../../src/fetch/fetch-source.ts';
import { loadLanguageDetector } from '../../src/normalise/language.ts';
import { normaliseFeed } from '../../src/normalise/normalise-feed.ts';
import { type FarmSize, type FarmStats, serveFarm, toFeedUrl } from './support/feed-farm.ts';
import { printTable, toMedian } from './support/table.ts';
import { readCpuSeconds, runWireroom, type Usage } from './support/usage.ts';

const size: FarmSize = {
  feeds: Number(process.env.BENCH_FEEDS ?? 500),
  items: 30,
  bytes: 2_048,
  port: 18_088,
};
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

interface Pass extends Usage {
  name: string;
  postgresCpuSeconds: number;
  entries: number;
}

/** What the peers needed for the same work on the same kind of machine (2 cores): wall seconds. */
const peers: [string, number, number, number][] = [
  ['Miniflux 2.3.4', 25.6, 1.67, 4.4],
  ['FreshRSS', 21.6, 2.4, 4.4],
  ['sfeed (no database)', 6.5, 6.1, 6.3],
];
const targets: [string, number, number, number] = ['target', 5.1, 0.5, 1];

/**
 * The workload that the peers were measured on: 500 feeds of 30 items with 2 KB of HTML, on 500 hosts. A first pass, an
 * unchanged one (all 304), and one in which every tenth feed has three new items; each by `wireroom refresh --all` in a
 * process of its own, over an embedded Postgres. BENCH_FEEDS and BENCH_ROUNDS change the size.
 */
export async function run(): Promise<void> {
  if (process.env.BENCH_FARM) return serveFarm(size);
  const farm = await startFarm();
  try {
    const all: Pass[] = [];
    for (let round = 0; round < rounds; round++) all.push(...(await measureRound(farm)));
    printPasses(all);
    await printStages();
  } finally {
    farm.disconnect();
  }
}

async function startFarm(): Promise<ChildProcess> {
  const script = `import(${JSON.stringify(import.meta.url)}).then((bench) => bench.run())`;
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'wireroom-farm-')), 'farm.mjs');
  writeFileSync(file, script);
  const farm = fork(file, { env: { ...process.env, BENCH_FARM: '1' } });
  await new Promise((resolve, reject) => {
    farm.once('message', resolve);
    farm.once('exit', (code) => reject(new Error(`the farm ended with ${code}`)));
  });
  return farm;
}

function tell(farm: ChildProcess, message: object): Promise<FarmStats> {
  return new Promise((resolve) => {
    farm.once('message', (stats) => resolve(stats as FarmStats));
    farm.send(message);
  });
}

async function measureRound(farm: ChildProcess): Promise<Pass[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-ingest-'));
  chmodSync(folder, 0o755);
  const dataDir = path.join(folder, 'data');
  const quiet = { debug() {}, info() {}, warn: (line: string) => console.warn(line) };
  const server = await ensureEmbedded({ dataDir, projectDir: process.cwd(), log: quiet });
  const db = connectDatabase(server.connection, { max: 2 });
  const env = { DATA_DIR: dataDir, ALLOW_ADDRESSES: '127.0.0.0/8', LOG_LEVEL: 'error' };
  try {
    await migrateToLatest(db);
    await runWireroom(['topic', 'add', 'World News', '--rule', '*'], env);
    const urls = Array.from({ length: size.feeds }, (_, n) => ({ feedUrl: toFeedUrl(n, size.port) }));
    await storeSources(db, urls, new Date());
    const pass = async (name: string): Promise<Pass> => {
      const before = { cpu: readCpuSeconds(server.pid), entries: await countEntries(db) };
      const usage = await runWireroom(['refresh', '--all', '--json'], env);
      const { sources, failed, list } = JSON.parse(usage.stdout) as RefreshSummary;
      if (sources !== size.feeds || failed > 0) {
        const why = list.find(({ outcome }) => outcome === 'failed')?.message;
        throw new Error(`${name}: ${failed} of ${sources} sources failed, such as: ${why}`);
      }
      const entries = (await countEntries(db)) - before.entries;
      return { name, ...usage, postgresCpuSeconds: readCpuSeconds(server.pid) - before.cpu, entries };
    };
    await tell(farm, { stats: true });
    const first = await pass('first');
    const unchanged = await pass('unchanged');
    const { conditional } = await tell(farm, { stats: true });
    if (conditional !== size.feeds)
      throw new Error(`the unchanged pass sent ${conditional} conditional requests`);
    await tell(farm, { grow: { percent: 10, items: 3 } });
    const changed = await pass('a tenth changed');
    return [first, unchanged, changed];
  } finally {
    await db.destroy();
    await server.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

function printPasses(all: Pass[]): void {
  const names = [...new Set(all.map(({ name }) => name))];
  console.log(
    `${size.feeds} feeds of ${size.items} items, ${rounds} rounds, medians; node's start-up is in the wall time`,
  );
  printTable(
    ['pass', 'wall s', 'feeds/s', 'entries/s', 'CPU s node', 'CPU s Postgres', 'peak MB node'],
    names.map((name) => {
      const passes = all.filter((pass) => pass.name === name);
      const median = (pick: (pass: Pass) => number) => toMedian(passes.map(pick));
      const wall = median((p) => p.wallSeconds);
      return [
        name,
        wall.toFixed(2),
        (size.feeds / wall).toFixed(0),
        (median((p) => p.entries) / wall).toFixed(0),
        median((p) => p.cpuSeconds).toFixed(2),
        median((p) => p.postgresCpuSeconds).toFixed(2),
        median((p) => p.peakMegabytes).toFixed(0),
      ];
    }),
  );
  const walls = names.map((name) => toMedian(all.filter((p) => p.name === name).map((p) => p.wallSeconds)));
  console.log('\nWall seconds beside the peers (measured elsewhere on the same kind of machine, 500 feeds):');
  printTable(
    ['', 'first', 'unchanged', 'a tenth changed'],
    [['Wireroom', ...walls.map((wall) => wall.toFixed(2))], ...peers, targets],
  );
}

/** Where the time of a first pass goes: each stage alone, over the same documents, in this process. */
async function printStages(): Promise<void> {
  const fetcher = createFetcher({ userAgent: 'Wireroom-bench', allowAddresses: ['127.0.0.0/8'] });
  const count = Math.min(200, size.feeds);
  const bodies: Uint8Array[] = [];
  const rows: [string, number][] = [];
  const time = async (name: string, work: () => Promise<void>) => {
    const began = process.hrtime.bigint();
    await work();
    rows.push([name, Number(process.hrtime.bigint() - began) / 1e6 / count]);
  };
  await time('fetch (one after the other)', async () => {
    for (let n = 0; n < count; n++) {
      const result = await fetcher.fetch({ url: toFeedUrl(n, size.port) });
      if (result.outcome === 'fetched') bodies.push(result.body);
    }
  });
  await fetcher.close();
  const feeds: Awaited<ReturnType<typeof parseFeed>>[] = [];
  await time('parse', async () => {
    for (const body of bodies) feeds.push(await parseFeed(body, {}));
  });
  await loadLanguageDetector();
  const now = new Date();
  const entries: ReturnType<typeof normaliseFeed>['entries'][] = [];
  await time('normalise', async () => {
    for (const feed of feeds) if (feed.ok) entries.push(normaliseFeed(feed.feed, { now }).entries);
  });
  const identified: ReturnType<typeof identifyEntries>[] = [];
  await time('identify', async () => {
    for (const list of entries) identified.push(identifyEntries(list));
  });
  await timeStore(identified, time);
  console.log('\nWhere the time goes: milliseconds a feed, stage by stage');
  printTable(
    ['stage', 'ms'],
    rows.map(([name, ms]) => [name, ms.toFixed(2)]),
  );
}

async function timeStore(
  identified: ReturnType<typeof identifyEntries>[],
  time: (name: string, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-store-'));
  chmodSync(folder, 0o755);
  const quiet = { debug() {}, info() {}, warn() {} };
  const server = await ensureEmbedded({
    dataDir: path.join(folder, 'data'),
    projectDir: process.cwd(),
    log: quiet,
  });
  const db = connectDatabase(server.connection, { max: 1 });
  try {
    await migrateToLatest(db);
    const sources = await storeSources(
      db,
      identified.map((_, n) => ({ feedUrl: toFeedUrl(n, size.port) })),
      new Date(),
    );
    await time('store (the statement alone)', async () => {
      for (const [n, list] of identified.entries())
        await storeEntries(db, sources[n]?.source.id ?? '', list, new Date());
    });
  } finally {
    await db.destroy();
    await server.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

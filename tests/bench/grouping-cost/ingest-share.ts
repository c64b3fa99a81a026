import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Db } from '../../../db/connect.ts';
import { leaseSources, releaseLeases } from '../../../db/leases.ts';
import { listActiveSourceIds, storeSources } from '../../../db/sources.ts';
import { createTopic } from '../../../db/topics.ts';
import { createFetcher } from '../../../src/fetch/fetch-source.ts';
import { type RefreshContext, refreshSource } from '../../../src/newsroom/refresh-source.ts';
import { createRuleBook } from '../../../src/newsroom/rule-book.ts';
import { createTermBook, type TermBook } from '../../../src/newsroom/term-book.ts';
import { makeTopic } from '../../support/make-topic.ts';
import { withDatabase } from '../support/bench-database.ts';
import { type CpuTime, createCpuClock, toCpuBetween } from '../support/cpu-clock.ts';
import { type FarmSize, serveFarm, toFeedUrl } from '../support/feed-farm.ts';

const size: FarmSize = {
  feeds: Number(process.env.BENCH_FEEDS ?? 500),
  items: 30,
  bytes: 2_048,
  port: 18_089,
};

const worker = 'bench';

export const serveShareFarm = () => serveFarm(size);

/** What a pass over the farm took, and grouping in it, in milliseconds of all sources together. */
export interface IngestShare {
  name: string;
  sources: number;
  entries: number;
  refreshMs: number;
  groupMs: number;
  /** The same on the processors, process by process. */
  refreshCpu: CpuTime;
  groupCpu: CpuTime;
}

/**
 * Refreshes the sources of the farm of tests/bench/ingest.ts, one after the other: all of them for the first time, then
 * again when every tenth has three new items.
 */
export async function measureIngestShares(): Promise<IngestShare[]> {
  const farm = await startFarm();
  try {
    return await withDatabase(1, async ({ db }) => {
      const pass = await preparePasses(db);
      const first = await pass('first');
      await new Promise((resolve) => {
        farm.once('message', resolve);
        farm.send({ grow: { percent: 10, items: 3 } });
      });
      return [first, await pass('a tenth changed')];
    });
  } finally {
    farm.disconnect();
  }
}

async function startFarm(): Promise<ChildProcess> {
  const script = `import(${JSON.stringify(import.meta.url)}).then((bench) => bench.run())`;
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-farm-'));
  writeFileSync(path.join(folder, 'farm.mjs'), script);
  const farm = fork(path.join(folder, 'farm.mjs'), { env: { ...process.env, BENCH_FARM: '1' } });
  await new Promise((resolve, reject) => {
    farm.once('message', resolve);
    farm.once('exit', (code) => reject(new Error(`the farm ended with ${code}`)));
  });
  rmSync(folder, { recursive: true });
  return farm;
}

async function preparePasses(db: Db): Promise<(name: string) => Promise<IngestShare>> {
  const startAt = new Date();
  await createTopic(db, makeTopic('world-news'), startAt);
  const urls = Array.from({ length: size.feeds }, (_, n) => ({ feedUrl: toFeedUrl(n, size.port) }));
  await storeSources(db, urls, startAt);
  const terms = createTermBook();
  const readCpu = await createCpuClock(db);
  return async (name) => {
    const sourceIds = await listActiveSourceIds(db);
    const now = new Date();
    const lease = { worker, limit: size.feeds, perHost: 2, leaseSeconds: 3_600, now, sourceIds };
    const sources = await leaseSources(db, lease);
    const share: IngestShare = {
      name,
      sources: sources.length,
      entries: 0,
      refreshMs: 0,
      groupMs: 0,
      refreshCpu: { node: 0, postgres: 0 },
      groupCpu: { node: 0, postgres: 0 },
    };
    const fetcher = createFetcher({ userAgent: 'Wireroom-bench', allowAddresses: ['127.0.0.0/8'] });
    const context = watchGrouping(createContext(db, fetcher.fetch, terms), readCpu, share);
    for (const source of sources) {
      const began = { wall: performance.now(), cpu: readCpu() };
      const { outcome, message, entries } = await refreshSource(context, source);
      share.refreshMs += performance.now() - began.wall;
      addCpu(share.refreshCpu, toCpuBetween(began.cpu, readCpu()));
      if (outcome === 'failed') throw new Error(`${source.feedUrl}: ${message}`);
      share.entries += entries.new;
    }
    await fetcher.close();
    await releaseLeases(db, worker);
    if (share.groupMs === 0) throw new Error('grouping was not seen');
    return share;
  };
}

function createContext(db: Db, fetch: RefreshContext['fetch'], terms: TermBook): RefreshContext {
  return {
    db,
    fetch,
    rules: createRuleBook(),
    terms,
    groupHours: 72,
    worker,
    refreshSeconds: 900,
    inTurn: (work) => work(),
    now: () => new Date(),
    log: { error: (fields, sentence) => console.error(sentence, fields) },
  };
}

/**
 * The context as refreshSource uses it, watched: grouping asks for its hours first of all, and when it has ended the
 * rules are read.
 */
function watchGrouping(context: RefreshContext, readCpu: () => CpuTime, share: IngestShare): RefreshContext {
  let began = { wall: 0, cpu: readCpu() };
  return {
    ...context,
    get groupHours() {
      began = { wall: performance.now(), cpu: readCpu() };
      return context.groupHours;
    },
    rules: {
      ...context.rules,
      read(db: Db) {
        share.groupMs += performance.now() - began.wall;
        addCpu(share.groupCpu, toCpuBetween(began.cpu, readCpu()));
        return context.rules.read(db);
      },
    },
  };
}

function addCpu(sum: CpuTime, cpu: CpuTime): void {
  sum.node += cpu.node;
  sum.postgres += cpu.postgres;
}

import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { countQueue, listQueue, type QueueQuery } from '../../db/queue.ts';
import { findTopicBySlug } from '../../db/topics.ts';
import { findPreview } from '../../src/newsroom/desk-queue.ts';
import { fillDesk } from './desk/fill-desk.ts';
import { listMeasuredOverHttp, type Measured } from './desk/measure-http.ts';
import { keyRounds, measureKeys } from './desk/measure-keys.ts';
import { type BenchDatabase, withDatabase } from './support/bench-database.ts';
import { printTable, toMedian } from './support/table.ts';

const entries = Number(process.env.BENCH_ENTRIES ?? 1_000_000);
const candidates = Number(process.env.BENCH_CANDIDATES ?? 10_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 100);
const pageSize = 50;
const now = new Date('2026-11-24T12:00:00Z');
/** What p95 is to stay below, in milliseconds; a search may have to read the texts of every candidate. */
const target = { read: 100, search: 250 };

/**
 * What an editor waits for at a desk of 10,000 candidates among 1,000,000 stored entries (BENCH_CANDIDATES, BENCH_ENTRIES
 * and BENCH_ROUNDS: others): reading the queue in every way, its page over HTTP, from a decision to the changed
 * document, and in a browser from a key to the frame that shows what it did.
 */
export async function run(): Promise<void> {
  await withDatabase(4, async (database) => {
    const began = performance.now();
    await fillDesk(database.db, { entries, candidates }, now);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.log(
      `${entries.toLocaleString('en')} entries and ${candidates.toLocaleString('en')} candidates a topic, filled in ${seconds} s`,
    );
    const overHttp = await listMeasuredOverHttp(database);
    const all = [...(await listMeasured(database)), ...overHttp.measured];
    for (const one of all) await measure(one);
    await overHttp.stop();
    print(all, rounds);
    const keys = await measureKeys(database);
    if (keys.length > 0) print(keys, keyRounds);
  });
  const [, load = 0] = loadavg();
  if (load > 1.5 * availableParallelism()) console.log(`\nThe machine was busy (load ${load.toFixed(1)}).`);
}

async function listMeasured({ db }: BenchDatabase): Promise<Measured[]> {
  const topic = await findTopicBySlug(db, 'desk-1');
  if (!topic) throw new Error('there is no topic to measure');
  const query = { topicId: topic.id, states: ['candidate'], limit: pageSize } satisfies Partial<QueueQuery>;
  const first = await listQueue(db, { ...query, order: 'newest' });
  const list = (name: string, targetMs: number, change: Pick<QueueQuery, 'order' | 'search' | 'after'>) => ({
    name: `queue, ${name}`,
    targetMs,
    took: [],
    work: () => listQueue(db, { ...query, ...change }),
  });
  const storyId = first.rows[0]?.story.id ?? '';
  return [
    list('newest', target.read, { order: 'newest' }),
    list('newest, second page', target.read, { order: 'newest', after: first.next }),
    list('strongest', target.read, { order: 'strongest' }),
    list('strongest, among the weak', target.read, { order: 'strongest', after: `s1.9999999999999999.1` }),
    list('search for a common word', target.read, { order: 'newest', search: 'zurich' }),
    list('search for what is nowhere', target.search, { order: 'newest', search: 'nowhere to be found' }),
    list('strongest, search', target.search, { order: 'strongest', search: 'cafe vaccine' }),
    { name: 'counts of all queues', targetMs: target.read, took: [], work: () => countQueue(db) },
    {
      name: 'preview of a story',
      targetMs: target.read,
      took: [],
      work: () => findPreview(db, topic.id, storyId),
    },
  ];
}

/** Some rounds first, in which Postgres and the process get used to the work. */
async function measure({ work, took }: Measured): Promise<void> {
  for (let round = -10; round < rounds; round++) {
    const began = performance.now();
    await work();
    if (round >= 0) took.push(performance.now() - began);
  }
}

function toPercentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function print(all: Omit<Measured, 'work'>[], times: number): void {
  console.log(`\nMilliseconds, ${times} times each`);
  printTable(
    ['', 'median', 'p95', 'p99', 'target for p95'],
    all.map(({ name, took, targetMs }) => [
      name,
      ...[toMedian(took), toPercentile(took, 0.95), toPercentile(took, 0.99)].map((ms) => ms.toFixed(1)),
      `< ${targetMs}`,
    ]),
  );
  for (const { name, took, targetMs } of all) {
    if (toPercentile(took, 0.95) < targetMs) continue;
    console.error(`Missed: ${name} takes ${toPercentile(took, 0.95).toFixed(0)} ms.`);
    process.exitCode = 1;
  }
}

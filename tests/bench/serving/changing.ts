import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import autocannon from 'autocannon';
import { connectDatabase, type DatabaseAddress } from '../../../db/connect.ts';
import { listenTo } from '../../../db/listen.ts';
import { migrateToLatest } from '../../../db/migrate.ts';
import { cachePublications } from '../../../db/publication-cache.ts';
import { storePublications } from '../../../db/publications.ts';
import { createTopic } from '../../../db/topics.ts';
import { createApp } from '../../../src/http/app.tsx';
import { createReaderNotes } from '../../../src/newsroom/reader-notes.ts';
import { deskless } from '../../http/test-app.ts';
import { makeTopic } from '../../support/make-topic.ts';
import { withServer } from '../support/bench-database.ts';
import { printTable } from '../support/table.ts';
import { makeSummaries } from './documents.ts';
import { forkServer } from './servers.ts';

const topics = Number(process.env.BENCH_TOPICS ?? 500);
const perSecond = 2_000;
const port = 18_095;
const changeMs = 500;

/** 500 topics whose documents change twice a second, in turn, while pollers ask for all of them, each by the tag it got first. */
export async function measureChanging(entry: string, seconds: number): Promise<void> {
  await withServer(async (address) => {
    const db = connectDatabase(address, { max: 4 });
    await migrateToLatest(db);
    const ids = new Map<string, string>();
    for (let n = 0; n < topics; n++) {
      const slug = `topic-${n}`;
      ids.set(slug, (await createTopic(db, makeTopic(slug), new Date())).id);
      await storePublications(db, slug, [makeSummaries(ids.get(slug) ?? '', slug, 0)]);
    }
    const child = await forkServer(entry, 'changing', { BENCH_ADDRESS: JSON.stringify(address) });
    const told = new Promise<Record<string, number>>((resolve) =>
      child.once('message', (m) => resolve(m as Record<string, number>)),
    );
    // Made beforehand: what measures should not be busy with it.
    const editions = Array.from({ length: Math.ceil((seconds * 1_000) / changeMs) + 1 }, (_, n) => {
      const slug = `topic-${n % topics}`;
      return { slug, publication: makeSummaries(ids.get(slug) ?? '', slug, n + 1) };
    });
    const timer = setInterval(() => {
      const next = editions.shift();
      if (next) void storePublications(db, next.slug, [next.publication]);
    }, changeMs);
    const result = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections: 32,
      duration: seconds,
      overallRate: perSecond,
      requests: [...ids.keys()].map((slug, n) => ({
        path: `/topics/${slug}.rss`,
        // Every other one holds nothing yet.
        headers: { 'accept-encoding': 'gzip', ...(n % 2 ? { 'if-none-match': `"${slug}-0-gzip"` } : {}) },
      })),
    });
    clearInterval(timer);
    child.send('memory');
    const { rss = 0 } = await told;
    child.disconnect();
    await db.destroy();
    console.log(
      `\n${topics} topics, a document changed every ${changeMs} ms, ${perSecond} requests/s for ${seconds} s, half of them conditional`,
    );
    const { p50, p99, max } = result.latency;
    printTable(
      ['answers', 'failed', 'p50 ms', 'p99 ms', 'slowest ms', 'memory MB'],
      [
        [
          result.requests.total,
          result.errors + result['4xx'] + result['5xx'],
          p50,
          p99,
          max,
          (rss / 1e6).toFixed(0),
        ],
      ],
    );
  });
}

/** What the forked process does: the web server as main.ts puts it together, with documents out of Postgres. */
export async function serveChanging(): Promise<void> {
  const address = JSON.parse(process.env.BENCH_ADDRESS ?? '') as DatabaseAddress;
  const log = { info() {}, warn() {}, error() {} };
  const db = connectDatabase(address);
  const listener = listenTo(address, log);
  const publications = cachePublications(db, listener);
  const app = createApp({
    db,
    findPublication: publications.find,
    getAge: publications.getAge,
    readers: createReaderNotes({ db, log, now: () => new Date() }),
    siteName: 'Bench',
    publicUrl: `http://127.0.0.1:${port}`,
    now: () => new Date(),
    log,
    ...deskless(),
    version: '0',
  });
  const { signal: stopping } = new AbortController();
  const answer = getRequestListener((request, { incoming }) => app.fetch(request, { incoming, stopping }));
  await new Promise<void>((resolve) => createServer(answer).listen(port, '127.0.0.1', resolve));
  process.on('message', () => process.send?.({ rss: process.memoryUsage().rss }));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

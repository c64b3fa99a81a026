import { fork } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../db/connect.ts';
import { connectDatabase } from '../../db/connect.ts';
import { listenTo } from '../../db/listen.ts';
import { migrateToLatest } from '../../db/migrate.ts';
import { storePublicUrl } from '../../db/site.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { createTopic } from '../../db/topics.ts';
import { hubChannel } from '../../db/websub-hub.ts';
import { createBell } from '../../jobs/bell.ts';
import { createHubEar } from '../../jobs/hub-ear.ts';
import type { JobContext } from '../../jobs/job.ts';
import { schedule, startJobs } from '../../jobs/schedule.ts';
import { createSender } from '../../src/fetch/post.ts';
import type { Topic } from '../../src/model/topic.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { seedSource, seedStory } from '../http/seed.ts';
import { makeTopic } from '../support/make-topic.ts';
import { withServer } from './support/bench-database.ts';
import { printTable, toMedian } from './support/table.ts';

const subscribers = Number(process.env.BENCH_SUBSCRIBERS ?? 1_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const publicUrl = 'https://wire.example';
const targetMs = 5_000;
const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => console.error(fields) };

/** How many of each kind there are: a tenth is dead (refuses connections) or slow (never answers). */
const counts = { live: Math.round(subscribers * 0.9), dead: Math.round(subscribers * 0.05), slow: 0 };
counts.slow = subscribers - counts.live - counts.dead;

/**
 * From the commit of a changed document (50 items) to its arrival at 1,000 subscribers on loopback
 * (BENCH_SUBSCRIBERS, BENCH_ROUNDS: others), a tenth of them dead or slow, all with secrets. The subscribers live in a
 * process of their own; the worker runs its jobs as the product does, and is woken by NOTIFY.
 */
export async function run(): Promise<void> {
  if (process.env.BENCH_ROLE === 'subscribers') return serveSubscribers();
  const others = await startSubscribers();
  await withServer(async (connection) => {
    const db = connectDatabase(connection, { max: 10 });
    try {
      await migrateToLatest(db);
      const topic = await fill(db, others.ports);
      const work = await startWorker(db, connection);
      const rows = [];
      for (let round = 1; round <= rounds; round++) rows.push(await measure(db, topic, others, round));
      await work.stop();
      print(rows);
    } finally {
      await db.destroy();
      others.stop();
    }
  });
}

interface Round {
  round: number;
  kilobytes: number;
  arrived: number[];
  cpuMs: number;
}

async function measure(db: Db, topic: Topic, others: Others, round: number): Promise<Round> {
  await change(db, topic, round);
  const cpu = process.cpuUsage();
  const at = Date.now();
  others.forget();
  const began = Date.now();
  await publishChangedTopics({ db, publicUrl, now: () => new Date(), log });
  const published = Date.now() - began;
  while (others.arrivals.length < counts.live && Date.now() - at < 30_000) await sleep(5);
  const { user, system } = process.cpuUsage(cpu);
  const arrived = others.arrivals.map((moment) => moment - at - published);
  const row = await db
    .selectFrom('publications')
    .select('body')
    .where('format', '=', 'atom')
    .executeTakeFirst();
  // Slow ones end, and the next round finds the worker at rest.
  await sleep(11_000);
  return { round, kilobytes: (row?.body.length ?? 0) / 1_000, arrived, cpuMs: (user + system) / 1_000 };
}

function print(rows: Round[]): void {
  const { live, dead, slow } = counts;
  console.log(
    `${live} live subscribers, ${dead} that refuse connections, ${slow} that never answer; a document of ${rows[0]?.kilobytes.toFixed(0)} kB; times from the commit`,
  );
  printTable(
    [
      'round',
      'arrived',
      'median ms',
      'p95 ms',
      'max ms',
      'CPU ms of the worker',
      `all within ${targetMs} ms`,
    ],
    rows.map(({ round, arrived, cpuMs }) => {
      const sorted = [...arrived].sort((a, b) => a - b);
      const most = sorted.at(-1) ?? Number.NaN;
      const isMet = sorted.length === live && most <= targetMs;
      const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
      return [round, sorted.length, toMedian(sorted), p95, most, cpuMs.toFixed(0), isMet ? 'yes' : 'NO'];
    }),
  );
  const [, load = 0] = loadavg();
  if (load > 1.5 * availableParallelism()) console.log(`\nThe machine was busy (load ${load.toFixed(1)}).`);
}

async function fill(db: Db, ports: Ports): Promise<Topic> {
  const now = new Date();
  await storePublicUrl(db, publicUrl);
  const topic = await createTopic(db, makeTopic('world'), now);
  for (let n = 0; n < 50; n++) await addStory(db, topic, `Story ${n} of those that were there before`);
  await publishChangedTopics({ db, publicUrl, now: () => now, log });
  const rows = (['live', 'dead', 'slow'] as const).flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, n) => ({
      key: Buffer.from(`${kind} ${n}`),
      callback_url: `http://127.0.0.1:${ports[kind]}/${kind}/${n}`,
      // As in life: each on a host of its own.
      callback_site: `${kind}${n}.example`,
      topic_url: `${publicUrl}/topics/world.atom`,
      topic_id: topic.id,
      format: 'atom' as const,
      secret: `secret of ${kind} ${n}`,
      expires_at: new Date(now.getTime() + 86_400_000),
      created_at: now,
    })),
  );
  // Mixed, so that the dead and slow ones come among the others.
  await db
    .insertInto('subscriptions')
    .values(rows.sort((a, b) => a.key.compare(b.key) * (a.key.length % 2 ? 1 : -1)))
    .execute();
  return topic;
}

async function change(db: Db, topic: Topic, round: number): Promise<void> {
  await addStory(db, topic, `Story of the round ${round}`);
  // Whoever failed before is asked at once, so that all rounds are alike.
  await db.deleteFrom('deliveries').execute();
  await db.updateTable('subscriptions').set({ failing_since: null }).execute();
  await markTopicsChanged(db, [topic.id]);
}

async function addStory(db: Db, topic: Topic, title: string): Promise<void> {
  const source = await seedSource(db, {
    feedUrl: 'https://paper.example/feed',
    title: 'The Paper',
    policy: 'full',
  });
  const contentHtml = `<p>${`${title}, told at length. `.repeat(60)}</p>`;
  await seedStory(db, [topic], [{ source, entry: { title, contentHtml, publishedAt: new Date() } }]);
}

async function startWorker(db: Db, connection: Parameters<typeof listenTo>[0]) {
  const sender = createSender({ userAgent: 'Wireroom-bench', allowAddresses: ['127.0.0.0/8'] });
  const context = {
    db,
    send: sender.send,
    now: () => new Date(),
    worker: 'bench',
    publicUrl,
    log,
    hubBells: { deliver: createBell(), verify: createBell() },
  } as unknown as JobContext;
  const names = new Set(['deliver-updates', 'verify-subscriptions', 'announce-updates']);
  const jobs = startJobs(
    context,
    schedule.filter(({ name }) => names.has(name)),
  );
  const listener = listenTo(connection, log);
  listener.hearChannel(hubChannel, createHubEar(context.hubBells, jobs.wake));
  return {
    async stop() {
      await listener.close();
      await jobs.stop();
      await sender.close();
    },
  };
}

type Ports = Record<'live' | 'dead' | 'slow', number>;
interface Others {
  ports: Ports;
  /** When the live ones had the document, in milliseconds since 1970. */
  arrivals: number[];
  forget(): void;
  stop(): void;
}

async function startSubscribers(): Promise<Others> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'wireroom-websub-')), 'subscribers.mjs');
  writeFileSync(file, `import(${JSON.stringify(import.meta.url)}).then((bench) => bench.run())`);
  const child = fork(file, { env: { ...process.env, BENCH_ROLE: 'subscribers' } });
  const arrivals: number[] = [];
  const ports = await new Promise<Ports>((resolve, reject) => {
    child.on('message', (told: Ports | number[]) => {
      if (Array.isArray(told)) arrivals.push(...told);
      else resolve(told);
    });
    child.once('exit', (code) => reject(new Error(`the subscribers ended with ${code}`)));
  });
  return {
    ports,
    arrivals,
    forget() {
      arrivals.length = 0;
    },
    stop: () => child.disconnect(),
  };
}

async function serveSubscribers(): Promise<void> {
  let arrived: number[] = [];
  const live = await listen((request, response) => {
    request
      .on('data', () => undefined)
      .on('end', () => {
        arrived.push(Date.now());
        response.writeHead(204).end();
      });
  });
  const slow = await listen(() => undefined);
  const dead = await listen(() => undefined);
  dead.server.close();
  setInterval(() => {
    if (arrived.length > 0) process.send?.(arrived);
    arrived = [];
  }, 20);
  process.on('disconnect', () => process.exit(0));
  process.send?.({ live: live.port, slow: slow.port, dead: dead.port });
}

async function listen(handler: Parameters<typeof createServer>[1]) {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

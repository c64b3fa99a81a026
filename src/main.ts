import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { connectDatabase, type DatabaseAddress, type Db } from '../db/connect.ts';
import { defaultDataDir } from '../db/embedded.ts';
import { keepEmbedded } from '../db/keep-embedded.ts';
import { listenTo } from '../db/listen.ts';
import { migrateToLatest } from '../db/migrate.ts';
import { hubChannel } from '../db/websub-hub.ts';
import { createBell } from '../jobs/bell.ts';
import { releaseUpdates } from '../jobs/deliver-updates.ts';
import { createHubEar } from '../jobs/hub-ear.ts';
import type { JobContext } from '../jobs/job.ts';
import { releaseSources } from '../jobs/refresh-sources.ts';
import { startJobs } from '../jobs/schedule.ts';
import { releaseVerifications } from '../jobs/verify-subscriptions.ts';
import { createWorkerName, releaseDeadLeases } from '../jobs/worker-name.ts';
import type { Config } from './config.ts';
import { createFetcher } from './fetch/fetch-source.ts';
import { createSender } from './fetch/post.ts';
import type { Log } from './log.ts';
import { createRuleBook } from './newsroom/rule-book.ts';
import { createTermBook } from './newsroom/term-book.ts';

const projectDir = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The version in package.json. */
export const version: string = JSON.parse(
  readFileSync(path.join(projectDir, 'package.json'), 'utf8'),
).version;

/** The database, open and migrated. */
export interface OpenDatabase {
  db: Db;
  address: DatabaseAddress;
  /** Where it is, for a person. */
  place: string;
  migrated: string[];
  close(): Promise<void>;
}

/**
 * Opens DATABASE_URL, else the embedded server (which it starts unless another Wireroom process runs it), and migrates.
 * Throws AppError `database-unavailable` or `embedded-postgres`.
 */
export async function openDatabase(config: Config, log: Log): Promise<OpenDatabase> {
  const embedded = config.DATABASE_URL ? undefined : await startEmbedded(config, log);
  const address = embedded?.connection ?? { url: config.DATABASE_URL ?? '' };
  const db = connectDatabase(address, {
    onIdleError: (error) =>
      log.warn({ err: error }, 'The database closed a connection; a new one is opened when needed.'),
  });
  const close = async () => {
    await db.destroy();
    await embedded?.release();
  };
  try {
    const migrated = await migrateToLatest(db);
    const place = embedded
      ? `embedded Postgres in ${embedded.dataDir}`
      : hidePassword(config.DATABASE_URL ?? '');
    return { db, address, place, migrated, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startEmbedded(config: Config, log: Log): ReturnType<typeof keepEmbedded> {
  const account = config.POSTGRES_ACCOUNT;
  const told = {
    debug: (sentence: string) => log.debug({}, sentence),
    info: (sentence: string) => log.info({}, sentence),
    warn: (sentence: string) => log.warn({}, sentence),
  };
  const dataDir = config.DATA_DIR
    ? path.resolve(config.DATA_DIR)
    : defaultDataDir(projectDir, { account, log: told });
  return keepEmbedded({ dataDir, projectDir, account, log: told });
}

function hidePassword(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password) parsed.password = '***';
    return parsed.href;
  } catch {
    return 'DATABASE_URL';
  }
}

/** The user agent that publishers see: name, version and an address that says who asks. */
export function toUserAgent(config: Config): string {
  return (
    config.USER_AGENT ??
    `Wireroom/${version} (+${config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`})`
  );
}

/** How long publishers may take to answer when we are told to stop. */
const patienceMs = 5_000;

/** Documents parsed and stored at a time: one in the parser, the others with the database. */
const documentsAtOnce = 4;

/** What jobs and one-shot refreshes run with. `close` ends its connections to publishers. */
export function createJobContext(
  config: Config,
  { db }: Pick<OpenDatabase, 'db'>,
  log: Log,
  signal?: AbortSignal,
): JobContext & { close(): Promise<void> } {
  const access = { userAgent: toUserAgent(config), allowAddresses: config.ALLOW_ADDRESSES };
  const fetcher = createFetcher(access);
  const sender = createSender(access);
  const patience = new AbortController();
  // One for all fetches: as many listen as are in hand.
  setMaxListeners(0, patience.signal);
  signal?.addEventListener('abort', () => setTimeout(() => patience.abort(), patienceMs).unref());
  return {
    db,
    log,
    signal,
    fetch: (request) => fetcher.fetch({ ...request, signal: patience.signal }),
    send: (request) => sender.send({ ...request, signal: patience.signal }),
    hubBells: { deliver: createBell(), verify: createBell() },
    rules: createRuleBook(),
    terms: createTermBook(),
    groupHours: config.GROUP_HOURS,
    worker: createWorkerName(),
    refreshSeconds: config.REFRESH_SECONDS,
    concurrency: config.FETCH_CONCURRENCY,
    perHost: config.FETCH_PER_HOST,
    publicUrl: config.PUBLIC_URL,
    keepDays: config.KEEP_DAYS,
    inTurn: pLimit(documentsAtOnce),
    now: () => new Date(),
    async close() {
      await fetcher.close();
      await sender.close();
    },
  };
}

/** Runs the jobs until `stop`, which finishes what is in hand and gives the rest back. */
export async function startWork(
  config: Config,
  database: OpenDatabase,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const context = createJobContext(config, database, log, stopping.signal);
  await releaseDeadLeases(context.db, context.worker);
  const jobs = startJobs(context);
  const listener = listenTo(database.address, log);
  listener.hearChannel(hubChannel, createHubEar(context.hubBells, jobs.wake));
  return {
    async stop() {
      stopping.abort();
      await listener.close();
      await jobs.stop();
      await releaseSources(context);
      await releaseUpdates(context);
      await releaseVerifications(context);
      await context.close();
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseName, type Layout } from './data-dir.ts';
import { findServer, findStatus } from './lock-file.ts';
import { toPostgresError } from './postgres-error.ts';
import { hasCode, isRead } from './presence.ts';

/** How the wait for a server ended: it answers; nobody watches it (any more); or the time was over. */
export type Answer = 'answers' | 'unwatched' | 'silent';

/**
 * Waits until the server takes connections to our database, making the database when it isn't there.
 * A server that is still recovering may take longer.
 */
export async function awaitServer(options: {
  layout: Layout;
  socketDir: string;
  /** How long it may refuse or not be there. */
  patienceMs: number;
  /** How long it may say that it recovers. */
  recoveryPatienceMs: number;
  /** Tells that the server that we have started has ended. */
  hasEnded?: () => boolean;
  signal?: AbortSignal;
}): Promise<Answer> {
  const began = Date.now();
  let pause = 4;
  for (;;) {
    options.signal?.throwIfAborted();
    const outcome = await tryServer(options.layout, options.socketDir);
    // A server whose watchdog has let go of the FIFO is being stopped, though it may have answered.
    if (options.hasEnded?.() || !isRead(options.layout.usersFifo)) return 'unwatched';
    if (outcome === 'connected') return 'answers';
    if (outcome === 'no-database') {
      await createDatabase(options.socketDir);
      continue;
    }
    const limit = outcome === 'recovering' ? options.recoveryPatienceMs : options.patienceMs;
    if (Date.now() - began > limit) return 'silent';
    await sleep(pause, undefined, { signal: options.signal });
    pause = Math.min(pause * 1.5, 100);
  }
}

type Outcome = 'connected' | 'no-database' | 'recovering' | 'refused';

/** Goes by the lock file first: asking a socket that isn't ready would fill the log with refusals. */
async function tryServer(layout: Layout, socketDir: string): Promise<Outcome> {
  const status = findStatus(layout);
  if (status === 'ready') return tryConnect(socketDir, databaseName);
  return status === 'starting' && findServer(layout) !== undefined ? 'recovering' : 'refused';
}

async function tryConnect(socketDir: string, database: string): Promise<Outcome> {
  const client = toClient(socketDir, database);
  try {
    await client.connect();
    return 'connected';
  } catch (error) {
    if (hasCode(error, '3D000')) return 'no-database';
    if (hasCode(error, '57P03')) return 'recovering';
    if (hasCode(error, '53300')) return 'connected';
    return 'refused';
  } finally {
    await client.end().catch(() => {});
  }
}

function toClient(socketDir: string, database: string): pg.Client {
  const client = new pg.Client({
    host: socketDir,
    port: 5432,
    user: databaseName,
    database,
    application_name: 'wireroom-supervisor',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {});
  return client;
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = toClient(socketDir, 'postgres');
  try {
    await client.connect();
    await client.query(`create database ${databaseName}`);
  } catch (error) {
    // Duplicate: another user of the server was faster. Others (57P0x) show themselves in the next round.
    const isDuplicate = hasCode(error, '42P04', '23505');
    const isEnding = hasCode(error, '57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'ENOENT');
    if (isDuplicate || isEnding) return;
    throw toPostgresError('Postgres could not make our database', socketDir, String(error));
  } finally {
    await client.end().catch(() => {});
  }
}

/** How many other processes are connected to the server; 0 when it doesn't answer. */
export async function countOthers(socketDir: string): Promise<number> {
  const client = toClient(socketDir, databaseName);
  try {
    await client.connect();
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()
         and application_name <> 'wireroom-supervisor'`,
    );
    return rows[0]?.count ?? 0;
  } catch {
    return 0;
  } finally {
    await client.end().catch(() => {});
  }
}

import { closeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canEnter, getAccount } from './embedded/account.ts';
import { countOthers } from './embedded/answer.ts';
import { refuseForeignPlatform } from './embedded/binaries.ts';
import { databaseName, prepareDataDir, toHash, toLayout, toSocketDir } from './embedded/data-dir.ts';
import { findPostmaster, findServer } from './embedded/lock-file.ts';
import { toPostgresError } from './embedded/postgres-error.ts';
import { isRead } from './embedded/presence.ts';
import { type Context, type EmbeddedLog, joinServer, startServer } from './embedded/start.ts';

/** A share in the Postgres of a data directory. */
export interface EmbeddedPostgres {
  /** Settings for pg: `host` is the folder of a private Unix socket. */
  connection: { host: string; port: number; user: string; database: string };
  dataDir: string;
  /** Process id of the server. */
  pid: number;
  /** Whether the server is there and watched over, as far as the system tells at once. */
  isAlive(): boolean;
  /**
   * Lets go of the server, which stops when its last user has let go. Resolves when it has stopped, or at once
   * when others use it. Close the connections first. May be called repeatedly.
   */
  release(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Made when it is missing; processes that name the same one share a server. */
  dataDir: string;
  /** The folder whose node_modules holds the binaries. */
  projectDir: string;
  /** Who the server runs as when we are root; else the owner of the data, else `nobody`. */
  account?: string;
  /** Where it tells what it does. */
  log: EmbeddedLog;
  /** Gives up waiting; rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Joins the Postgres server of the data directory, or starts it, making the directory and the database first.
 * The server runs until every process that joined it has released it or has died. When the server itself has
 * died (`isAlive` says so), call it again and release the old share.
 *
 * Throws AppError `embedded-postgres`, with a sentence on what to do, when there can be none.
 */
export async function ensureEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  refuseForeignPlatform();
  try {
    return await ensureShare(options);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw toPostgresError('Postgres could not be started', options.dataDir, error.message);
  }
}

async function ensureShare(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const account = getAccount({ wanted: options.account, pgDir: join(options.dataDir, 'pg') });
  const layout = toLayout(prepareDataDir(options.dataDir, account));
  const socketDir = toSocketDir(layout, account);
  const { projectDir, log, signal } = options;
  const context: Context = { projectDir, log, signal, layout, account, socketDir };
  for (;;) {
    const writeEnd = (await joinServer(context, 3000)) ?? (await startServer(context));
    const pid = findPostmaster(layout);
    if (pid !== undefined) return toShare(context, writeEnd, pid);
    closeSync(writeEnd);
  }
}

/**
 * Where the data go when nobody says: `data` in the project; for root, where that folder is closed to the
 * account that Postgres has to run as, a folder of the project's own below /var/lib/wireroom.
 */
export function defaultDataDir(
  projectDir: string,
  options: { account?: string; log?: Pick<EmbeddedLog, 'info'> } = {},
): string {
  const usual = resolve(projectDir, 'data');
  const account = getAccount({ wanted: options.account, pgDir: join(usual, 'pg') });
  if (!account.stepsDown || canEnter(account, usual)) return usual;
  const elsewhere = join('/var/lib/wireroom', toHash(resolve(projectDir)));
  options.log?.info(
    `The account "${account.name}", which Postgres runs as, cannot enter ${usual}; the data are in ${elsewhere}.`,
  );
  return elsewhere;
}

function toShare(context: Context, writeEnd: number, pid: number): EmbeddedPostgres {
  const { layout, socketDir } = context;
  let released: Promise<void> | undefined;
  return {
    connection: { host: socketDir, port: 5432, user: databaseName, database: databaseName },
    dataDir: layout.dataDir,
    pid,
    isAlive: () => isRead(layout.usersFifo) && findServer(layout) === pid,
    release() {
      released ??= release(context, writeEnd, pid);
      return released;
    },
  };
}

async function release({ layout, socketDir }: Context, writeEnd: number, pid: number): Promise<void> {
  const others = await countOthers(socketDir);
  closeSync(writeEnd);
  if (others > 0) return;
  const began = Date.now();
  while (findServer(layout) === pid && Date.now() - began < 10_000) {
    // The watchdog lets go of the FIFO when nobody is left; if it doesn't soon, somebody idle is.
    if (Date.now() - began > 300 && isRead(layout.usersFifo)) return;
    await sleep(10);
  }
}

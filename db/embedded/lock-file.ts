import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import type { Layout } from './data-dir.ts';
import { giveToOwnerOfParent, hasCode } from './presence.ts';
import { findProcess } from './process.ts';

/** The process id in the lock file of Postgres, dead or alive; undefined when there is none. */
export function findPostmaster(layout: Layout): number | undefined {
  const pid = Number(readLock(layout).split('\n', 1)[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** The text of the lock file; '' when there is none. */
function readLock(layout: Layout): string {
  try {
    return readFileSync(join(layout.pgDir, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

/**
 * Ends a server that nobody watches (its watchdog was killed), waits for one that is on its way out, and makes
 * a lock that a dead server left behind harmless. Call it under the start lock, when the users' FIFO has no
 * reader.
 */
export async function clearAway(
  layout: Layout,
  socketDir: string,
  log: { warn(message: string): void },
): Promise<void> {
  const began = Date.now();
  let sent = 0;
  for (;;) {
    const pid = findServer(layout);
    if (pid === undefined) break;
    const waited = Date.now() - began;
    if (waited > 30_000) {
      throw new AppError(
        'embedded-postgres',
        `The Postgres of ${layout.dataDir} (process ${pid}) has no user any more but does not end. ` +
          `End it (kill -QUIT ${pid}), then start again.`,
      );
    }
    // The first second belongs to a server that its watchdog has told to stop already.
    const due = waited > 15_000 ? 2 : waited > 500 ? 1 : 0;
    if (due > sent) {
      log.warn(`Stopping a Postgres that nobody uses any more (process ${pid}).`);
      signalServer(pid, due === 2 ? 'SIGQUIT' : 'SIGINT');
      sent = due;
    }
    await sleep(20);
  }
  for (const lock of [join(layout.pgDir, 'postmaster.pid'), join(socketDir, '.s.PGSQL.5432.lock')]) {
    defuseLock(lock);
  }
}

/** What the server says of itself in its lock file: `starting`, `ready`, `stopping`…; undefined when there is none. */
export function findStatus(layout: Layout): string | undefined {
  return readLock(layout).split('\n')[7]?.trim();
}

/** The process id of the living server of the data directory, whoever watches it; undefined when none runs. */
export function findServer(layout: Layout): number | undefined {
  const pid = findPostmaster(layout);
  const state = pid === undefined ? undefined : findProcess(pid);
  if (state === undefined || state.isZombie) return undefined;
  return state.command.includes(`postgres -D ${layout.pgDir} -c`) ? pid : undefined;
}

function signalServer(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/**
 * Postgres takes a lock for held as long as any process of the account has the pid in it: after a crash that
 * may be a stranger, even ourselves, or a zombie. A pid that no system gives out lets it judge by the rest
 * (the shared memory named in the file) whether something of the old server is still about. An empty lock,
 * which a power failure can leave, would be refused forever.
 */
function defuseLock(path: string): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (text.trim() === '') {
    rmSync(path, { force: true });
    return;
  }
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text.replace(/^-?\d+/, '99999999'), { flag: 'wx', mode: 0o600 });
  giveToOwnerOfParent(draft);
  renameSync(draft, path);
}

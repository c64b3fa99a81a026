import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Db } from '../db/connect.ts';
import { listLeaseHolders, releaseLeases } from '../db/leases.ts';

/** Unique per process, and tells where it runs: `<host>/<pid>/<random>`. */
export function createWorkerName(): string {
  return `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
}

/**
 * Gives back the leases of workers of this machine that died without doing so (kill -9), so that their sources need not
 * wait until the leases expire. A name with our own pid that isn't ours is of an earlier process.
 */
export async function releaseDeadLeases(db: Db, worker: string): Promise<void> {
  for (const holder of await listLeaseHolders(db)) {
    const [host, pid] = holder.split('/');
    if (holder === worker || host !== hostname()) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) await releaseLeases(db, holder);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Db } from '../db/connect.ts';
import { listLeaseHolders, releaseLeases } from '../db/leases.ts';

/** Unique per process, and tells where it runs: `<host>/<its table of processes>/<pid>/<random>`. */
export function createWorkerName(): string {
  return `${toPlace()}/${process.pid}/${randomUUID().slice(0, 8)}`;
}

/** Containers may share a host's name and count their processes from 1 each; after a reboot pids begin anew. */
function toPlace(): string {
  return `${hostname()}/${read(() => readlinkSync('/proc/self/ns/pid'))}.${read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8))}`;
}

function read(work: () => string): string {
  try {
    return work();
  } catch {
    return '';
  }
}

/**
 * Gives back the leases of workers of this machine that died without doing so (kill -9), so that their sources need not
 * wait until the leases expire. A name with our own pid that isn't ours is of an earlier process.
 */
export async function releaseDeadLeases(db: Db, worker: string): Promise<void> {
  for (const holder of await listLeaseHolders(db)) {
    const [host, table, pid] = holder.split('/');
    if (holder === worker || `${host}/${table}` !== toPlace()) continue;
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

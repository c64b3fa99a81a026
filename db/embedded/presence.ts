import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lchownSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';

/*
 * Who is alive, without pids: a process that holds an end of a FIFO lets go of it when it dies, however it
 * dies, because the kernel closes it. Opening the write end without blocking fails with ENXIO when nobody
 * holds the read end.
 */

/** Makes a FIFO that belongs to the owner of its directory. Returns false when the name is taken. */
export function makeFifo(path: string): boolean {
  const made = spawnSync('/bin/sh', ['-c', 'mkfifo -m 600 "$1"', 'sh', path], {
    encoding: 'utf8',
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  if (made.status === 0) {
    giveToOwnerOfParent(path);
    return true;
  }
  if (lstatSync(path, { throwIfNoEntry: false })) return false;
  const reason = made.error?.message ?? made.stderr.trim();
  throw new AppError('embedded-postgres', `Cannot make the named pipe ${path}: ${reason}`);
}

/** When root works in the directory of an ordinary user, what it makes there must stay usable for him. */
export function giveToOwnerOfParent(path: string): void {
  if (process.getuid?.() !== 0) return;
  const parent = statSync(dirname(path));
  lchownSync(path, parent.uid, parent.gid);
}

/** A write end of the FIFO, or undefined when nobody reads it, or it isn't there or no FIFO. */
export function openWriteEnd(path: string): number | undefined {
  try {
    const end = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (fstatSync(end).isFIFO()) return end;
    closeSync(end);
    return undefined;
  } catch (error) {
    if (hasCode(error, 'ENXIO', 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether a living process holds the read end of the FIFO. */
export function isRead(path: string): boolean {
  const end = openWriteEnd(path);
  if (end === undefined) return false;
  closeSync(end);
  return true;
}

/** Whether an error of the system has one of the codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

const lockName = /^start-lock\.(\d{1,15})$/;

/**
 * Takes the lock of the directory under which a server is started, waiting for whoever has it; returns the
 * function that lets go. A holder that dies lets go by dying.
 *
 * Locks are numbered FIFOs that their holder keeps open. The highest number counts; when its holder is gone
 * the next number is up for whoever links it first. The highest is never removed, so that a slow contender
 * who takes an old number sees that it is not the highest and steps back.
 */
export async function takeStartLock(
  directory: string,
  options: { deadline: number; signal?: AbortSignal },
): Promise<() => void> {
  while (Date.now() < options.deadline) {
    options.signal?.throwIfAborted();
    const top = highestLock(directory);
    if (top === 0 || !isRead(join(directory, `start-lock.${top}`))) {
      const held = tryLock(directory, top + 1);
      if (held !== undefined) return () => closeSync(held);
    }
    await sleep(20, undefined, { signal: options.signal });
  }
  throw new AppError(
    'embedded-postgres',
    `Another process has been starting Postgres in ${directory} for too long. End it, then try again.`,
  );
}

function tryLock(directory: string, number: number): number | undefined {
  const path = join(directory, `start-lock.${number}`);
  const draft = join(directory, `start-lock.draft-${randomBytes(6).toString('hex')}`);
  let held: number | undefined;
  try {
    makeFifo(draft);
    held = openSync(draft, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    linkSync(draft, path);
    unlinkSync(draft);
    if (highestLock(directory) === number) {
      removeOlder(directory, number);
      return held;
    }
    unlinkSync(path);
  } catch (error) {
    // EEXIST: another was faster; ENOENT: a holder took our draft for a leftover (we must have slept).
    if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
    rmSync(draft, { force: true });
  }
  if (held !== undefined) closeSync(held);
  return undefined;
}

function highestLock(directory: string): number {
  const numbers = readdirSync(directory).map((name) => Number(lockName.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

function removeOlder(directory: string, number: number): void {
  for (const name of readdirSync(directory)) {
    const other = lockName.exec(name)?.[1];
    if (isLeftover(join(directory, name)) || (other !== undefined && Number(other) < number)) {
      rmSync(join(directory, name), { force: true });
    }
  }
}

/** A draft that its maker, killed, left behind; one that was made just now may be about to be opened. */
function isLeftover(path: string): boolean {
  if (!basename(path).startsWith('start-lock.draft-')) return false;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > 60_000;
}

import { closeSync, constants, lstatSync, openSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import type { Account } from './account.ts';
import { type Answer, awaitServer } from './answer.ts';
import { type Binaries, prepareBinaries } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { type Layout, prepareSocketDir } from './data-dir.ts';
import { clearAway, findServer } from './lock-file.ts';
import { toPostgresError } from './postgres-error.ts';
import { isRead, makeFifo, openWriteEnd, takeStartLock } from './presence.ts';
import { type Launch, launch } from './watchdog.ts';

/** Where the supervisor tells what it does. */
export interface EmbeddedLog {
  info(message: string): void;
  warn(message: string): void;
  debug(message: string): void;
}

/** What is known about the server that is wanted. */
export interface Context {
  projectDir: string;
  layout: Layout;
  account: Account;
  socketDir: string;
  log: EmbeddedLog;
  signal?: AbortSignal;
}

/** Replaying what a crash left takes as long as it takes; past this something is wrong. */
const recoveryPatienceMs = 300_000;

/** Joins a server that is watched over; undefined when there is none, it is ending, or it doesn't answer. */
export async function joinServer(context: Context, patienceMs: number): Promise<number | undefined> {
  const { layout, socketDir, signal } = context;
  const writeEnd = openWriteEnd(layout.usersFifo);
  if (writeEnd === undefined) return undefined;
  return keepIfAnswers(writeEnd, () =>
    awaitServer({ layout, socketDir, patienceMs, recoveryPatienceMs, signal }),
  );
}

async function keepIfAnswers(writeEnd: number, wait: () => Promise<Answer>): Promise<number | undefined> {
  let answer: Answer | undefined;
  try {
    answer = await wait();
  } finally {
    if (answer !== 'answers') closeSync(writeEnd);
  }
  return answer === 'answers' ? writeEnd : undefined;
}

/** Starts the server under the start lock, or joins one that was started meanwhile; returns our end of the users' FIFO. */
export async function startServer(context: Context): Promise<number> {
  const { layout, signal } = context;
  const deadline = Date.now() + 2 * recoveryPatienceMs;
  const letGo = await takeStartLock(layout.dataDir, { deadline, signal });
  try {
    return await startLocked(context);
  } finally {
    letGo();
  }
}

async function startLocked(context: Context): Promise<number> {
  const { projectDir, layout, account, socketDir, log, signal } = context;
  let givesUpAt = Number.POSITIVE_INFINITY;
  for (;;) {
    // Whoever had the lock before us may have started it.
    const joined = await joinServer(context, 15_000);
    if (joined !== undefined) return joined;
    refuseMute(context);
    await clearAway(layout, socketDir, log);
    prepareSocketDir(socketDir, account);
    const binaries = prepareBinaries({ projectDir, dataDir: layout.dataDir, account, log });
    await prepareCluster(layout, binaries, account, signal);
    givesUpAt = Math.min(givesUpAt, Date.now() + 15_000);
    const launched = await launchServer(context, binaries);
    if (typeof launched === 'number') return launched;
    if (!isPassing(launched.said) || Date.now() > givesUpAt) {
      throw toPostgresError(
        `Postgres did not start (its log is ${layout.logFile})`,
        layout.dataDir,
        launched.said,
      );
    }
    await sleep(200, undefined, { signal });
  }
}

/** Whether the data are still held by a server that has just died. */
function isPassing(said: string): boolean {
  return /lock file ".*" (already exists|is empty)|shared memory block .* is still in use/.test(said);
}

/** A server that is watched over, so presumably used, but mute is not ours to end. */
function refuseMute({ layout }: Context): void {
  const pid = isRead(layout.usersFifo) ? findServer(layout) : undefined;
  if (pid === undefined) return;
  throw new AppError(
    'embedded-postgres',
    `The Postgres of ${layout.dataDir} (process ${pid}) runs but does not answer. ` +
      `Look at ${layout.logFile}; end it (kill -QUIT ${pid}), then start again.`,
  );
}

/** One attempt; returns our end of the users' FIFO, or what the server said before it gave up. */
async function launchServer(context: Context, binaries: Binaries): Promise<number | { said: string }> {
  const { layout, socketDir, account, signal } = context;
  prepareUsersFifo(layout);
  // Holding both ends first: opening a FIFO for reading alone would wait for a writer, and the watchdog must
  // get a read end that comes to its end even when we are killed right after the spawn.
  const hold = openSync(layout.usersFifo, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  let readEnd: number | undefined;
  let writeEnd: number | undefined;
  let launched: Launch | undefined;
  try {
    readEnd = openSync(layout.usersFifo, constants.O_RDONLY | constants.O_NOFOLLOW);
    writeEnd = openSync(layout.usersFifo, constants.O_WRONLY | constants.O_NOFOLLOW);
    launched = launch({ layout, binaries, account, socketDir, readEnd });
  } finally {
    closeSync(hold);
    if (readEnd !== undefined) closeSync(readEnd);
    if (launched === undefined && writeEnd !== undefined) closeSync(writeEnd);
  }
  const { hasEnded, readLog } = launched;
  const kept = await keepIfAnswers(writeEnd, () =>
    awaitServer({
      layout,
      socketDir,
      hasEnded,
      patienceMs: 30_000,
      recoveryPatienceMs,
      signal,
    }),
  );
  return kept ?? { said: readLog() };
}

function prepareUsersFifo(layout: Layout): void {
  const stats = lstatSync(layout.usersFifo, { throwIfNoEntry: false });
  if (stats?.isFIFO()) return;
  // A copied or restored data directory may hold a plain file in its place.
  if (stats) rmSync(layout.usersFifo, { force: true });
  makeFifo(layout.usersFifo);
}

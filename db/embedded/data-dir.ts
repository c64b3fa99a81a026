import { createHash } from 'node:crypto';
import { lchownSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../src/errors.ts';
import { type Account, canEnter } from './account.ts';
import { hasCode } from './presence.ts';

/** The name of our database in the cluster, and of the user who owns it. */
export const databaseName = 'wireroom';

/** Where the parts of a data directory are. */
export interface Layout {
  dataDir: string;
  /** What Postgres calls its data directory. */
  pgDir: string;
  usersFifo: string;
  logFile: string;
}

/** The parts of a data directory; makes nothing. */
export function toLayout(dataDir: string): Layout {
  return {
    dataDir,
    pgDir: join(dataDir, 'pg'),
    usersFifo: join(dataDir, 'users.fifo'),
    logFile: join(dataDir, 'postgres.log'),
  };
}

/**
 * Makes the data directory. It stays with the user who runs us (the account owns only what is inside pg/ and
 * socket/), so that nothing the account could plant there is followed by root. Returns its real path, which
 * is the same for everybody who names it.
 */
export function prepareDataDir(dataDir: string, account: Account): string {
  try {
    makeFolders(dataDir);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new AppError(
      'embedded-postgres',
      `Cannot make the data directory ${dataDir}: ${error.message}. ` +
        `Choose another one, or set DATABASE_URL to use a Postgres of your own.`,
    );
  }
  if (!canEnter(account, dataDir)) {
    throw new AppError(
      'embedded-postgres',
      `The account "${account.name}", which Postgres has to run as, cannot enter the data directory ` +
        `${dataDir}: a folder above it is closed to others. Choose a data directory elsewhere, ` +
        `or set DATABASE_URL to use a Postgres of your own.`,
    );
  }
  const owner = (lstatSync(join(dataDir, 'pg'), { throwIfNoEntry: false }) ?? statSync(dataDir)).uid;
  if (!account.stepsDown && owner !== account.uid) {
    throw new AppError(
      'embedded-postgres',
      `The data in ${dataDir} belong to another user (uid ${owner}; you are ${account.uid}). ` +
        `Run Wireroom as that user, choose another data directory, or change the owner (chown -R).`,
    );
  }
  return realpathSync(dataDir);
}

/** Step by step: Node's own recursive mkdir never comes back from some places, such as /proc. */
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch (error) {
    if (!hasCode(error, 'EEXIST') || !statSync(folder).isDirectory()) throw error;
  }
}

/**
 * Where the socket of a data directory is: inside it, or, since a socket's path may hold about 100 bytes only,
 * in /tmp. (Not in TMPDIR: all users of one server must come to the same answer.)
 */
export function toSocketDir(layout: Layout, account: Account): string {
  const inside = join(layout.dataDir, 'socket');
  if (Buffer.byteLength(inside) <= 85) return inside;
  return `/tmp/wireroom-${account.uid}-${toHash(layout.dataDir)}`;
}

/** Eight hexadecimal digits that stand for a path. */
export function toHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 8);
}

/** Makes the socket's directory, or refuses one that somebody else could reach into. */
export function prepareSocketDir(socketDir: string, account: Account): void {
  try {
    mkdirSync(socketDir, { mode: 0o700 });
    if (account.stepsDown) lchownSync(socketDir, account.uid, account.gid);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const stats = lstatSync(socketDir);
  if (!stats.isDirectory() || stats.uid !== account.uid || (stats.mode & 0o077) !== 0) {
    throw new AppError(
      'embedded-postgres',
      `${socketDir}, where the socket of Postgres belongs, is not a private folder of uid ${account.uid}. ` +
        `Find out who made it, then remove it.`,
    );
  }
}

import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../src/errors.ts';

/** The account that the server's processes and files belong to. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  /** True when we are root and step down to the account; else we are the account already. */
  stepsDown: boolean;
}

/** Options for child_process.spawn that make a child run as the account. */
export function runAs(account: Account): { uid?: number; gid?: number } {
  return account.stepsDown ? { uid: account.uid, gid: account.gid } : {};
}

/**
 * Who the server runs as. An ordinary user runs it as himself. Postgres refuses root, so root steps down to
 * the `wanted` account, else to the owner of an existing `pgDir`, else to `nobody`.
 *
 * Throws AppError `embedded-postgres` when the account is unknown or may not be used.
 */
export function getAccount(options: { wanted?: string; pgDir?: string }): Account {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  if (uid !== 0) return { name: `uid ${uid}`, uid, gid, stepsDown: false };
  const owner = options.pgDir === undefined ? undefined : findOwner(options.pgDir);
  if (options.wanted === undefined && owner !== undefined && owner !== 0) {
    const account = findInPasswd((fields) => Number(fields[2]) === owner);
    if (account) return account;
    throw new AppError(
      'embedded-postgres',
      `The data in ${options.pgDir} belong to uid ${owner}, which has no account on this machine. ` +
        `Give them to an account of this machine (chown -R), or set DATABASE_URL to use a Postgres of your own.`,
    );
  }
  const name = options.wanted ?? 'nobody';
  const account = findInPasswd((fields) => fields[0] === name);
  if (!account || account.uid === 0) {
    throw new AppError(
      'embedded-postgres',
      `Postgres refuses to run as root, and the account "${name}" that it should run as ` +
        `${account ? 'is root too' : 'is not in /etc/passwd'}. Name another account, run Wireroom as an ordinary ` +
        `user, or set DATABASE_URL to use a Postgres of your own.`,
    );
  }
  if (owner !== undefined && owner !== account.uid) {
    throw new AppError(
      'embedded-postgres',
      `The data in ${options.pgDir} belong to uid ${owner}, not to the account "${name}" (uid ${account.uid}). ` +
        `Give them to it (chown -R ${name} ${options.pgDir}), or name the account that owns them.`,
    );
  }
  return account;
}

function findOwner(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}

function findInPasswd(matches: (fields: string[]) => boolean): Account | undefined {
  const text = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    const [name, , uid, gid] = fields;
    if (name && uid && gid && matches(fields)) {
      return { name, uid: Number(uid), gid: Number(gid), stepsDown: true };
    }
  }
  return undefined;
}

/**
 * Whether the account can enter the directory, or, when it doesn't exist yet, the nearest ancestor that does.
 * Asked of the system rather than computed from modes: access lists and mount options count too.
 */
export function canEnter(account: Account, directory: string): boolean {
  let nearest = resolve(directory);
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  return testAs(account, '-x', nearest);
}

/** Whether the account can execute the file. */
export function canExecute(account: Account, file: string): boolean {
  return testAs(account, '-x', file);
}

function testAs(account: Account, test: string, path: string): boolean {
  const script = `test ${test} "$1"`;
  const child = spawnSync('/bin/sh', ['-c', script, 'sh', path], {
    ...runAs(account),
    cwd: '/',
    stdio: 'ignore',
  });
  return child.status === 0;
}

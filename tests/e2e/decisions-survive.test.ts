import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeRss, toOwnWords } from '../support/make-feed.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { useDatabase } from '../support/postgres.ts';
import { RemoteDesk, type ToldOutcome } from '../support/remote-desk.ts';
import { runCli, spawnCli, toDatabaseUrl } from '../support/run-cli.ts';

const password = 'nine lighthouses keep the coast';
const slug = 'world-news';

let origin: Origin;
let folder: string;
let running: ReturnType<typeof spawnCli>[] = [];

beforeAll(async () => {
  origin = await startOrigin();
  const items = [1, 2, 3, 4, 5].map((n) => ({
    title: toOwnWords(n),
    link: `https://alpha.example/${n}`,
    guid: `${n}`,
  }));
  origin.document('/feed.xml', makeRss('Alpha', items));
});
afterAll(() => origin.close());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'wireroom-survive-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  // A test that failed half-way may have left a Postgres that is stopped and cannot end by itself.
  await vi
    .waitFor(() => expect(listPostgres()).toEqual([]), { timeout: 15_000 })
    .finally(() => kill(listPostgres(), 'SIGKILL'));
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a command and waits for the line that says where it listens. */
async function start(command: 'start' | 'serve', env: Record<string, string>) {
  const child = spawnCli([command], { PORT: '0', LOG_LEVEL: 'warn', ...env });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await vi.waitFor(() => expect(output).toMatch(/listens on/), { timeout: 30_000, interval: 50 });
  return { child, ended, url: output.match(/listens on (\S+)/)?.[1] ?? '' };
}

function listProcesses(): { pid: number; parent: number; args: string }[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .map(([, pid, parent, args = '']) => ({ pid: Number(pid), parent: Number(parent), args }));
}

/** The Postgres of this test's data directory, its watchdog, and all that they have started. */
function listPostgres(): number[] {
  const all = listProcesses();
  const found = new Set(all.filter(({ args }) => args.includes(folder)).map(({ pid }) => pid));
  for (let depth = 0; depth < 4; depth++) {
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid > 1 && pid !== process.pid);
}

/** Tells whatever is still there: a backend may have been started, or have ended, since the list was made. */
function kill(pids: number[], signal: 'SIGKILL' | 'SIGSTOP'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Adds the topic, the source and the editor beside whatever runs, and reads the source. */
async function prepare(env: Record<string, string>): Promise<void> {
  const run = async (args: string[], input = '') => {
    const { code, stderr } = await runCli(args, env, input);
    expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
  };
  await run(['topic', 'add', 'World News', '--rule', '*', '--mode', 'editor']);
  await run(['source', 'add', origin.url('/feed.xml')]);
  await run(['editor', 'add', 'ana', '--role', 'chief', '--password-stdin'], `${password}\n`);
  await run(['refresh', '--all']);
}

async function enter(url: string): Promise<RemoteDesk> {
  const desk = new RemoteDesk(url);
  await desk.signIn('ana', password);
  return desk;
}

const publish = (storyId: string, requestId = randomUUID()) => ({
  topic: slug,
  decisions: [{ requestId, storyId, version: 0, act: { act: 'publish' }, reason: 'The first of the day' }],
});

/** One of the answers says that it was decided, the other that it had been: by the same decision. */
function expectOnce(answers: ToldOutcome[][]): void {
  const outcomes = answers.flat();
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['decided', 'repeated']);
  expect(new Set(outcomes.map(({ decision }) => decision.id)).size).toBe(1);
}

describe('over its own Postgres', { timeout: 180_000 }, () => {
  test('a decision whose answer was read is there after kill -9 of everything, and decides once', async () => {
    const env = { DATA_DIR: path.join(folder, 'data'), STARTER: 'off', ALLOW_ADDRESSES: '127.0.0.0/8' };
    const first = await start('start', env);
    await prepare(env);
    const desk = await enter(first.url);
    const candidates = await vi.waitFor(async () => {
      const rows = await desk.listQueue(slug, 'candidate');
      expect(rows).toHaveLength(5);
      return rows;
    });
    const [story, other] = candidates;
    expect(await desk.read(`/topics/${slug}.atom`)).not.toContain(story!.headline);
    const request = publish(story!.story.id);

    const postmaster = Number.parseInt(readFileSync(path.join(folder, 'data/pg/postmaster.pid'), 'utf8'), 10);
    const before = listPostgres();
    expect(before).toContain(postmaster);
    expect(before.length).toBeGreaterThan(5);
    const outcomes = await desk.decide(request);
    first.child.kill('SIGKILL');
    // Stopped first, so that it neither tidies up nor starts another while its own are ended.
    kill([postmaster], 'SIGSTOP');
    const others = before.filter((pid) => pid !== postmaster);
    kill(others, 'SIGKILL');
    kill(listPostgres(), 'SIGKILL');
    expect(outcomes).toMatchObject([{ kind: 'decided', placement: { state: 'published', version: 1 } }]);
    await first.ended;
    await vi.waitFor(() => expect(listPostgres()).toEqual([]), { timeout: 15_000 });

    const second = await start('start', env);
    desk.url = second.url;
    const { decision } = outcomes[0]!;
    expect(await desk.listHistory()).toEqual([decision]);
    expect(decision).toMatchObject({ requestId: request.decisions[0]!.requestId, act: 'publish' });
    expect(await desk.listQueue(slug, 'published')).toMatchObject([
      { story: { id: story!.story.id }, placement: { state: 'published', version: 1 } },
    ]);
    await vi.waitFor(async () => expect(await desk.read(`/topics/${slug}.atom`)).toContain(story!.headline), {
      timeout: 20_000,
      interval: 100,
    });

    expect(await desk.decide(request)).toMatchObject([{ kind: 'repeated', decision: { id: decision.id } }]);
    expect(await desk.listHistory()).toEqual([decision]);

    const twice = publish(other!.story.id);
    const answers = await Promise.all([desk.decide(twice), desk.decide(twice)]);
    expectOnce(answers);
    expect(await desk.listHistory()).toHaveLength(2);
  });
});

describe('two web servers over one database, and no worker', { timeout: 120_000 }, () => {
  const database = useDatabase();

  test('a decision taken on one is in the document of the other, and a request sent to both decides once', async () => {
    const env = { DATABASE_URL: toDatabaseUrl(database.address), ALLOW_ADDRESSES: '127.0.0.0/8' };
    await prepare(env);
    const servers = await Promise.all([start('serve', env), start('serve', env)]);
    const [one, two] = [await enter(servers[0].url), await enter(servers[1].url)];
    const rows = await one.listQueue(slug, 'candidate');
    for (const [n, row] of rows.slice(0, 3).entries()) {
      const [here, there] = n % 2 === 0 ? [one, two] : [two, one];
      // Held in memory there by now.
      expect(await there.read(`/topics/${slug}.atom`)).not.toContain(row.headline);
      expect(await here.decide(publish(row.story.id))).toMatchObject([{ kind: 'decided' }]);
      await vi.waitFor(async () => expect(await there.read(`/topics/${slug}.atom`)).toContain(row.headline), {
        timeout: 3_000,
        interval: 20,
      });
    }
    const both = publish(rows[3]!.story.id);
    const answers = await Promise.all([one.decide(both), two.decide(both)]);
    expectOnce(answers);
    expect(await two.listHistory()).toHaveLength(4);
    expect(await one.listHistory()).toEqual(await two.listHistory());
  });
});

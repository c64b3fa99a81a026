import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { listSources, storeSources } from '../../db/sources.ts';
import { makeRss, toOwnWords } from '../support/make-feed.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { useDatabase } from '../support/postgres.ts';
import { runCli, spawnCli, toDatabaseUrl } from '../support/run-cli.ts';

let origin: Origin;
let folder: string;
let running: ReturnType<typeof spawnCli>[] = [];

beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(() => origin.close());
beforeEach(() => {
  origin.requests.length = 0;
  folder = mkdtempSync(path.join(tmpdir(), 'wireroom-life-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  await vi.waitFor(() => expect(listProcessesOf(folder)).toEqual([]), { timeout: 15_000 });
  rmSync(folder, { recursive: true, force: true });
});

/** Processes whose command line names the folder: Postgres and its watchdog. */
function listProcessesOf(place: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(place) && !line.includes('ps -eo'));
}

/** Starts a command and waits for the line that says where it listens (or that it works). */
async function start(args: string[], env: Record<string, string>) {
  const child = spawnCli(args, { PORT: '0', LOG_LEVEL: 'warn', ...env });
  running.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await vi.waitFor(() => expect(output).toMatch(/listens on|Working:/), { timeout: 20_000, interval: 50 });
  return { child, ended, url: output.match(/listens on (\S+)/)?.[1] ?? '', output: () => output };
}

const serveFeeds = (count: number, items: number, pauseMs = 0) =>
  Array.from({ length: count }, (_, feed) => {
    const at = `/feeds/${pauseMs}/${feed}.xml`;
    const list = Array.from({ length: items }, (_, n) => ({
      title: toOwnWords(feed * 1_000 + n),
      link: `https://alpha.example/${feed}/${n}`,
      guid: `${feed}.${n}`,
    }));
    const body = makeRss('Alpha', list);
    origin.set(at, async (_request, response) => {
      if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(body);
    });
    return origin.url(at);
  });

describe('over its own Postgres', { timeout: 120_000 }, () => {
  const own = () => ({ DATA_DIR: path.join(folder, 'data'), STARTER: 'off', ALLOW_ADDRESSES: '127.0.0.0/8' });

  test('start serves, the command line works beside it, and Ctrl-C leaves nothing running', async () => {
    const { child, ended, url } = await start(['start'], own());
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await runCli(['topic', 'add', 'World News', '--rule', '*'], own())).code).toBe(0);
    await vi.waitFor(async () => expect((await fetch(`${url}/topics/world-news.rss`)).status).toBe(200));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(listProcessesOf(folder)).toEqual([]);
    expect(JSON.parse((await runCli(['topic', 'list', '--json'], own())).stdout)).toMatchObject([
      { slug: 'world-news' },
    ]);
  });

  test('an empty database begins with World News; sources that cannot be reached are told, not fatal', async () => {
    const { url, child, ended } = await start(['start'], { ...own(), STARTER: 'on', HTTPS_PROXY: '' });
    expect(await (await fetch(url)).text()).toContain('World News');
    expect(JSON.parse((await runCli(['source', 'list', '--json'], own())).stdout)).toHaveLength(10);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('kill -9 leaves nothing running; in the middle of a first pass it loses nothing and doubles nothing', async () => {
    const urls = serveFeeds(80, 20, 60);
    const opml = `<opml version="2.0"><body>${urls.map((url) => `<outline xmlUrl="${url}"/>`).join('')}</body></opml>`;
    expect((await runCli(['source', 'import', '-'], own(), opml)).code).toBe(0);
    await runCli(['topic', 'add', 'World News', '--rule', '*'], own());
    const first = await start(['start'], { ...own(), FETCH_PER_HOST: '3' });
    await vi.waitFor(() => expect(origin.requests.length).toBeGreaterThan(20), {
      timeout: 20_000,
      interval: 5,
    });
    first.child.kill('SIGKILL');
    await first.ended;
    await vi.waitFor(() => expect(listProcessesOf(folder)).toEqual([]), { timeout: 15_000 });
    const halfway = JSON.parse((await runCli(['source', 'list', '--json'], own())).stdout) as {
      entryCount: number;
    }[];
    const before = halfway.reduce((sum, { entryCount }) => sum + entryCount, 0);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(1_600);
    const second = await start(['start'], { ...own(), FETCH_PER_HOST: '20' });
    await vi.waitFor(
      async () => {
        const sources = JSON.parse((await runCli(['source', 'list', '--json'], own())).stdout) as {
          entryCount: number;
        }[];
        expect(sources.map(({ entryCount }) => entryCount)).toEqual(Array(80).fill(20));
      },
      { timeout: 60_000, interval: 500 },
    );
    await vi.waitFor(async () => {
      const json = (await (await fetch(`${second.url}/topics/world-news.json`)).json()) as {
        items: { id: string }[];
      };
      expect(new Set(json.items.map(({ id }) => id)).size).toBe(json.items.length);
      expect(json.items.length).toBeGreaterThanOrEqual(50);
    });
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('when its Postgres is killed, start starts it again and serves on', async () => {
    const { child, ended, url } = await start(['start'], own());
    const pid = Number(
      readFileSync(path.join(folder, 'data', 'pg', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).status).toBe(503), {
      timeout: 5_000,
      interval: 20,
    });
    await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200), {
      timeout: 20_000,
      interval: 100,
    });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(listProcessesOf(folder)).toEqual([]);
  });

  test('a port that is taken is told in words, and leaves nothing running', async () => {
    const port = new URL(origin.url('/')).port;
    const { code, stderr } = await runCli(['start'], { ...own(), PORT: port });
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port}`);
    expect(listProcessesOf(folder)).toEqual([]);
  });
});

describe('two workers and a web server over one database', { timeout: 60_000 }, () => {
  const database = useDatabase();

  test('nothing is fetched twice for one due time, nothing is stored twice', async () => {
    const env = {
      DATABASE_URL: toDatabaseUrl(database.address),
      ALLOW_ADDRESSES: '127.0.0.0/8',
      FETCH_PER_HOST: '10',
    };
    const urls = serveFeeds(120, 10, 15);
    await runCli(['topic', 'add', 'World News', '--rule', '*'], env);
    await storeSources(
      database.db,
      urls.map((feedUrl) => ({ feedUrl })),
      new Date(),
    );
    const [web, ...workers] = await Promise.all([
      start(['serve'], env),
      start(['work'], env),
      start(['work'], env),
    ]);
    await vi.waitFor(
      async () =>
        expect((await listSources(database.db)).every(({ lastCheckedAt }) => lastCheckedAt)).toBe(true),
      { timeout: 30_000, interval: 200 },
    );
    const asked = origin.requests.filter(({ path: at }) => at.startsWith('/feeds/15/'));
    expect(asked).toHaveLength(120);
    expect(new Set(asked.map(({ path: at }) => at)).size).toBe(120);
    expect((await listSources(database.db)).map(({ entryCount }) => entryCount)).toEqual(Array(120).fill(10));
    const told = await database.db.selectFrom('story_entries').select('entry_id').execute();
    expect(told).toHaveLength(1_200);
    await vi.waitFor(
      async () => {
        const json = (await (await fetch(`${web.url}/topics/world-news.json`)).json()) as {
          items: unknown[];
        };
        expect(json.items.length).toBeGreaterThanOrEqual(50);
      },
      { timeout: 15_000, interval: 200 },
    );
    for (const { child } of [web, ...workers]) child.kill('SIGTERM');
    expect(await Promise.all([web, ...workers].map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const leased = await database.db
      .selectFrom('sources')
      .select('id')
      .where('leased_by', 'is not', null)
      .execute();
    expect(leased).toEqual([]);
  });
});

test('the launcher is what package.json says', () => {
  const { bin, scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(bin.wireroom).toBe('src/wireroom.mjs');
  expect(scripts.start).toBe('UV_THREADPOOL_SIZE=32 exec node src/wireroom.mjs start');
});

test('npm start that is killed takes everything along', { timeout: 60_000 }, async () => {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    PORT: '0',
    STARTER: 'off',
    DATA_DIR: path.join(folder, 'data'),
  };
  const npm = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  npm.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await vi.waitFor(() => expect(output).toMatch(/listens on/), { timeout: 20_000, interval: 50 });
  const url = output.match(/listens on (\S+)/)?.[1] ?? '';
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  npm.kill('SIGKILL');
  await vi.waitFor(() => expect(fetch(`${url}/healthz`)).rejects.toThrow(), {
    timeout: 15_000,
    interval: 200,
  });
  await vi.waitFor(() => expect(listProcessesOf(folder)).toEqual([]), { timeout: 15_000 });
});

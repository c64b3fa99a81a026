import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCorpus } from '../support/corpus.ts';
import { type Origin, startOrigin, toEtag } from '../support/origin.ts';
import { useDatabase } from '../support/postgres.ts';
import { runCli, spawnCli, toDatabaseUrl } from '../support/run-cli.ts';
import { validateFeed } from '../support/validate-feed.ts';

const corpus = findCorpus('world-news-2026-02');
const newsboat = '/usr/bin/newsboat';
const run = promisify(execFile);

/** The 12 real feeds by OPML, through the command line and the server as an operator runs them, into real clients. */
describe.skipIf(!corpus)('a World News morning', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-morning-'));
  const files = corpus ? readdirSync(corpus).filter((name) => name.endsWith('.xml')) : [];
  let origin: Origin;
  let env: Record<string, string>;
  let publicUrl = '';
  let server: ReturnType<typeof spawnCli> | undefined;

  beforeAll(async () => {
    origin = await startOrigin();
    for (const file of files) {
      const body = readFileSync(path.join(corpus ?? '', file));
      origin.document(`/${file}`, body, { type: 'application/xml', etag: toEtag(body) });
    }
    const outlines = files.map(
      (file) => `<outline type="rss" text="${file}" xmlUrl="${origin.url(`/${file}`)}"/>`,
    );
    writeFileSync(
      path.join(folder, 'sources.opml'),
      `<opml version="2.0"><head/><body>${outlines.join('')}</body></opml>`,
    );
    const port = await findFreePort();
    publicUrl = `http://127.0.0.1:${port}`;
    env = {
      DATABASE_URL: toDatabaseUrl(database.address),
      ALLOW_ADDRESSES: '127.0.0.0/8',
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      STARTER: 'off',
    };
  });

  afterAll(async () => {
    server?.kill('SIGTERM');
    if (server && server.exitCode === null) await new Promise((resolve) => server?.once('close', resolve));
    await origin.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const wireroom = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(args, env);
    expect(`${code} ${stderr}`).toBe('0 ');
    return stdout;
  };

  test('one pass stores exactly the 416 items; a second sends 12 conditional requests and stores none', async () => {
    expect(files).toHaveLength(12);
    expect(
      JSON.parse(await wireroom('source', 'import', path.join(folder, 'sources.opml'), '--json')),
    ).toEqual({ added: 12, known: 0, refused: 0 });
    await wireroom('topic', 'add', 'World News', '--rule', '*');
    const first = JSON.parse(await wireroom('refresh', '--all', '--json'));
    expect(first).toMatchObject({
      sources: 12,
      fetched: 12,
      notModified: 0,
      failed: 0,
      entries: { new: 416, changed: 0, repeated: 0 },
    });
    origin.requests.length = 0;
    const second = JSON.parse(await wireroom('refresh', '--all', '--json'));
    expect(second).toMatchObject({
      sources: 12,
      fetched: 0,
      notModified: 12,
      failed: 0,
      entries: { new: 0, changed: 0, repeated: 0 },
    });
    expect(origin.requests.map(({ headers }) => Boolean(headers['if-none-match']))).toEqual(
      Array(12).fill(true),
    );
  });

  /** Items of each document. */
  let held = 0;

  test('the documents hold the newest 50 items and what no archive has, and are valid by the rules of their formats', async () => {
    server = spawnCli(['serve'], env);
    await waitUntilServing(publicUrl);
    const read = async (format: string) => (await fetch(`${publicUrl}/topics/world-news.${format}`)).text();
    const [rss, atom, json] = await Promise.all([read('rss'), read('atom'), read('json')]);
    held = JSON.parse(json).items.length;
    expect(held).toBeGreaterThanOrEqual(50);
    expect(held).toBeLessThan(100);
    expect(rss.split('<item>')).toHaveLength(held + 1);
    expect(atom.split(/<entry[ >]/)).toHaveLength(held + 1);
    expect(validateFeed('rss', rss)).toEqual([]);
    expect(validateFeed('atom', atom)).toEqual([]);
    expect(validateFeed('json', json)).toEqual([]);
  });

  test.skipIf(!hasFeedparser())("Python's feedparser reads every entry without bozo", async () => {
    const script =
      'import feedparser,sys\nfor u in sys.argv[1:]:\n d=feedparser.parse(u)\n print(d.bozo, len(d.entries), len(set(e.id for e in d.entries)))';
    const { stdout } = await run('/usr/bin/python3', [
      '-c',
      script,
      `${publicUrl}/topics/world-news.rss`,
      `${publicUrl}/topics/world-news.atom`,
    ]);
    expect(stdout.trim().split('\n')).toEqual([`False ${held} ${held}`, `False ${held} ${held}`]);
  });

  // A cache for each: newsboat keeps items by guid alone, and ours are the same in every format.
  test.skipIf(!hasNewsboat()).each(['rss', 'atom'])(
    'newsboat sees every item in .%s and is answered 304 when it asks again',
    async (format) => {
      const [urls, cache, config] = ['urls', 'cache.db', 'config'].map((name) =>
        path.join(folder, `${format}-${name}`),
      ) as [string, string, string];
      const recorder = await startRecorder(publicUrl, `/topics/world-news.${format}`);
      writeFileSync(urls, `${recorder.url}\n`);
      writeFileSync(config, '');
      const newsboatRun = (...command: string[]) =>
        run(newsboat, ['-u', urls, '-c', cache, '-C', config, '-x', ...command], {
          env: { ...process.env, HOME: folder },
        });
      try {
        await newsboatRun('reload');
        expect((await newsboatRun('print-unread')).stdout).toMatch(new RegExp(`^${held} `));
        await newsboatRun('reload');
        // newsboat 2.21 keeps validators only for a feed that it knows already: its third reload is the first that can ask.
        await newsboatRun('reload');
        expect(recorder.statuses).toEqual([200, 200, 304]);
        expect((await newsboatRun('print-unread')).stdout).toMatch(new RegExp(`^${held} `));
      } finally {
        await recorder.close();
      }
    },
  );
});

function hasFeedparser(): boolean {
  return findClient('python3-feedparser', existsSync('/usr/lib/python3/dist-packages/feedparser'));
}

function hasNewsboat(): boolean {
  return findClient('newsboat', existsSync(newsboat));
}

function findClient(name: string, isThere: boolean): boolean {
  if (!isThere && process.env.CI) throw new Error(`${name} must be there in CI: .ci/run installs it.`);
  if (!isThere)
    console.warn(`SKIPPED: ${name} is not installed; its reading of our documents was not tried.`);
  return isThere;
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function waitUntilServing(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not serve`);
}

/** Passes requests for one document on to the server and notes what it answers, since a client does not tell. */
async function startRecorder(
  target: string,
  document: string,
): Promise<{ url: string; statuses: number[]; close(): Promise<void> }> {
  const statuses: number[] = [];
  const recorder = await startOrigin();
  recorder.set(document, async (request, response) => {
    const headers = pick(['if-none-match', 'if-modified-since'], (name) => request.headers[name]);
    const answer = await fetch(`${target}${document}`, { headers });
    statuses.push(answer.status);
    const kept = pick(['content-type', 'etag', 'last-modified'], (name) => answer.headers.get(name));
    response.writeHead(answer.status, kept).end(Buffer.from(await answer.arrayBuffer()));
  });
  return { url: recorder.url(document), statuses, close: recorder.close };
}

function pick(
  names: string[],
  read: (name: string) => string | string[] | null | undefined,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = read(name);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeRss } from '../support/make-feed.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { useDatabase } from '../support/postgres.ts';
import { runCli, toDatabaseUrl } from '../support/run-cli.ts';

const database = useDatabase();
const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-cli-'));
let origin: Origin;
let env: Record<string, string>;

beforeAll(async () => {
  origin = await startOrigin();
  env = {
    DATABASE_URL: toDatabaseUrl(database.address),
    ALLOW_ADDRESSES: '127.0.0.0/8',
    PUBLIC_URL: 'https://wire.example',
  };
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await database.db.deleteFrom('topics').execute();
  await database.db.deleteFrom('sources').execute();
});

const items = [
  {
    title: 'Talks wrap up',
    link: 'https://alpha.example/talks',
    guid: 'talks',
    date: 'Mon, 16 Feb 2026 10:00:00 GMT',
  },
];
const serveFeed = (at = '/alpha.xml') => {
  origin.document(at, makeRss('Alpha', items), { type: 'application/rss+xml', etag: '"v1"' });
  return origin.url(at);
};
const wireroom = (...args: string[]) => runCli(args, env);

describe('wireroom', () => {
  test.each([
    [[]],
    [['nonsense']],
    [['source', 'add']],
    [['source', 'nonsense']],
    [['topic', 'add']],
    [['refresh', '--nonsense']],
  ])('a call that makes no sense (%s) is told so, with help, and ends with 2', async (args) => {
    const { code, stdout, stderr } = await wireroom(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Usage: wireroom|wireroom --help/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test.each([['start'], ['serve'], ['work'], ['migrate'], ['refresh'], ['parse'], ['source'], ['topic']])(
    '%s has help',
    async (command) => {
      const { code, stdout } = await wireroom(command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: wireroom ${command}`);
    },
  );

  test('settings that are wrong are all named', async () => {
    const { code, stderr } = await runCli(['source', 'list'], { ...env, PORT: 'eighty', LOG_LEVEL: 'loud' });
    expect(code).toBe(2);
    expect(stderr).toContain('PORT');
    expect(stderr).toContain('LOG_LEVEL');
  });

  test('a database that is away is told in words', async () => {
    const { code, stderr } = await runCli(['source', 'list'], {
      ...env,
      DATABASE_URL: 'postgres://x@127.0.0.1:9/x',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('source', () => {
  test('add takes a feed, a site that names its feed, and says what was there', async () => {
    const feedUrl = serveFeed();
    origin.set('/', {
      headers: { 'content-type': 'text/html' },
      body: `<html><head><link rel="alternate" type="application/rss+xml" href="/alpha.xml"></head></html>`,
    });
    expect(await wireroom('source', 'add', feedUrl)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is added'),
    });
    expect(await wireroom('source', 'add', origin.url('/'))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was there already'),
    });
    const { stdout } = await wireroom('source', 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ feedUrl, state: 'active' }]);
  });

  test('add goes on after an address that is none, tells why, and ends with 1', async () => {
    const feedUrl = serveFeed();
    const { code, stdout, stderr } = await wireroom('source', 'add', origin.url('/nothing'), feedUrl);
    expect(code).toBe(1);
    expect(stdout).toContain(`${feedUrl} is added`);
    expect(stderr).toContain('/nothing');
    expect((await wireroom('source', 'add', 'javascript:alert(1)')).code).toBe(2);
  });

  test('pause, resume, edit, show and remove work on an address', async () => {
    const feedUrl = serveFeed();
    await wireroom('source', 'add', feedUrl);
    await wireroom('source', 'pause', feedUrl);
    expect(JSON.parse((await wireroom('source', 'show', feedUrl, '--json')).stdout).state).toBe('paused');
    expect((await wireroom('refresh', '--all')).stdout).toContain('No source is due');
    await wireroom('source', 'resume', feedUrl);
    await wireroom('source', 'edit', feedUrl, '--policy', 'full', '--title', 'Alpha Daily');
    expect((await wireroom('refresh')).stdout).toContain('1 new');
    const { stdout } = await wireroom('source', 'show', feedUrl);
    for (const part of ['Alpha Daily', 'full', 'News of Alpha', 'https://alpha.example/', '"v1"'])
      expect(stdout).toContain(part);
    expect((await wireroom('source', 'remove', feedUrl)).stdout).toContain('with 1 entry');
    expect(await wireroom('source', 'show', feedUrl)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('source list'),
    });
  });

  test('add and edit set the weight, 5 when nothing is said; what is none is told and changes nothing', async () => {
    const listWeights = async () =>
      JSON.parse((await wireroom('source', 'list', '--json')).stdout).map(
        ({ feedUrl, weight }: { feedUrl: string; weight: number }) => [feedUrl, weight],
      );
    const [a, b] = ['https://a.example/feed', 'https://b.example/feed'];
    await wireroom('source', 'add', '--no-check', a);
    await wireroom('source', 'add', '--no-check', '--weight', '8', b);
    expect(await listWeights()).toEqual([
      [a, 5],
      [b, 8],
    ]);
    expect((await wireroom('source', 'edit', a, '--weight', '10')).stdout).toContain('is changed');
    expect((await wireroom('source', 'show', a)).stdout).toMatch(/^weight +10$/m);
    await wireroom('source', 'edit', b, '--title', 'Beta');
    for (const weight of ['0', '11', '5.5', '', 'much']) {
      const wrong = { code: 2, stdout: '', stderr: expect.stringContaining('1 to 10') };
      expect(await wireroom('source', 'edit', a, '--weight', weight)).toMatchObject(wrong);
      expect(
        await wireroom('source', 'add', '--no-check', '--weight', weight, 'https://c.example/'),
      ).toMatchObject(wrong);
    }
    expect(await listWeights()).toEqual([
      [a, 10],
      [b, 8],
    ]);
    expect(await wireroom('source', 'edit', a)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--weight'),
    });
  });

  test('what export writes, import reads; a second import adds nothing', async () => {
    await wireroom('source', 'add', '--no-check', 'https://a.example/feed?x=1&y=2', 'b.example/feed');
    const { stdout } = await wireroom('source', 'export');
    const file = path.join(folder, 'out.opml');
    writeFileSync(file, stdout);
    expect(JSON.parse((await wireroom('source', 'import', file, '--json')).stdout)).toEqual({
      added: 0,
      known: 2,
      refused: 0,
    });
    await database.db.deleteFrom('sources').execute();
    const piped = await runCli(['source', 'import', '-', '--json'], env, stdout);
    expect(JSON.parse(piped.stdout)).toEqual({ added: 2, known: 0, refused: 0 });
  });

  test('a file that is no OPML, or is not there, is told in words', async () => {
    const file = path.join(folder, 'no.opml');
    writeFileSync(file, 'not <xml');
    expect(await wireroom('source', 'import', file)).toMatchObject({
      code: 1,
      stderr: expect.not.stringMatching(/\n\s+at /),
    });
    expect(await wireroom('source', 'import', path.join(folder, 'missing'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing'),
    });
  });
});

describe('topic', () => {
  test('add, list, show, edit and remove', async () => {
    expect((await wireroom('topic', 'add', 'World News', '--rule', '*')).stdout).toContain(
      'https://wire.example/topics/world-news',
    );
    expect(await wireroom('topic', 'add', 'World News', '--rule', '*')).toMatchObject({ code: 1 });
    expect((await wireroom('topic', 'list')).stdout).toContain('World News');
    await wireroom(
      'topic',
      'edit',
      'world-news',
      '--rule',
      'election OR vote',
      '--items',
      '20',
      '--mode',
      'editor',
    );
    expect(JSON.parse((await wireroom('topic', 'show', 'World News', '--json')).stdout)).toMatchObject({
      rule: 'election OR vote',
      itemLimit: 20,
      mode: 'editor',
    });
    expect((await wireroom('topic', 'remove', 'world-news')).code).toBe(0);
    expect(JSON.parse((await wireroom('topic', 'list', '--json')).stdout)).toEqual([]);
    expect((await wireroom('topic', 'show', 'world-news')).code).toBe(1);
  });

  test('related stories are shown, unless one says otherwise', async () => {
    const listShown = async () =>
      JSON.parse((await wireroom('topic', 'list', '--json')).stdout).map(
        ({ slug, showsRelated }: { slug: string; showsRelated: boolean }) => [slug, showsRelated],
      );
    await wireroom('topic', 'add', 'One', '--rule', '*');
    await wireroom('topic', 'add', 'Two', '--rule', '*', '--no-related');
    expect(await listShown()).toEqual([
      ['one', true],
      ['two', false],
    ]);
    const edited = await wireroom('topic', 'edit', 'one', '--no-related', '--json');
    expect(JSON.parse(edited.stdout)).toEqual({ topic: expect.objectContaining({ showsRelated: false }) });
    await wireroom('topic', 'edit', 'two', '--related');
    await wireroom('topic', 'edit', 'two', '--items', '7');
    expect(await listShown()).toEqual([
      ['one', false],
      ['two', true],
    ]);
    expect((await wireroom('topic', 'show', 'one')).stdout).toMatch(/^related +not named/m);
  });

  test('a topic is assisted as it is told, and a change of its mode says what it does', async () => {
    await wireroom('topic', 'add', 'One', '--rule', '*', '--mode', 'assisted', '--assist-minutes', '0');
    expect((await wireroom('topic', 'show', 'one')).stdout).toMatch(
      /^mode +assisted: published after 0 minutes, or once 3 sources tell it/m,
    );
    const edited = await wireroom('topic', 'edit', 'one', '--assist-minutes', '45', '--assist-sources', '2');
    expect(edited.stderr).toContain(
      'A candidate is published after 45 minutes, or as soon as 2 sources tell it',
    );
    expect(JSON.parse((await wireroom('topic', 'show', 'one', '--json')).stdout)).toMatchObject({
      mode: 'assisted',
      assistMinutes: 45,
      assistSources: 2,
    });
    const automatic = await wireroom('topic', 'edit', 'one', '--mode', 'automatic');
    expect(automatic.stderr).toContain('The rule publishes from now on');
    expect((await wireroom('topic', 'edit', 'one', '--name', 'Uno')).stderr).toBe('');
  });

  test.each<[string, string[], RegExp]>([
    ['minutes that are none', ['--rule', '*', '--assist-minutes', '1.5'], /0 to 10080/],
    ['a number of sources that is none', ['--rule', '*', '--assist-sources', '0'], /1 to 1000/],
    ['a rule that is wrong points at the column', ['--rule', 'iran OR'], /Column 8/],
    ['no rule', [], /--rule/],
    ['a mode that is none', ['--rule', '*', '--mode', 'magic'], /automatic, editor/],
    ['a number of items that is none', ['--rule', '*', '--items', '0'], /1 to 1000/],
    ['a source that is not there', ['--rule', '*', '--source', 'https://nowhere.example/'], /source list/],
  ])('%s', async (_name, args, words) => {
    const { code, stderr } = await wireroom('topic', 'add', 'Bad', ...args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(words);
    expect(JSON.parse((await wireroom('topic', 'list', '--json')).stdout)).toEqual([]);
  });
});

describe('refresh', () => {
  test('prints one object for scripts', async () => {
    await wireroom('source', 'add', '--no-check', serveFeed(), origin.url('/nothing'));
    const { code, stdout } = await wireroom('refresh', '--all', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      sources: 2,
      fetched: 1,
      notModified: 0,
      failed: 1,
      entries: { new: 1, changed: 0, repeated: 0 },
      list: expect.arrayContaining([
        expect.objectContaining({ outcome: 'failed', message: expect.stringContaining('404') }),
      ]),
    });
  });

  test('one source by its address; an unknown one is told; when all fail it ends with 1', async () => {
    const feedUrl = serveFeed();
    await wireroom('source', 'add', '--no-check', feedUrl, origin.url('/nothing'));
    expect(JSON.parse((await wireroom('refresh', feedUrl, '--json')).stdout).sources).toBe(1);
    expect((await wireroom('refresh', origin.url('/nothing'))).code).toBe(1);
    expect((await wireroom('refresh', 'https://unknown.example/')).code).toBe(1);
    expect((await wireroom('refresh', '--all', '--due')).code).toBe(2);
  });
});

describe('parse', () => {
  test('prints a line of JSON a document, before and after normalising, and goes on after a bad one', async () => {
    const file = path.join(folder, 'feed.xml');
    const bad = path.join(folder, 'bad.xml');
    writeFileSync(file, makeRss('Alpha', items));
    writeFileSync(bad, '<html><p>no feed');
    const { code, stdout } = await runCli(['parse', bad, file, serveFeed(), '--json'], {
      ALLOW_ADDRESSES: '127.0.0.0/8',
    });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines[0]).toMatchObject({
      file: bad,
      error: { code: expect.any(String), message: expect.any(String) },
    });
    for (const line of lines.slice(1)) {
      expect(line).toMatchObject({
        format: 'rss',
        incoming: { title: { value: 'Alpha' }, items: [{ id: 'talks' }] },
        entries: [
          {
            title: 'Talks wrap up',
            url: 'https://alpha.example/talks',
            publishedAt: '2026-02-16T10:00:00.000Z',
          },
        ],
      });
      expect(line.error).toBeUndefined();
    }
  });

  test('reads standard input, with the headers that it is told', async () => {
    const latin = Buffer.from(
      `<rss version="2.0"><channel><title>Caf\u00e9</title><item><title>\u00fcber</title><link>/a</link></item></channel></rss>`,
      'latin1',
    );
    const { stdout } = await runCli(
      [
        'parse',
        '-',
        '--content-type',
        'text/xml; charset=iso-8859-1',
        '--url',
        'https://x.example/feed',
        '--json',
      ],
      {},
      latin,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      incoming: { title: { value: 'Caf\u00e9' } },
      entries: [{ title: '\u00fcber', url: 'https://x.example/a' }],
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findPublication } from '../db/publications.ts';
import { editSource, listSources, setSourceState, storeSources } from '../db/sources.ts';
import { refreshSources } from '../jobs/refresh-sources.ts';
import { createFetcher } from '../src/fetch/fetch-source.ts';
import { createApp } from '../src/http/app.tsx';
import type { PublicationFormat } from '../src/model/outgoing.ts';
import { addTopic, changeTopic } from '../src/newsroom/curate-topic.ts';
import { publishChangedTopics } from '../src/newsroom/publish-topic.ts';
import { createRuleBook } from '../src/newsroom/rule-book.ts';
import { createTermBook } from '../src/newsroom/term-book.ts';
import { deskless } from './http/test-app.ts';
import { makeRss, toOwnWords } from './support/make-feed.ts';
import { makeTopic } from './support/make-topic.ts';
import { type Origin, startOrigin } from './support/origin.ts';
import { useDatabase } from './support/postgres.ts';

// The whole route, from XML on an origin to Atom out of the server; nothing in between is replaced.
const database = useDatabase({ max: 10 });
const fetcher = createFetcher({ userAgent: 'Wireroom-test', allowAddresses: ['127.0.0.0/8'] });
let origin: Origin;
let clock = new Date('2026-02-16T12:00:00Z');

beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(async () => {
  await origin.close();
  await fetcher.close();
});
beforeEach(async () => {
  clock = new Date('2026-02-16T12:00:00Z');
  origin.requests.length = 0;
  await database.db.deleteFrom('topics').execute();
  await database.db.deleteFrom('stories').execute();
  await database.db.deleteFrom('sources').execute();
});

const publicUrl = 'https://wire.example';
const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => console.error(fields) };
const context = () => ({
  db: database.db,
  fetch: fetcher.fetch,
  rules: createRuleBook(),
  terms: createTermBook(),
  groupHours: 72,
  worker: `test-${Math.random()}`,
  inTurn: <T>(work: () => Promise<T>) => work(),
  refreshSeconds: 1_800,
  concurrency: 20,
  perHost: 4,
  log,
  now: () => clock,
});
const app = () =>
  createApp({
    db: database.db,
    findPublication: (slug: string, format: PublicationFormat) => findPublication(database.db, slug, format),
    siteName: 'Test wire',
    publicUrl,
    now: () => clock,
    log,
    ...deskless(),
    version: '0',
  });

const addWorld = (rule = '*') =>
  addTopic(database.db, makeTopic('world-news', { name: 'World News', rule }), clock);
const addSources = (...paths: string[]) =>
  storeSources(
    database.db,
    paths.map((path) => ({ feedUrl: origin.url(path) })),
    clock,
  );
const publish = () => publishChangedTopics({ db: database.db, publicUrl, log, now: () => clock });
const refreshAll = async () => {
  const ids = (await listSources(database.db)).map(({ id }) => id);
  const reports = await refreshSources(context(), ids);
  await publish();
  return reports;
};
const readAtom = async () => (await app().request('/topics/world-news.atom')).text();
const readIds = (atom: string) =>
  [...atom.matchAll(/<entry[^>]*>[\s\S]*?<id>(urn:uuid:[^<]+)<\/id>/g)].map(([, id]) => id);

const items = [
  {
    title: 'Talks wrap up in Geneva',
    link: 'https://alpha.example/talks?utm_source=rss',
    guid: 'talks',
    date: 'Mon, 16 Feb 2026 10:00:00 GMT',
  },
  {
    title: 'Storm nears the coast',
    link: 'https://alpha.example/storm',
    guid: 'storm',
    date: 'Mon, 16 Feb 2026 09:00:00 GMT',
  },
];

describe('from XML on an origin to the documents', () => {
  test('items come out once, with their source, newest first; a second pass is conditional and changes nothing', async () => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml', etag: '"v1"' });
    await addWorld();
    await addSources('/alpha.xml');
    const [report] = await refreshAll();
    expect(report).toMatchObject({ outcome: 'fetched', entries: { new: 2, changed: 0, repeated: 0 } });
    const first = await app().request('/topics/world-news.atom');
    const atom = await first.clone().text();
    expect(atom.indexOf('Talks wrap up')).toBeLessThan(atom.indexOf('Storm nears'));
    expect(atom).toContain('https://alpha.example/storm');
    expect(atom).toContain('<title type="text">Alpha</title>');
    const [again] = await refreshAll();
    expect(again).toMatchObject({ outcome: 'not-modified', entries: { new: 0, changed: 0, repeated: 0 } });
    expect(origin.requests.at(-1)?.headers['if-none-match']).toBe('"v1"');
    const etag = first.headers.get('etag') ?? '';
    const second = await app().request('/topics/world-news.atom', { headers: { 'if-none-match': etag } });
    expect(second.status).toBe(304);
  });

  test('a changed item keeps its id, its date and its place', async () => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    await addWorld();
    await addSources('/alpha.xml');
    await refreshAll();
    const before = await readAtom();
    origin.document(
      '/alpha.xml',
      makeRss('Alpha', [{ ...items[0]!, title: 'Talks end in Geneva' }, items[1]!]),
      { type: 'application/rss+xml' },
    );
    expect(await refreshAll()).toMatchObject([{ entries: { new: 0, changed: 1, repeated: 1 } }]);
    const after = await readAtom();
    expect(after).toContain('Talks end in Geneva');
    expect(after).not.toContain('Talks wrap up');
    expect(readIds(after)).toEqual(readIds(before));
    expect(readIds(after)).toHaveLength(2);
  });

  test('the same article in two sources is one story, with further coverage', async () => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    origin.document(
      '/beta.xml',
      makeRss('Beta', [{ ...items[0]!, guid: 'beta-1', link: 'https://alpha.example/talks?utm_campaign=x' }]),
      { type: 'application/rss+xml' },
    );
    await addWorld();
    await addSources('/alpha.xml', '/beta.xml');
    await refreshAll();
    expect(readIds(await readAtom())).toHaveLength(2);
    const { items: jsonItems } = (await (await app().request('/topics/world-news.json')).json()) as {
      items: { title: string; content_html: string }[];
    };
    expect(jsonItems.map(({ title }) => title)).toEqual(['Talks wrap up in Geneva', 'Storm nears the coast']);
    expect(jsonItems[0]?.content_html).toMatch(/Alpha[\s\S]*Beta|Beta[\s\S]*Alpha/);
  });

  test('the same bytes without validators are not parsed again, but counted', async () => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    await addSources('/alpha.xml');
    await refreshAll();
    expect(await refreshAll()).toMatchObject([
      { outcome: 'fetched', entries: { new: 0, changed: 0, repeated: 2 } },
    ]);
  });
});

describe('what goes wrong outside', () => {
  test.each([
    ['a web page', '/page', '<!doctype html><html><title>Hello</title><p>No feed.', 'text/html', 'html-page'],
    ['nothing at all', '/empty', '', 'application/rss+xml', 'empty'],
    ['a picture', '/picture', '\x89PNG\r\n\x1a\n\0\0\0', 'image/png', 'not-a-feed'],
  ])('%s is a failure in words, counted, and what is stored stays', async (_name, path, body, type, code) => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    origin.document(path, body, { type });
    await addSources('/alpha.xml', path);
    const reports = await refreshAll();
    expect(reports.find(({ source }) => source.feedUrl.endsWith(path))).toMatchObject({
      outcome: 'failed',
      message: expect.any(String),
    });
    const failed = (await listSources(database.db)).find(({ feedUrl }) => feedUrl.endsWith(path));
    expect(failed).toMatchObject({ failures: 1, lastError: { code } });
    expect(
      (await listSources(database.db)).find(({ feedUrl }) => feedUrl.endsWith('alpha.xml'))?.entryCount,
    ).toBe(2);
  });

  test('410 ends the polling; resumed, it is asked again', async () => {
    origin.set('/gone.xml', { status: 410, body: '' });
    const [added] = await addSources('/gone.xml');
    expect(await refreshAll()).toMatchObject([{ outcome: 'gone' }]);
    expect(await listSources(database.db)).toMatchObject([{ state: 'gone' }]);
    clock = new Date(clock.getTime() + 7 * 86_400_000);
    expect(await refreshSources(context())).toEqual([]);
    await setSourceState(database.db, added?.source.id ?? '', 'active', clock);
    expect(await refreshSources(context())).toHaveLength(1);
  });

  test('a permanent redirect moves the source once the new address has answered well', async () => {
    origin.set('/old.xml', { status: 301, headers: { location: '/new.xml' }, body: '' });
    origin.set('/new.xml', { status: 500, body: '' });
    await addSources('/old.xml');
    await refreshAll();
    expect(await listSources(database.db)).toMatchObject([{ feedUrl: origin.url('/old.xml'), failures: 1 }]);
    origin.document('/new.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    await refreshAll();
    expect(await listSources(database.db)).toMatchObject([
      { feedUrl: origin.url('/new.xml'), failures: 0, entryCount: 2 },
    ]);
    expect(await addSources('/old.xml')).toMatchObject([{ isNew: false }]);
  });

  test('an item that Postgres would refuse (NUL, half a character) is stored without it', async () => {
    const half = String.raw`Half \ud83d a \u0000 character`;
    const body = `{"version":"https://jsonfeed.org/version/1.1","title":"Alpha","items":[
      {"id":"n\\u0000ul","url":"https://alpha.example/1","title":"${half}","content_html":"<p>${half}</p>"},
      {"id":"2","url":"https://alpha.example/2","title":"Whole"}]}`;
    origin.document('/half.json', body, { type: 'application/feed+json' });
    await addSources('/half.json');
    expect(await refreshAll()).toMatchObject([{ outcome: 'fetched', entries: { new: 2 } }]);
    const titles = await database.db.selectFrom('entries').select('title').orderBy('id').execute();
    expect(titles.map(({ title }) => title)).toEqual(['Whole', 'Half \ufffd a character']);
  });
});

describe('what is said of a source', () => {
  test('a title or a policy that an operator sets, or the feed changes, is in the documents', async () => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    const [added] = await addSources('/alpha.xml');
    await addWorld();
    await refreshAll();
    expect(await readAtom()).not.toContain('told at length.</p>\n&lt;');
    origin.document('/alpha.xml', makeRss('Alpha Renamed', items), { type: 'application/rss+xml' });
    await refreshAll();
    expect(await readAtom()).toContain('Alpha Renamed');
    await editSource(database.db, added?.source.id ?? '', { title: 'The Alpha', policy: 'title' });
    await publish();
    const atom = await readAtom();
    expect(atom).toContain('The Alpha');
    expect(atom).not.toContain('told at length');
    await refreshAll();
    expect(await listSources(database.db)).toMatchObject([{ title: 'The Alpha' }]);
  });
});

describe('many workers', () => {
  test('three at once fetch every due source once and store every entry once', async () => {
    const paths = Array.from({ length: 60 }, (_, n) => `/many/${n}.xml`);
    for (const path of paths) {
      const own = items.map((item) => ({
        ...item,
        guid: `${path}${item.guid}`,
        link: `https://alpha.example${path}/${item.guid}`,
      }));
      origin.document(path, makeRss('Alpha', own), { type: 'application/rss+xml' });
    }
    await addWorld();
    await addSources(...paths);
    const reports = (await Promise.all([1, 2, 3].map(() => refreshSources(context())))).flat();
    expect(reports).toHaveLength(60);
    expect(origin.requests.filter(({ path }) => path.startsWith('/many/'))).toHaveLength(60);
    expect((await listSources(database.db)).reduce((sum, { entryCount }) => sum + entryCount, 0)).toBe(120);
  });

  test('a refresh that is told to stop finishes what is in hand and leaves the rest due', async () => {
    const paths = Array.from({ length: 30 }, (_, n) => `/stop/${n}.xml`);
    for (const path of paths) origin.document(path, makeRss('Alpha', items), { type: 'application/rss+xml' });
    await addSources(...paths);
    const stopping = new AbortController();
    const running = {
      ...context(),
      concurrency: 4,
      signal: stopping.signal,
      onReport: () => stopping.abort(),
    };
    const reports = await refreshSources(running);
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.length).toBeLessThan(30);
    const rest = await refreshSources(context());
    expect(reports.length + rest.length).toBe(30);
  });
});

describe('topics over what is stored', () => {
  test('a new topic takes the stories that are there; another rule withdraws and adds', async () => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    await addSources('/alpha.xml');
    await refreshAll();
    const { topic, matched } = await addWorld('geneva');
    expect(matched).toBe(1);
    await publish();
    expect(await readAtom()).toContain('Talks wrap up');
    expect(await readAtom()).not.toContain('Storm nears');
    expect(await changeTopic(database.db, topic.id, { rule: 'storm' }, clock)).toMatchObject({
      matched: 1,
      withdrawn: 1,
    });
    await publish();
    expect(await readAtom()).toContain('Storm nears');
    expect(await readAtom()).not.toContain('Talks wrap up');
  });

  test('a topic that takes from some sources passes over the others; an editor topic publishes nothing by itself', async () => {
    origin.document('/alpha.xml', makeRss('Alpha', items), { type: 'application/rss+xml' });
    const [added] = await addSources('/alpha.xml');
    const { topic } = await addWorld();
    await changeTopic(database.db, topic.id, { sourceIds: [added?.source.id ?? ''] }, clock);
    origin.document(
      '/beta.xml',
      makeRss('Beta', [{ title: 'Only in Beta', link: 'https://beta.example/1' }]),
      { type: 'application/rss+xml' },
    );
    await addSources('/beta.xml');
    await changeTopic(database.db, topic.id, { mode: 'editor' }, clock);
    await refreshAll();
    const placements = await database.db.selectFrom('placements').select('state').execute();
    expect(placements.map(({ state }) => state)).toEqual(['candidate', 'candidate']);
    expect(readIds(await readAtom())).toEqual([]);
  });

  test('a topic added while a refresh runs misses none of its entries', async () => {
    const paths = Array.from({ length: 40 }, (_, n) => `/race/${n}.xml`);
    for (const [n, path] of paths.entries()) {
      origin.document(
        path,
        makeRss('Alpha', [{ title: toOwnWords(n), link: `https://alpha.example${path}` }]),
        { type: 'application/rss+xml' },
      );
    }
    await addSources(...paths);
    let added: Promise<unknown> | undefined;
    await refreshSources({ ...context(), onReport: () => (added ??= addWorld()) });
    await added;
    const { n } = await database.db
      .selectFrom('placements')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .executeTakeFirstOrThrow();
    expect(n).toBe('40');
  });
});

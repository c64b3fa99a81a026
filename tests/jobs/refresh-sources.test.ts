import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '../../db/connect.ts';
import { removeSource } from '../../db/remove-source.ts';
import { listSources, setSourceState, storeSources } from '../../db/sources.ts';
import { refreshSources } from '../../jobs/refresh-sources.ts';
import { createSettler } from '../../jobs/settler.ts';
import { createFetcher } from '../../src/fetch/fetch-source.ts';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { createTermBook } from '../../src/newsroom/term-book.ts';
import { makeRss } from '../support/make-feed.ts';
import { makeTopic } from '../support/make-topic.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 12 });
const fetcher = createFetcher({ userAgent: 'Wireroom-test', allowAddresses: ['127.0.0.0/8'] });
const t0 = new Date('2026-02-16T12:00:00Z');
let origin: Origin;

beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(async () => {
  await origin.close();
  await fetcher.close();
});
beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
});

const context = (change: object = {}) => ({
  db: database.db,
  fetch: fetcher.fetch,
  rules: createRuleBook(),
  terms: createTermBook(),
  groupHours: 72,
  worker: `test-${Math.random()}`,
  refreshSeconds: 1_800,
  concurrency: 10,
  perHost: 10,
  inTurn: <T>(work: () => Promise<T>) => work(),
  log: { error: (fields: object) => console.error(fields) },
  now: () => t0,
  ...change,
});

async function addFeeds(count: number, pauseMs = 0): Promise<string[]> {
  const urls = Array.from({ length: count }, (_, n) => {
    const body = makeRss('Alpha', [
      { title: `Story ${n}`, link: `https://alpha.example/shared/${n % 3}`, guid: `${n}` },
    ]);
    origin.set(`/${n}.xml`, async (_request, response) => {
      if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(body);
    });
    return origin.url(`/${n}.xml`);
  });
  const stored = await storeSources(
    database.db,
    urls.map((feedUrl) => ({ feedUrl })),
    t0,
  );
  return stored.map(({ source }) => source.id);
}

test('a paused source that is asked for by name is read; one that is removed meanwhile is waited for no more', async () => {
  const [paused, removed] = (await addFeeds(2)) as [string, string];
  await setSourceState(database.db, paused, 'paused', t0);
  await removeSource(database.db, removed);
  const reports = await refreshSources(context(), [paused, removed]);
  expect(reports.map(({ source }) => source.id)).toEqual([paused]);
});

test('what another worker holds is waited for, and read after it', async () => {
  const ids = await addFeeds(6, 50);
  const both = await Promise.all([refreshSources(context(), ids), refreshSources(context(), ids)]);
  expect(both.map((reports) => reports.length)).toEqual([6, 6]);
});

test('when the database goes away, what is in hand comes to its end before the pass does', async () => {
  const ids = await addFeeds(12, 60);
  const own = connectDatabase(database.address, { max: 3 });
  let inHand = 0;
  const counting: typeof fetcher.fetch = async (request) => {
    inHand++;
    return fetcher.fetch(request).finally(() => {
      inHand--;
    });
  };
  const onReport = () => void own.destroy();
  const pass = refreshSources(context({ db: own, fetch: counting, concurrency: 4, onReport }), ids);
  await expect(pass).rejects.toThrow();
  expect(inHand).toBe(0);
});

test('an outcome that cannot be written takes no other along', async () => {
  const [good, bad] = (await addFeeds(2)) as [string, string];
  const running = context();
  await database.db.updateTable('sources').set({ leased_by: running.worker }).execute();
  const settler = createSettler(running);
  const results = await Promise.allSettled([
    settler.settle({ sourceId: good, nextCheckAt: t0 }),
    settler.settle({ sourceId: bad, nextCheckAt: t0, error: { code: 'nul', message: 'a\u0000b' } }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect((await listSources(database.db)).filter(({ lastCheckedAt }) => lastCheckedAt)).toHaveLength(1);
});

test('a move to an endless address is not made, and harms nobody', async () => {
  const [id] = (await addFeeds(1)) as [string];
  const long = `/${'x'.repeat(3_000)}`;
  origin.set('/0.xml', { status: 301, headers: { location: long } });
  origin.document(long, makeRss('Alpha', []), { type: 'application/rss+xml' });
  expect(await refreshSources(context(), [id])).toMatchObject([{ outcome: 'fetched' }]);
  expect(await listSources(database.db)).toMatchObject([{ feedUrl: origin.url('/0.xml'), failures: 0 }]);
});

test('sources that are removed while they and others of their stories are refreshed leave no entry without a story', async () => {
  for (let round = 0; round < 4; round++) {
    const ids = await addFeeds(12);
    if (round === 0) {
      await addTopic(database.db, makeTopic('world'), t0);
    }
    const removing = Promise.all(ids.slice(0, 6).map((id) => removeSource(database.db, id)));
    await Promise.all([refreshSources(context(), ids), refreshSources(context(), ids), removing]);
    const homeless = await database.db
      .selectFrom('entries')
      .leftJoin('story_entries', 'story_entries.entry_id', 'entries.id')
      .select('entries.id')
      .where('story_entries.story_id', 'is', null)
      .execute();
    expect(homeless).toEqual([]);
    const empty = await database.db
      .selectFrom('stories')
      .leftJoin('story_entries', 'story_entries.story_id', 'stories.id')
      .select('stories.id')
      .where('story_entries.entry_id', 'is', null)
      .execute();
    expect(empty).toEqual([]);
    const headless = await database.db
      .selectFrom('stories')
      .select('id')
      .where('lead_entry_id', 'is', null)
      .execute();
    expect(headless).toEqual([]);
  }
});

test('what a feed says of its hours holds over answers that repeat none of it', async () => {
  const hints = '<ttl>600</ttl>';
  origin.document('/0.xml', makeRss('Alpha', [{ title: 'One', guid: '1' }], hints), {
    type: 'application/rss+xml',
    etag: '"1"',
  });
  const [added] = await storeSources(database.db, [{ feedUrl: origin.url('/0.xml') }], t0);
  const wait = async () => {
    await refreshSources(context(), [added?.source.id ?? '']);
    const [source] = await listSources(database.db);
    return Math.floor(((source?.nextCheckAt.getTime() ?? 0) - t0.getTime()) / 60_000);
  };
  expect(await wait()).toBeGreaterThanOrEqual(600);
  expect(await wait()).toBeGreaterThanOrEqual(600);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { leaseSources, releaseLeases, settleSources } from '../../db/leases.ts';
import { findSourceByUrl, listSources, setSourceState, storeSources } from '../../db/sources.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const t0 = new Date('2026-02-16T09:00:00Z');
const later = (seconds: number) => new Date(t0.getTime() + seconds * 1000);

beforeEach(async () => {
  await database.db.deleteFrom('sources').execute();
});

const addSources = (urls: string[]) =>
  storeSources(
    database.db,
    urls.map((feedUrl) => ({ feedUrl })),
    t0,
  );
const lease = (worker: string, change: Partial<Parameters<typeof leaseSources>[1]> = {}) =>
  leaseSources(database.db, { worker, limit: 50, perHost: 2, leaseSeconds: 300, now: t0, ...change });

describe('leasing', () => {
  test('takes what is due, longest due first, and nothing twice', async () => {
    await addSources(['https://a.example/1', 'https://b.example/1', 'https://c.example/1']);
    const first = await lease('one', { limit: 2 });
    expect(first).toHaveLength(2);
    const second = await lease('two');
    expect(second).toHaveLength(1);
    expect(await lease('three')).toEqual([]);
    expect(new Set([...first, ...second].map((s) => s.id)).size).toBe(3);
  });

  test('holds no more than perHost of a host, by all workers together, and does not starve the others', async () => {
    const busy = Array.from({ length: 40 }, (_, n) => `https://busy.example/${n}`);
    await addSources([...busy, 'https://quiet.example/feed']);
    const taken = [...(await lease('one', { limit: 1 })), ...(await lease('one')), ...(await lease('two'))];
    const hosts = taken.map((s) => new URL(s.feedUrl).host);
    expect(hosts.filter((host) => host === 'busy.example')).toHaveLength(2);
    expect(hosts).toContain('quiet.example');
  });

  test('five workers at once never share a source and never pass the limit of a host', async () => {
    await addSources(Array.from({ length: 120 }, (_, n) => `https://h${n % 10}.example/${n}`));
    const taken = await Promise.all(Array.from({ length: 5 }, (_, n) => lease(`w${n}`)));
    const all = taken.flat();
    expect(new Set(all.map((s) => s.id)).size).toBe(all.length);
    for (let host = 0; host < 10; host++) {
      expect(all.filter((s) => s.feedUrl.startsWith(`https://h${host}.example/`)).length).toBeLessThanOrEqual(
        2,
      );
    }
    expect(all.length).toBeGreaterThan(0);
  });

  test('a lease expires, and what its first holder settles after that is not written', async () => {
    const [added] = await addSources(['https://a.example/feed']);
    await lease('slow');
    const [again] = await lease('quick', { now: later(301) });
    expect(again?.id).toBe(added?.source.id);
    await settleSources(
      database.db,
      'slow',
      [{ sourceId: again?.id ?? '', nextCheckAt: later(9999) }],
      later(302),
    );
    expect((await findSourceByUrl(database.db, 'https://a.example/feed'))?.lastCheckedAt).toBeUndefined();
    await settleSources(
      database.db,
      'quick',
      [{ sourceId: again?.id ?? '', nextCheckAt: later(9999) }],
      later(303),
    );
    expect((await findSourceByUrl(database.db, 'https://a.example/feed'))?.lastCheckedAt).toEqual(later(303));
  });

  test('what is not due, paused or gone is left alone; asked for by id, all are taken', async () => {
    const added = await addSources(['https://a.example/1', 'https://b.example/1', 'https://c.example/1']);
    const [a, b, c] = added.map(({ source }) => source.id) as [string, string, string];
    await setSourceState(database.db, b, 'paused', t0);
    await setSourceState(database.db, c, 'gone', t0);
    expect((await lease('one', { now: later(-1) })).map((s) => s.id)).toEqual([]);
    const taken = await lease('one', { now: later(-1), sourceIds: [a, b, c] });
    expect(taken.map((s) => s.id).sort()).toEqual([a, b, c].sort());
  });

  test('released sources are due again', async () => {
    await addSources(['https://a.example/feed']);
    expect(await lease('one')).toHaveLength(1);
    await releaseLeases(database.db, 'one');
    expect(await lease('two')).toHaveLength(1);
  });
});

describe('settling', () => {
  const settleOne = async (
    outcome: Omit<Parameters<typeof settleSources>[2][number], 'sourceId'>,
    url = 'https://a.example/feed',
  ) => {
    const source = await findSourceByUrl(database.db, url);
    await lease('w', { sourceIds: [source?.id ?? ''], now: later(1) });
    await settleSources(database.db, 'w', [{ sourceId: source?.id ?? '', ...outcome }], later(2));
    return findSourceByUrl(database.db, url);
  };

  test('counts failures in a row, keeps validators over them, and forgets them after a good answer', async () => {
    await addSources(['https://a.example/feed']);
    const good = {
      nextCheckAt: later(60),
      validators: { etag: 'W/"x y"', lastModified: 'yesterday' },
      bodyHash: 'ab'.repeat(32),
    };
    expect(await settleOne(good)).toMatchObject({
      validators: good.validators,
      failures: 0,
      bodyHash: good.bodyHash,
    });
    const bad = { nextCheckAt: later(60), error: { code: 'dns', message: 'There is no such host.' } };
    expect(await settleOne(bad)).toMatchObject({ failures: 1, validators: good.validators });
    expect(await settleOne(bad)).toMatchObject({
      failures: 2,
      lastError: { code: 'dns', message: 'There is no such host.' },
    });
    expect(await settleOne({ nextCheckAt: later(60) })).toMatchObject({
      failures: 0,
      lastError: undefined,
      validators: good.validators,
    });
    expect(await settleOne({ ...good, validators: {} })).toMatchObject({
      validators: { etag: undefined, lastModified: undefined },
    });
  });

  test('a source that moved is found by both addresses; a move onto another source is not made', async () => {
    await addSources(['https://a.example/feed', 'https://taken.example/feed']);
    const moved = await settleOne({ nextCheckAt: later(60), movedTo: 'https://new.example/feed' });
    expect(moved?.feedUrl).toBe('https://new.example/feed');
    const again = await storeSources(database.db, [{ feedUrl: 'https://a.example/feed' }], t0);
    expect(again).toMatchObject([{ isNew: false, source: { id: moved?.id } }]);
    const kept = await settleOne(
      { nextCheckAt: later(60), movedTo: 'https://taken.example/feed' },
      'https://new.example/feed',
    );
    expect(kept?.feedUrl).toBe('https://new.example/feed');
    expect(await listSources(database.db)).toHaveLength(2);
  });

  test('gone is a state of its own, and a good answer ends it', async () => {
    await addSources(['https://a.example/feed']);
    const gone = await settleOne({
      nextCheckAt: later(60),
      gone: true,
      error: { code: 'gone', message: 'Gone.' },
    });
    expect(gone?.state).toBe('gone');
    expect((await settleOne({ nextCheckAt: later(60) }))?.state).toBe('active');
  });
});

describe('storing sources', () => {
  test('the same address twice is one source; known ones are told', async () => {
    const [first] = await addSources(['https://a.example/feed', 'https://a.example/feed']);
    const second = await addSources(['https://a.example/feed', 'https://b.example/feed']);
    expect(second.map(({ isNew }) => isNew)).toEqual([false, true]);
    expect(second[0]?.source.id).toBe(first?.source.id);
    expect(await listSources(database.db)).toHaveLength(2);
  });

  test('five imports of the same list at once store it once', async () => {
    const urls = Array.from({ length: 30 }, (_, n) => `https://h${n}.example/feed`);
    await Promise.all(Array.from({ length: 5 }, () => addSources(urls)));
    expect(await listSources(database.db)).toHaveLength(30);
  });
});

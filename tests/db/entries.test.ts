import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { countEntries, storeEntries } from '../../db/entries.ts';
import { pruneEntries } from '../../db/prune.ts';
import { storeSources } from '../../db/sources.ts';
import { makeEntry } from '../support/make-entry.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const t0 = new Date('2026-02-16T09:00:00Z');
const t1 = new Date('2026-02-17T09:00:00Z');
let sourceId = '';

beforeEach(async () => {
  await database.db.deleteFrom('sources').execute();
  const [added] = await storeSources(database.db, [{ feedUrl: 'https://publisher.example/feed' }], t0);
  sourceId = added?.source.id ?? '';
});

const readAll = () => database.db.selectFrom('entries').selectAll().orderBy('id').execute();

describe('storeEntries', () => {
  test('says which are new, and stores every field', async () => {
    const entry = makeEntry('a', {
      categories: ['One', 'with "quotes", commas', '{braces}', ''],
      authors: [{ name: 'Ann', email: 'ann@example.org' }],
      enclosures: [{ url: 'https://publisher.example/a.mp3', type: 'audio/mpeg', length: 12 }],
      language: 'pt-BR',
      imageUrl: 'https://publisher.example/a.jpg',
      updatedAt: new Date('2026-02-16T08:30:00Z'),
    });
    const { stored, repeated } = await storeEntries(database.db, sourceId, [entry, makeEntry('b')], t0);
    expect(stored.map(({ isNew }) => isNew)).toEqual([true, true]);
    expect(repeated).toBe(0);
    const [older, newer] = await readAll();
    expect(older?.guid).toBe('b');
    expect(newer).toMatchObject({
      guid: 'a',
      url: entry.url,
      canonical_url: entry.canonicalUrl,
      categories: entry.categories,
      authors: entry.authors,
      enclosures: entry.enclosures,
      language: 'pt-BR',
      image_url: entry.imageUrl,
      published_at: entry.publishedAt,
      updated_at: entry.updatedAt,
      first_seen_at: t0,
      dated_at: entry.publishedAt,
    });
  });

  test('an entry seen again unchanged costs no write', async () => {
    await storeEntries(database.db, sourceId, [makeEntry('a'), makeEntry('b')], t0);
    // xmin is the transaction that wrote the row: it stays when nothing is written.
    const writers = () =>
      sql`select id, xmin::text, ctid::text from entries order by id`.execute(database.db);
    const before = (await writers()).rows;
    const again = [makeEntry('b'), makeEntry('a')];
    expect(await storeEntries(database.db, sourceId, again, t1)).toEqual({ stored: [], repeated: 2 });
    expect((await writers()).rows).toEqual(before);
  });

  test('a changed one keeps its id, its first date and when it was first seen', async () => {
    const first = await storeEntries(database.db, sourceId, [makeEntry('a')], t0);
    const changed = makeEntry('a', {
      title: 'Another headline',
      publishedAt: new Date('2026-02-16T10:00:00Z'),
    });
    const second = await storeEntries(database.db, sourceId, [changed, makeEntry('b')], t1);
    expect(second.stored.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    const [row] = await readAll();
    expect(row).toMatchObject({
      id: first.stored[0]?.id,
      title: 'Another headline',
      first_seen_at: t0,
      dated_at: new Date('2026-02-16T08:00:00Z'),
      changed_at: t1,
    });
  });

  test('without a date the entry is dated when it was first seen', async () => {
    await storeEntries(database.db, sourceId, [makeEntry('a', { publishedAt: undefined })], t0);
    expect((await readAll())[0]).toMatchObject({ published_at: null, dated_at: t0 });
  });

  test('four at once with the same batch store it once', async () => {
    const batch = Array.from({ length: 50 }, (_, n) => makeEntry(`e${n}`));
    const results = await Promise.all(
      Array.from({ length: 4 }, () => storeEntries(database.db, sourceId, batch, t0)),
    );
    expect(results.flatMap(({ stored }) => stored.filter(({ isNew }) => isNew))).toHaveLength(50);
    expect(await countEntries(database.db)).toBe(50);
  });

  test('nothing given stores nothing', async () => {
    expect(await storeEntries(database.db, sourceId, [], t0)).toEqual({ stored: [], repeated: 0 });
  });
});

describe('pruneEntries', () => {
  test('pruned entries do not come back while the source lists them, changed or not', async () => {
    await storeEntries(database.db, sourceId, [makeEntry('old')], t0);
    await storeEntries(database.db, sourceId, [makeEntry('old'), makeEntry('young')], t1);
    expect(await pruneEntries(database.db, t1, 100, t1)).toBe(1);
    const again = [makeEntry('old', { title: 'Changed' }), makeEntry('young')];
    expect(await storeEntries(database.db, sourceId, again, t1)).toEqual({ stored: [], repeated: 2 });
    expect((await readAll()).map((row) => row.guid)).toEqual(['young']);
  });

  test('goes on batch by batch until nothing is left', async () => {
    await storeEntries(
      database.db,
      sourceId,
      Array.from({ length: 25 }, (_, n) => makeEntry(`e${n}`)),
      t0,
    );
    const sizes = [];
    for (let n = 0; n < 4; n++) sizes.push(await pruneEntries(database.db, t1, 10, t1));
    expect(sizes).toEqual([10, 10, 5, 0]);
  });
});

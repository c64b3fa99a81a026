import { beforeEach, describe, expect, test } from 'vitest';
import { storeEntries } from '../../db/entries.ts';
import { pruneEntries } from '../../db/prune.ts';
import { removeSource } from '../../db/remove-source.ts';
import { storeSources } from '../../db/sources.ts';
import { findStoryWithEntries } from '../../db/stories.ts';
import { makeEntry, sha256 } from '../support/make-entry.ts';
import { openStories } from '../support/open-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const t0 = new Date('2026-02-16T09:00:00Z');
const t1 = new Date('2026-02-17T09:00:00Z');

beforeEach(async () => {
  await database.db.deleteFrom('stories').execute();
  await database.db.deleteFrom('sources').execute();
});

async function addSource(name: string): Promise<string> {
  const [added] = await storeSources(database.db, [{ feedUrl: `https://${name}.example/feed` }], t0);
  return added?.source.id ?? '';
}

/** Stores entries and groups them in one transaction, each with its name's key; the story ids in the order of `names`. */
async function tell(
  sourceId: string,
  names: string[],
  keyOf = (name: string): string | undefined => sha256(`key ${name}`),
) {
  return database.db.transaction().execute(async (tx) => {
    const entries = names.map((name) => makeEntry(name));
    const { stored } = await storeEntries(tx, sourceId, entries, t0);
    const idOf = new Map(stored.map((row) => [row.identity, row.id]));
    const ungrouped = names.map((name) => ({
      entryId: idOf.get(sha256(name)) ?? '',
      datedAt: t0,
      key: keyOf(name),
    }));
    const stories = await openStories(tx, sourceId, ungrouped, t0);
    return ungrouped.map(({ entryId }) => stories.get(entryId));
  });
}

const countStories = async () => (await database.db.selectFrom('stories').select('id').execute()).length;

describe('stories opened and joined by key', () => {
  test('the same key from two sources is one story; the first entry leads it', async () => {
    const [a, b] = [await addSource('a'), await addSource('b')];
    const [first, other] = await tell(a, ['one', 'two']);
    const [same, third] = await tell(b, ['one', 'three']);
    expect(same).toBe(first);
    expect(new Set([first, other, third]).size).toBe(3);
    expect(await countStories()).toBe(3);
    const story = await findStoryWithEntries(database.db, first ?? '');
    expect(story?.lead.source.id).toBe(a);
    expect(story?.others.map(({ source }) => source.id)).toEqual([b]);
  });

  test('entries of one source never share a story by their key', async () => {
    const a = await addSource('a');
    const stories = await tell(a, ['one', 'two', 'three'], () => sha256('the same'));
    expect(new Set(stories).size).toBe(3);
    const [later] = await tell(a, ['four'], () => sha256('the same'));
    expect(stories).not.toContain(later);
  });

  test('entries without a key each open a story', async () => {
    const [a, b] = [await addSource('a'), await addSource('b')];
    const stories = [
      ...(await tell(a, ['one', 'two'], () => undefined)),
      ...(await tell(b, ['one'], () => undefined)),
    ];
    expect(new Set(stories).size).toBe(3);
  });

  test('eight sources that bring the same articles at once open one story each', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const sources = await Promise.all(Array.from({ length: 8 }, (_, n) => addSource(`s${n}`)));
    const told = await Promise.all(sources.map((id, n) => tell(id, n % 2 ? names : [...names].reverse())));
    expect(await countStories()).toBe(5);
    const first = told[0] ?? [];
    for (const [n, stories] of told.entries()) {
      expect(n % 2 ? stories : [...stories].reverse()).toEqual([...first].reverse());
    }
  });
});

describe('stories that lose entries', () => {
  test('another entry leads when the lead is pruned or its source removed; the last takes the story along', async () => {
    const [a, b] = [await addSource('a'), await addSource('b')];
    const [story] = await tell(a, ['one']);
    await tell(b, ['one']);
    await removeSource(database.db, a);
    expect((await findStoryWithEntries(database.db, story ?? ''))?.lead.source.id).toBe(b);
    await pruneEntries(database.db, t1, 10, t1);
    expect(await findStoryWithEntries(database.db, story ?? '')).toBeUndefined();
    expect(await countStories()).toBe(0);
  });
});

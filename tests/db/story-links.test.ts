import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { storeEntries } from '../../db/entries.ts';
import { placeStories } from '../../db/placements.ts';
import { storeSources } from '../../db/sources.ts';
import { findMergedInto } from '../../db/story-aliases.ts';
import { listRelatedStories, type StoryLink, storeStoryLinks } from '../../db/story-links.ts';
import { createTopic } from '../../db/topics.ts';
import { transact } from '../../db/transact.ts';
import type { PlacementState } from '../../src/model/placement.ts';
import { makeEntry } from '../support/make-entry.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase({ max: 10 });
const t0 = new Date('2026-02-16T09:00:00Z');
const later = (hours: number) => new Date(t0.getTime() + hours * 3_600_000);
let sourceId = '';

beforeEach(async () => {
  await database.db.deleteFrom('topics').execute();
  await database.db.deleteFrom('stories').execute();
  await database.db.deleteFrom('sources').execute();
  const [added] = await storeSources(database.db, [{ feedUrl: 'https://paper.example/feed' }], t0);
  sourceId = added!.source.id;
});

/** A story of these entries (by name), the first of them its lead; without names one that has lost all. */
async function addStory(firstAt: Date, ...names: string[]): Promise<string> {
  const { stored } = await storeEntries(
    database.db,
    sourceId,
    names.map((name) => makeEntry(name, { publishedAt: firstAt })),
    t0,
  );
  const idOf = (name: string) => stored.find(({ identity }) => identity === makeEntry(name).identity)!.id;
  const { id } = await database.db
    .insertInto('stories')
    .values({ first_at: firstAt, updated_at: firstAt, lead_entry_id: names[0] ? idOf(names[0]) : null })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const name of names) {
    const row = { entry_id: idOf(name), story_id: id, joined_at: t0 };
    await database.db.insertInto('story_entries').values(row).execute();
  }
  return id;
}

const link = (storyId: string, otherId: string, likeness: number): StoryLink => ({
  storyId,
  otherId,
  likeness,
});
const store = (...links: StoryLink[]) => storeStoryLinks(database.db, links);
const listStored = async () => {
  const rows = await database.db.selectFrom('story_links').selectAll().orderBy('story_id').execute();
  return rows.map((row) => [row.story_id, row.other_id, row.likeness]);
};

describe('storeStoryLinks', () => {
  test('keeps a pair once, the lower id first, with the greatest likeness', async () => {
    const [a, b] = [await addStory(t0, 'a'), await addStory(t0, 'b')];
    await store(link(b, a, 0.25), link(a, b, 0.5), link(a, a, 1));
    expect(await listStored()).toEqual([[a, b, 0.5]]);
    await store(link(a, b, 0.125));
    expect(await listStored()).toEqual([[a, b, 0.5]]);
    await store(link(b, a, 0.75));
    expect(await listStored()).toEqual([[a, b, 0.75]]);
  });

  test('orders ids as numbers: 9 comes before 10', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await addStory(t0, `n${n}`));
    const across = ids.findIndex((id, n) => n > 0 && id.length > ids[n - 1]!.length);
    const [low, high] = across > 0 ? [ids[across - 1]!, ids[across]!] : [ids[0]!, ids[1]!];
    await store(link(high, low, 0.5));
    expect(await listStored()).toEqual([[low, high, 0.5]]);
  });

  test('says which stories have a link that they had not, or a nearer one', async () => {
    const [a, b, c] = [await addStory(t0, 'a'), await addStory(t0, 'b'), await addStory(t0, 'c')];
    expect((await store(link(a, b, 0.5))).sort()).toEqual([a, b].sort());
    expect(await store(link(a, b, 0.5))).toEqual([]);
    expect((await store(link(a, b, 0.25), link(c, b, 0.5))).sort()).toEqual([b, c].sort());
    expect(await store()).toEqual([]);
  });

  test('leaves out stories that are not there, and keeps the rest', async () => {
    const [a, b] = [await addStory(t0, 'a'), await addStory(t0, 'b')];
    await store(link(a, '999999999', 0.9), link('888888888', '999999999', 0.9), link(a, b, 0.5));
    expect(await listStored()).toEqual([[a, b, 0.5]]);
  });

  test('a story that goes meanwhile takes no link and no one down', async () => {
    const [a, b, c] = [await addStory(t0, 'a'), await addStory(t0, 'b'), await addStory(t0, 'c')];
    let storing: Promise<string[]> | undefined;
    await database.db.transaction().execute(async (tx) => {
      await tx.deleteFrom('stories').where('id', '=', b).execute();
      storing = store(link(a, b, 0.5), link(a, c, 0.5));
      await sleep(100);
    });
    expect((await storing!).sort()).toEqual([a, c].sort());
    expect(await listStored()).toEqual([[a, c, 0.5]]);
  });

  test('many at once with pairs in common come through', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 8; n++) ids.push(await addStory(t0, `s${n}`));
    const pairs = ids.flatMap((one, n) => ids.slice(n + 1).map((other) => link(one, other, 0.5)));
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        const shuffled = [...pairs].sort(
          (x, y) => ((Number(x.otherId) * (n + 3)) % 7) - (Number(y.otherId) % 5),
        );
        return database.db.transaction().execute((tx) =>
          storeStoryLinks(
            tx,
            shuffled.map((pair) => ({ ...pair, likeness: 0.25 + n / 16 })),
          ),
        );
      }),
    );
    const stored = await listStored();
    expect(stored).toHaveLength(28);
    expect(new Set(stored.map(([, , likeness]) => likeness))).toEqual(new Set([0.25 + 9 / 16]));
  });

  test('can be part of a transaction that is undone', async () => {
    const [a, b] = [await addStory(t0, 'a'), await addStory(t0, 'b')];
    const work = transact(database.db, async (tx) => {
      await storeStoryLinks(tx, [link(a, b, 0.5)]);
      throw new Error('undone');
    });
    await expect(work).rejects.toThrow('undone');
    expect(await listStored()).toEqual([]);
  });
});

describe('listRelatedStories', () => {
  const listIds = async (storyIds: string[], ...more: [limit?: number, among?: 'all' | 'published']) => {
    const related = await listRelatedStories(database.db, storyIds, ...more);
    return storyIds.map((id) => (related.get(id) ?? []).map(({ story }) => story.id));
  };

  test('finds links from either side, nearest first, then newer first, then the higher id', async () => {
    const old = await addStory(later(-5), 'old');
    const first = await addStory(t0, 'first');
    const asked = await addStory(t0, 'asked');
    const second = await addStory(t0, 'second');
    const near = await addStory(later(-9), 'near');
    await store(
      link(asked, old, 0.5),
      link(first, asked, 0.5),
      link(asked, second, 0.5),
      link(near, asked, 0.75),
    );
    expect(await listIds([asked, old, near])).toEqual([[near, second, first, old], [asked], [asked]]);
    expect(await listIds([asked], 2)).toEqual([[near, second]]);
  });

  test('asks for many at once, each with its own; who has none is not in the map', async () => {
    const [a, b, c] = [await addStory(t0, 'a'), await addStory(t0, 'b'), await addStory(t0, 'c')];
    await store(link(a, b, 0.5));
    const related = await listRelatedStories(database.db, [a, b, c, '999999999']);
    expect([...related.keys()].sort()).toEqual([a, b].sort());
    expect(await listRelatedStories(database.db, [])).toEqual(new Map());
  });

  test('five, when nobody says how many', async () => {
    const asked = await addStory(t0, 'asked');
    for (let n = 0; n < 7; n++) await store(link(asked, await addStory(t0, `n${n}`), 0.5));
    expect((await listRelatedStories(database.db, [asked])).get(asked)).toHaveLength(5);
  });

  test('brings the story as it is, its lead, the source and the likeness', async () => {
    const asked = await addStory(t0, 'asked');
    const other = await addStory(later(1), 'lead', 'follower');
    await store(link(asked, other, 0.75));
    const [related] = (await listRelatedStories(database.db, [asked])).get(asked)!;
    expect(related).toMatchObject({
      likeness: 0.75,
      story: { id: other, firstAt: later(1), updatedAt: later(1), leadEntryId: related!.lead.entry.id },
      lead: {
        entry: { title: 'Headline lead', storyId: other, sourceId },
        source: { id: sourceId, feedUrl: 'https://paper.example/feed' },
      },
    });
    expect(related!.story.uuid).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('another entry stands for a story that has lost its lead; one that has lost all is passed over', async () => {
    const asked = await addStory(t0, 'asked');
    const orphan = await addStory(t0, 'lead', 'follower');
    const empty = await addStory(later(5));
    await store(link(asked, orphan, 0.5), link(asked, empty, 0.75));
    await database.db.deleteFrom('entries').where('title', '=', 'Headline lead').execute();
    const related = await listRelatedStories(database.db, [asked], 1);
    expect(related.get(asked)?.map(({ lead }) => lead.entry.title)).toEqual(['Headline follower']);
  });

  test('of those published, leaves out what is not, before it counts', async () => {
    const topic = await createTopic(database.db, makeTopic('world'), t0);
    const asked = await addStory(t0, 'asked');
    const states: PlacementState[] = ['candidate', 'held', 'spiked', 'published'];
    const stories = new Map<PlacementState, string>();
    for (const [n, state] of states.entries()) {
      const storyId = await addStory(t0, state);
      stories.set(state, storyId);
      await store(link(asked, storyId, 0.9 - n / 10));
      await placeStories(
        database.db,
        [{ topicId: topic.id, storyId, state: 'candidate', reasons: [], datedAt: t0 }],
        t0,
      );
      await database.db.updateTable('placements').set({ state }).where('story_id', '=', storyId).execute();
    }
    const nowhere = await addStory(t0, 'nowhere');
    await store(link(asked, nowhere, 1));
    expect(await listIds([asked], 1, 'published')).toEqual([[stories.get('published')]]);
    expect(await listIds([asked], 9)).toHaveLength(1);
    expect((await listIds([asked], 9))[0]).toHaveLength(5);
  });
});

describe('findMergedInto', () => {
  test('names the story that one was merged into, and nothing of one that never was', async () => {
    const story = await addStory(t0, 'a');
    await database.db.insertInto('story_aliases').values({ id: '777777', story_id: story }).execute();
    expect(await findMergedInto(database.db, '777777')).toBe(story);
    expect(await findMergedInto(database.db, story)).toBeUndefined();
    await database.db.deleteFrom('stories').where('id', '=', story).execute();
    expect(await findMergedInto(database.db, '777777')).toBeUndefined();
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { placeStories } from '../../db/placements.ts';
import { findPublication } from '../../db/publications.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { removeTopic } from '../../db/topics.ts';
import type { Source } from '../../src/model/source.ts';
import type { Topic } from '../../src/model/topic.ts';
import { changeTopic } from '../../src/newsroom/curate-topic.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from '../http/seed.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
let source: Source;
let world: Topic;

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources'] as const)
    await database.db.deleteFrom(table).execute();
  source = await seedSource(database.db, { feedUrl: 'https://paper.example/feed', title: 'The Paper' });
  world = await seedTopic(database.db, 'World');
});

const addStory = (title: string, topics: Topic[], minutes = 60) =>
  seedStory(database.db, topics, [{ source, entry: { title, publishedAt: minutesAgo(minutes) } }]);
const link = (storyId: string, otherId: string, likeness = 0.5) =>
  storeStoryLinks(database.db, [{ storyId, otherId, likeness }]);
const log = { error: (fields: object) => console.error(fields) };
const publish = () =>
  publishChangedTopics({ db: database.db, publicUrl: 'https://wire.example', now: () => now, log });

interface Item {
  id: string;
  title: string;
  date_published: string;
  date_modified: string;
  _wireroom: { related?: { title: string; url: string; source: string }[] };
}

async function readItems(slug = 'world'): Promise<Item[]> {
  const found = await findPublication(database.db, slug, 'json');
  return JSON.parse(Buffer.from(found?.body ?? []).toString()).items;
}

const readRelated = async (title: string) =>
  (await readItems()).find((item) => item.title === title)?._wireroom.related?.map((other) => other.title);

describe('related stories in the documents of a topic', () => {
  test('are named as their pages name them: an editor’s headline is told at once', async () => {
    const other = await seedTopic(database.db, 'Other');
    const [talks, treaty] = [await addStory('Talks begin', [world]), await addStory('Signed', [other])];
    await link(talks, treaty);
    await publish();
    const context = { db: database.db, now: () => now };
    const hand = createHand(context, await addEditor(database.db, 'Ana'), other.id);
    await hand(treaty, { act: 'edit', headline: 'Ours' });
    await publish();
    expect(await readRelated('Talks begin')).toEqual(['Ours']);
  });

  test('are named in both directions, by title and source, and lead to our own pages', async () => {
    const talks = await addStory('Talks begin', [world]);
    const treaty = await addStory('Treaty signed', [world]);
    await link(talks, treaty);
    await publish();
    const items = await readItems();
    expect(items.find(({ title }) => title === 'Talks begin')?._wireroom.related).toEqual([
      {
        title: 'Treaty signed',
        url: `https://wire.example/stories/${treaty}-treaty-signed`,
        source: 'The Paper',
      },
    ]);
    expect(await readRelated('Treaty signed')).toEqual(['Talks begin']);
  });

  test('are three at most, the nearest', async () => {
    const asked = await addStory('Asked', [world]);
    for (let n = 1; n <= 5; n++) await link(asked, await addStory(`Near ${n}`, [world]), n / 10);
    await publish();
    expect(await readRelated('Asked')).toEqual(['Near 5', 'Near 4', 'Near 3']);
  });

  test('may stand in another topic, but never nowhere: those have no page', async () => {
    const other = await seedTopic(database.db, 'Other');
    const asked = await addStory('Asked', [world]);
    await link(asked, await addStory('Elsewhere', [other]));
    await link(asked, await addStory('Nowhere', []), 0.9);
    await publish();
    expect(await readRelated('Asked')).toEqual(['Elsewhere']);
  });

  test('are gone from the others when the topic that they stood in is removed', async () => {
    const other = await seedTopic(database.db, 'Other');
    const asked = await addStory('Asked', [world]);
    await link(asked, await addStory('Elsewhere', [other]));
    await publish();
    await removeTopic(database.db, other.id);
    expect(await publish()).toEqual(['world']);
    expect(await readRelated('Asked')).toBeUndefined();
  });

  test('are gone from the others when a new rule of their topic withdraws them', async () => {
    const other = await seedTopic(database.db, 'Other');
    const asked = await addStory('Asked', [world]);
    await link(asked, await addStory('Elsewhere', [other]));
    await publish();
    await changeTopic(database.db, other.id, { rule: 'nothing-like-it' }, now);
    expect((await publish()).sort()).toEqual(['other', 'world']);
    expect(await readRelated('Asked')).toBeUndefined();
  });

  test('are left out where the topic says so; saying so renders the documents anew and fills nothing', async () => {
    const asked = await addStory('Asked', [world]);
    await link(asked, await addStory('Near', [world]));
    await publish();
    expect(await readRelated('Asked')).toEqual(['Near']);
    const change = await changeTopic(database.db, world.id, { showsRelated: false }, now);
    expect(change).toEqual({ topic: expect.objectContaining({ showsRelated: false }) });
    expect(await publish()).toEqual(['world']);
    expect(await readRelated('Asked')).toBeUndefined();
    await changeTopic(database.db, world.id, { showsRelated: true }, now);
    await publish();
    expect(await readRelated('Asked')).toEqual(['Near']);
  });
});

describe('an item', () => {
  test('has the id of its placement and the dates of its story, whatever leads', async () => {
    const storyId = await seedStory(
      database.db,
      [world],
      [{ source, entry: { title: 'First', publishedAt: minutesAgo(90) } }],
    );
    const later = await addStory('Later', [], 5);
    const { lead_entry_id } = await database.db
      .selectFrom('stories')
      .select('lead_entry_id')
      .where('id', '=', later)
      .executeTakeFirstOrThrow();
    await publish();
    const [before] = await readItems();
    const { item_uuid } = await database.db
      .selectFrom('placements')
      .select('item_uuid')
      .executeTakeFirstOrThrow();
    expect(before).toMatchObject({
      id: `urn:uuid:${item_uuid}`,
      title: 'First',
      date_published: minutesAgo(90).toISOString(),
      date_modified: minutesAgo(90).toISOString(),
    });
    await database.db.updateTable('story_entries').set({ story_id: storyId }).execute();
    await database.db
      .updateTable('stories')
      .set({ lead_entry_id, updated_at: minutesAgo(5) })
      .where('id', '=', storyId)
      .execute();
    await markTopicsChanged(database.db, [world.id]);
    await publish();
    expect(await readItems()).toMatchObject([
      {
        id: before?.id,
        title: 'Later',
        date_published: minutesAgo(90).toISOString(),
        date_modified: minutesAgo(5).toISOString(),
      },
    ]);
  });

  test('keeps its id when its placement has gone over to another story', async () => {
    await addStory('Gone', [world]);
    const survivor = await addStory('Survivor', []);
    const { item_uuid } = await database.db
      .selectFrom('placements')
      .select('item_uuid')
      .executeTakeFirstOrThrow();
    await database.db.updateTable('placements').set({ story_id: survivor }).execute();
    await publish();
    expect(await readItems()).toMatchObject([{ id: `urn:uuid:${item_uuid}`, title: 'Survivor' }]);
  });

  test('was never changed before it was published', async () => {
    const storyId = await addStory('Story', [], 60);
    await database.db
      .updateTable('stories')
      .set({ updated_at: minutesAgo(600) })
      .execute();
    const reasons = [{ clause: '*', field: 'all' }];
    await placeStories(
      database.db,
      [{ topicId: world.id, storyId, state: 'published', reasons, datedAt: minutesAgo(60) }],
      now,
    );
    await markTopicsChanged(database.db, [world.id]);
    await publish();
    const [item] = await readItems();
    expect(item?.date_modified).toBe(item?.date_published);
  });
});

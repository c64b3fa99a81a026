import { beforeEach, describe, expect, test } from 'vitest';
import { listPublished, placeStories } from '../../db/placements.ts';
import { findPublication, storePublications } from '../../db/publications.ts';
import { markTopicsChanged, takeTopicChanges } from '../../db/topic-changes.ts';
import { getRulesVersion, listUnfilledTopics, markTopicFilled } from '../../db/topic-rules.ts';
import {
  createTopic,
  editTopic,
  findTopicBySlug,
  listChangedTopics,
  listTopics,
  removeTopic,
} from '../../db/topics.ts';
import { AppError } from '../../src/errors.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const t0 = new Date('2026-02-16T09:00:00Z');

beforeEach(async () => {
  await database.db.deleteFrom('topics').execute();
  await database.db.deleteFrom('stories').execute();
});

async function addStory(datedAt: Date): Promise<string> {
  const row = await database.db
    .insertInto('stories')
    .values({ first_at: datedAt, updated_at: datedAt })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

describe('topics', () => {
  test('keep their order, are found by slug, and a slug is taken once', async () => {
    await createTopic(database.db, makeTopic('world'), t0);
    await createTopic(database.db, makeTopic('climate'), t0);
    expect((await listTopics(database.db)).map(({ slug }) => slug)).toEqual(['world', 'climate']);
    expect(await findTopicBySlug(database.db, 'nowhere')).toBeUndefined();
    const twice = createTopic(database.db, makeTopic('world'), t0);
    await expect(twice).rejects.toThrow(AppError);
    await expect(twice).rejects.toMatchObject({ code: 'topic-exists' });
  });

  test('every change gives another rules version', async () => {
    const versions = [await getRulesVersion(database.db)];
    const topic = await createTopic(database.db, makeTopic('world'), t0);
    versions.push(await getRulesVersion(database.db));
    await editTopic(database.db, topic.id, { rule: 'election' }, t0);
    versions.push(await getRulesVersion(database.db));
    await editTopic(database.db, topic.id, { rule: 'election' }, t0);
    versions.push(await getRulesVersion(database.db));
    expect(new Set(versions).size).toBe(4);
    await removeTopic(database.db, topic.id);
    expect(await getRulesVersion(database.db)).toBe(versions[0]);
  });

  test('what an edit leaves out stays', async () => {
    const topic = await createTopic(database.db, makeTopic('world'), t0);
    const edited = await editTopic(database.db, topic.id, { itemLimit: 7 }, t0);
    expect(edited).toEqual({ ...topic, itemLimit: 7, ruleVersion: edited.ruleVersion });
  });

  test('show related stories or not; changing only that renders the documents anew and fills nothing', async () => {
    const topic = await createTopic(database.db, makeTopic('world', { showsRelated: false }), t0);
    expect(topic.showsRelated).toBe(false);
    await markTopicFilled(database.db, topic);
    await database.db.deleteFrom('topic_changes').execute();
    expect((await editTopic(database.db, topic.id, { showsRelated: true }, t0)).showsRelated).toBe(true);
    expect((await findTopicBySlug(database.db, 'world'))?.showsRelated).toBe(true);
    expect((await listChangedTopics(database.db)).map(({ id }) => id)).toEqual([topic.id]);
    expect(await listUnfilledTopics(database.db)).toEqual([]);
  });

  test('when one goes, the documents of the others are rendered anew: its stories may have lost their page', async () => {
    const gone = await createTopic(database.db, makeTopic('gone'), t0);
    const other = await createTopic(database.db, makeTopic('other'), t0);
    await database.db.deleteFrom('topic_changes').execute();
    await removeTopic(database.db, gone.id);
    expect((await listChangedTopics(database.db)).map(({ id }) => id)).toEqual([other.id]);
  });
});

describe('changes', () => {
  test('are taken once; what comes while one renders is a change again', async () => {
    const topic = await createTopic(database.db, makeTopic('world'), t0);
    await markTopicsChanged(database.db, [topic.id]);
    await database.db.transaction().execute(async (tx) => {
      expect(await takeTopicChanges(tx, topic.id)).toBe(true);
      await markTopicsChanged(database.db, [topic.id]);
      const other = await database.db.transaction().execute((second) => takeTopicChanges(second, topic.id));
      expect(other).toBe(false);
    });
    expect((await listChangedTopics(database.db)).map(({ id }) => id)).toEqual([topic.id]);
    expect(await database.db.transaction().execute((tx) => takeTopicChanges(tx, topic.id))).toBe(true);
    expect(await listChangedTopics(database.db)).toEqual([]);
    expect(await database.db.transaction().execute((tx) => takeTopicChanges(tx, topic.id))).toBe(false);
  });
});

describe('placements', () => {
  test('a story is placed once in a topic, and what it has become stays', async () => {
    const topic = await createTopic(database.db, makeTopic('world'), t0);
    const storyId = await addStory(t0);
    const placement = {
      topicId: topic.id,
      storyId,
      state: 'published' as const,
      reasons: [{ clause: '*', field: 'all' }],
      datedAt: t0,
    };
    expect(await placeStories(database.db, [placement], t0)).toEqual([topic.id]);
    await database.db.updateTable('placements').set({ state: 'spiked' }).execute();
    expect(await placeStories(database.db, [placement], t0)).toEqual([]);
    expect(
      (await database.db.selectFrom('placements').select('state').execute()).map((p) => p.state),
    ).toEqual(['spiked']);
  });

  test('a story without entries is not listed', async () => {
    const topic = await createTopic(database.db, makeTopic('world'), t0);
    const storyId = await addStory(t0);
    await placeStories(
      database.db,
      [{ topicId: topic.id, storyId, state: 'published', reasons: [], datedAt: t0 }],
      t0,
    );
    expect(await listPublished(database.db, topic.id, { limit: 10 })).toEqual([]);
  });
});

describe('publications', () => {
  const publication = (topicId: string, text: string, at: Date) => ({
    topicId,
    format: 'rss' as const,
    body: Buffer.from(text),
    gzip: Buffer.from(`gz ${text}`),
    brotli: Buffer.from(`br ${text}`),
    etag: `"${text}"`,
    lastModifiedAt: at,
  });

  test('the same bytes are not written again; other bytes move Last-Modified by a second at least', async () => {
    const topic = await createTopic(database.db, makeTopic('world'), t0);
    expect(await storePublications(database.db, 'world', [publication(topic.id, 'a', t0)])).toEqual(['rss']);
    expect(await storePublications(database.db, 'world', [publication(topic.id, 'a', new Date())])).toEqual(
      [],
    );
    expect((await findPublication(database.db, 'world', 'rss'))?.lastModifiedAt).toEqual(t0);
    expect(await storePublications(database.db, 'world', [publication(topic.id, 'b', t0)])).toEqual(['rss']);
    const found = await findPublication(database.db, 'world', 'rss');
    expect(found).toMatchObject({ etag: '"b"', lastModifiedAt: new Date(t0.getTime() + 1000) });
    expect(Buffer.from(found?.body ?? []).toString()).toBe('b');
    expect(await findPublication(database.db, 'world', 'atom')).toBeUndefined();
  });
});

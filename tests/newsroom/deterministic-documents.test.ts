import { beforeEach, expect, test } from 'vitest';
import { listPublicationEtags } from '../../db/publications.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import type { Topic } from '../../src/model/topic.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from '../http/seed.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
let topic: Topic;

beforeEach(async () => {
  const { db } = database;
  for (const table of ['topics', 'stories', 'sources'] as const) await db.deleteFrom(table).execute();
  topic = await seedTopic(db, 'World');
  const one = await seedSource(db, { feedUrl: 'https://one.example/feed', title: 'One' });
  const two = await seedSource(db, { feedUrl: 'https://two.example/feed', title: 'Two' });
  for (let n = 1; n <= 5; n++) {
    const entry = { title: `Story ${n}`, publishedAt: minutesAgo(n), categories: ['b', 'a'], language: 'en' };
    await seedStory(
      db,
      [topic],
      [one, two].map((source) => ({ source, entry: { ...entry, url: `${source.feedUrl}/${n}` } })),
    );
  }
});

async function publish(at: Date) {
  await markTopicsChanged(database.db, [topic.id]);
  const log = { error: (fields: object) => console.error(fields) };
  const context = { db: database.db, publicUrl: 'https://wire.example', log, now: () => at };
  return {
    slugs: await publishChangedTopics(context),
    etags: await listPublicationEtags(database.db, topic.id),
  };
}

test('the same placements give the same documents, whenever they are rendered: no clock is in them', async () => {
  const first = await publish(now);
  expect([first.slugs, first.etags.size]).toEqual([['world'], 3]);
  const later = await publish(new Date(now.getTime() + 86_400_000 * 400));
  expect(later).toEqual({ slugs: [], etags: first.etags });
  await database.db.deleteFrom('publications').execute();
  expect((await publish(new Date(now.getTime() + 86_400_000 * 800))).etags).toEqual(first.etags);
});

test('another headline gives other documents, and the old one the old again', async () => {
  const { etags } = await publish(now);
  const rename = (title: string) =>
    database.db.updateTable('entries').set({ title }).where('title', 'in', ['Story 3', 'Renamed']).execute();
  await rename('Renamed');
  const renamed = await publish(now);
  for (const [format, etag] of renamed.etags) expect(etag).not.toBe(etags.get(format));
  await rename('Story 3');
  expect((await publish(now)).etags).toEqual(etags);
});

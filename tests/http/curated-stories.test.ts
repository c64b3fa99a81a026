import { beforeAll, describe, expect, it } from 'vitest';
import type { Topic } from '../../src/model/topic.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { useDatabase } from '../support/postgres.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from './seed.ts';
import { createTestApp } from './test-app.ts';

describe('a story that editors worked on', () => {
  const database = useDatabase();
  let storyId = '';
  const get = (path: string) => createTestApp(database.db).app.request(path);
  const getPage = async (path: string) => (await get(path)).text();

  beforeAll(async () => {
    const { db } = database;
    const topics = [await seedTopic(db, 'World'), await seedTopic(db, 'Europe')];
    const alpha = await seedSource(db, {
      feedUrl: 'https://alpha.example/feed',
      title: 'Alpha',
      policy: 'title',
    });
    const entry = { title: 'Talks wrap up', summary: 'The publisher’s own.', publishedAt: minutesAgo(60) };
    storyId = await seedStory(db, topics, [{ source: alpha, entry }]);
    const ana = await addEditor(db, 'Ana');
    const context = { db, now: () => now };
    const edit = (topic: Topic | undefined, headline: string) =>
      createHand(
        context,
        ana,
        topic?.id ?? '',
      )(storyId, { act: 'edit', headline, standfirst: `${headline}: more.` });
    await edit(topics[0], 'Peace at last');
    await edit(topics[1], 'Europe sighs');
  });

  it('has the words of the first of its topics on its page, and in its address', async () => {
    const response = await get(`/stories/${storyId}-talks-wrap-up`);
    expect(response.status).toBe(301);
    const address = response.headers.get('location') ?? '';
    expect(address).toContain(`/stories/${storyId}-peace-at-last`);
    const html = await getPage(address);
    expect(html).toContain('>Peace at last</h1>');
    expect(html).toContain('Peace at last: more.');
    expect(html).not.toContain('The publisher’s own.');
  });

  it('has the words of each topic on the topic’s page', async () => {
    expect(await getPage('/topics/world')).toContain('Peace at last: more.');
    const europe = await getPage('/topics/europe');
    expect(europe).toContain('Europe sighs: more.');
    expect(europe).not.toContain('Peace at last');
  });

  it('has them in the API', async () => {
    const data = (await (await get(`/api/stories/${storyId}`)).json()) as {
      lead: { title: string };
      url: string;
    };
    expect(data.lead.title).toBe('Peace at last');
    expect(data.url).toBe(`https://news.example.org/stories/${storyId}-peace-at-last`);
  });
});

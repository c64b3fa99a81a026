import { beforeAll, beforeEach, expect, test } from 'vitest';
import { createTopic } from '../../db/topics.ts';
import { createReaderNotes } from '../../src/newsroom/reader-notes.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { runCli, toDatabaseUrl } from '../support/run-cli.ts';

const database = useDatabase();
let env: Record<string, string>;
beforeAll(() => {
  env = { DATABASE_URL: toDatabaseUrl(database.address), PUBLIC_URL: 'https://wire.example' };
});
beforeEach(async () => {
  for (const table of ['saved_searches', 'topics'] as const) await database.db.deleteFrom(table).execute();
});
const wireroom = (...args: string[]) => runCli(args, env);

test('wireroom search saves, lists and removes', async () => {
  expect((await wireroom('search', 'list')).stdout).toContain('No searches yet');
  const added = await wireroom('search', 'add', 'Great Floods', '--rule', 'title:flood*');
  expect([added.code, added.stdout]).toEqual([
    0,
    'Great Floods is saved: https://wire.example/searches/great-floods.atom\n',
  ]);
  expect(await wireroom('search', 'add', 'Great floods!', '--rule', 'x')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is a search at /searches/great-floods already.'),
  });
  expect(await wireroom('search', 'add', 'Wrong', '--rule', '(x')).toMatchObject({ code: 2 });
  expect(await wireroom('search', 'add', 'None')).toMatchObject({ code: 2 });
  expect(await wireroom('search', 'add', '!!', '--rule', 'x')).toMatchObject({ code: 2 });
  expect((await wireroom('search', 'list')).stdout).toMatch(
    /^SEARCH .*\nGreat Floods +title:flood\* +https:\/\/wire\.example\/searches\/great-floods\.atom\n$/,
  );
  const listed = JSON.parse((await wireroom('search', 'list', '--json')).stdout);
  expect(listed).toMatchObject([{ slug: 'great-floods', name: 'Great Floods', rule: 'title:flood*' }]);
  expect((await wireroom('search', 'remove', 'great-floods')).stdout).toBe(
    'The search great-floods is removed.\n',
  );
  expect(await wireroom('search', 'remove', 'great-floods')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('wireroom search list'),
  });
});

test('wireroom topic stats tells who reads, in numbers', async () => {
  const now = new Date();
  const topic = await createTopic(database.db, makeTopic('world', { name: 'World' }), now);
  const empty = await wireroom('topic', 'stats', 'world');
  expect(empty.stdout).toContain('World has 0 subscribers');
  expect(empty.stdout).toContain('none in the last seven days');
  const notes = createReaderNotes({ db: database.db, now: () => now, log: { warn: console.error } });
  notes.note({ topicId: topic.id, format: 'rss' }, 'Feedbin feed-id:1 - 12 subscribers', '192.0.2.1');
  notes.note({ topicId: topic.id, format: 'rss' }, 'Reader/1', '192.0.2.2');
  await notes.stop();
  const day = now.toISOString().slice(0, 10);
  expect((await wireroom('topic', 'stats')).stdout).toMatch(
    new RegExp(`^TOPIC .*\\nWorld +12 +2 on ${day}\\n$`),
  );
  expect((await wireroom('topic', 'stats', 'world')).stdout).toContain('Feedbin: 12');
  expect(JSON.parse((await wireroom('topic', 'stats', 'world', '--json')).stdout)).toMatchObject({
    slug: 'world',
    subscribers: 12,
    aggregators: [{ name: 'Feedbin', subscribers: 12 }],
    days: [{ day, pollers: 2 }],
  });
  expect(await wireroom('topic', 'stats', 'nothing')).toMatchObject({ code: 1 });
});

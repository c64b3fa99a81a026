import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { placeStories } from '../../db/placements.ts';
import { countQueue, findQueueRow, listQueue, type QueueQuery } from '../../db/queue.ts';
import type { PlacementState } from '../../src/model/placement.ts';
import type { Source } from '../../src/model/source.ts';
import type { Topic } from '../../src/model/topic.ts';
import { findPreview } from '../../src/newsroom/desk-queue.ts';
import { minutesAgo, now, type SeededEntry, seedSource, seedStory, seedTopic } from '../http/seed.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
let topic: Topic;
let sources: Source[];

beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources', 'entries'] as const)
    await database.db.deleteFrom(table).execute();
  topic = await seedTopic(database.db, 'World', { mode: 'editor' });
  sources = [];
  for (const title of ['The Courier', 'Ärzteblatt', 'Le Fil', 'Wire 4', 'Wire 5']) {
    const feedUrl = `https://s${sources.length}.example/feed`;
    sources.push(
      await seedSource(database.db, { feedUrl, title, policy: title === 'Le Fil' ? 'title' : 'full' }),
    );
  }
});

/** A story told by so many sources, the first in the list first; it stands in the topic. */
async function seedTold(
  title: string,
  minutes: number,
  tellers: number[] = [0],
  state: PlacementState = 'candidate',
  more: Partial<SeededEntry> = {},
): Promise<string> {
  const entries = tellers.map((teller, n) => ({
    source: sources[teller]!,
    entry: { title: n === 0 ? title : `${title} (${n})`, publishedAt: minutesAgo(minutes - n), ...more },
  }));
  const storyId = await seedStory(database.db, [], entries);
  const reasons = [{ clause: '*', field: 'all' }];
  const datedAt = minutesAgo(minutes);
  await placeStories(
    database.db,
    [{ topicId: topic.id, storyId, state: 'candidate', reasons, datedAt }],
    now,
  );
  if (state !== 'candidate') await setPlacement(storyId, sql`state = ${state}`);
  return storyId;
}

const setPlacement = (storyId: string, change: ReturnType<typeof sql>) =>
  sql`update placements set ${change} where story_id = ${storyId} and topic_id = ${topic.id}`.execute(
    database.db,
  );

const list = (change: Partial<QueueQuery> = {}) =>
  listQueue(database.db, { topicId: topic.id, states: ['candidate'], order: 'newest', limit: 50, ...change });
const listTitles = async (change: Partial<QueueQuery> = {}) =>
  (await list(change)).rows.map(({ headline }) => headline);

/** All pages, one after the other; at most 50. */
async function listPages(change: Partial<QueueQuery>, between = async (_page: number) => {}) {
  const pages: string[][] = [];
  let after: string | undefined;
  for (let page = 0; page < 50; page++) {
    const { rows, next } = await list({ ...change, after });
    pages.push(rows.map(({ headline }) => headline));
    if (next === undefined) return pages;
    after = next;
    await between(page);
  }
  throw new Error('there is no end of pages');
}

describe('the order', () => {
  test('newest first; at equal dates the later story first; other states and topics are left out', async () => {
    await seedTold('old', 90);
    await seedTold('twin 1', 60);
    await seedTold('twin 2', 60);
    await seedTold('new', 10);
    await seedTold('held', 5, [0], 'held');
    await seedTold('spiked', 4, [0], 'spiked');
    expect(await listTitles()).toEqual(['new', 'twin 2', 'twin 1', 'old']);
    expect(await listTitles({ states: ['held', 'candidate'] })).toEqual([
      'held',
      'new',
      'twin 2',
      'twin 1',
      'old',
    ]);
    expect(await listTitles({ topicId: '999999' })).toEqual([]);
  });

  test('strongest first: by sources, not by entries; then by date', async () => {
    await seedTold('one source', 1);
    await seedTold('three sources', 300, [0, 1, 2]);
    await seedTold('two, older', 200, [1, 2]);
    await seedTold('two, newer', 100, [0, 1]);
    const loud = await seedTold('many entries of one', 50);
    const extra = await seedTold('more', 40, [3]);
    await sql`update entries set source_id = ${sources[0]!.id} where id in (select entry_id from story_entries where story_id = ${extra})`.execute(
      database.db,
    );
    await sql`update story_entries set story_id = ${loud} where story_id = ${extra}`.execute(database.db);
    await sql`delete from placements where story_id = ${extra}`.execute(database.db);
    expect(await listTitles({ order: 'strongest' })).toEqual([
      'three sources',
      'two, newer',
      'two, older',
      'one source',
      'many entries of one',
    ]);
  });

  test.each(['newest', 'strongest'] as const)(
    'pages of %s: each story once, whatever the size of a page',
    async (order) => {
      for (let n = 0; n < 13; n++) await seedTold(`s${n}`, 100 + (n % 5), [0, 1, 2, 3].slice(0, 1 + (n % 4)));
      const whole = await listTitles({ order });
      expect(whole).toHaveLength(13);
      for (const limit of [1, 2, 3, 5, 13]) {
        expect((await listPages({ order, limit })).flat(), `pages of ${limit}`).toEqual(whole);
      }
    },
  );

  test.each(['newest', 'strongest'] as const)(
    'pages of %s hold when stories arrive and go between them',
    async (order) => {
      for (let n = 0; n < 9; n++) await seedTold(`s${n}`, 100 + n);
      const pages = await listPages({ order, limit: 3 }, async (page) => {
        await seedTold(`arrived ${page}`, 1, [0, 1]);
        if (page === 0) await setPlacement((await list()).rows.at(-1)!.story.id, sql`state = 'spiked'`);
      });
      expect(pages.flat()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7']);
    },
  );

  test('microseconds of dates that SQL wrote are not lost between pages', async () => {
    for (let n = 0; n < 4; n++) {
      await setPlacement(
        await seedTold(`s${n}`, 10),
        sql`dated_at = timestamptz '2026-11-24 10:00:00.1230Z' + ${4 - n} * interval '1 microsecond'`,
      );
    }
    expect((await listPages({ limit: 1 })).flat()).toEqual(['s0', 's1', 's2', 's3']);
  });

  test.each([
    '',
    'x',
    'n0.1.1x',
    's1.5.7',
    'n0.5.0',
    'n0.99999999999999999999.1',
    "n0.1.1'; drop table placements",
  ])('the cursor %j of the newest is refused in words', async (after) => {
    await expect(list({ after })).rejects.toMatchObject({
      code: 'bad-argument',
      message: /place in this queue/,
    });
  });

  test('a cursor at the limits of what it may say is answered', async () => {
    await seedTold('one', 10);
    expect(await listTitles({ after: 'n0.-9999999999999999.1' })).toEqual([]);
    expect(await listTitles({ after: 'n0.9999999999999999.999999999999999999' })).toEqual(['one']);
    expect(await listTitles({ order: 'strongest', after: 's999999999.0.1' })).toEqual(['one']);
  });
});

describe('search', () => {
  beforeEach(async () => {
    await seedTold('Café opens in Zürich', 50, [0], 'candidate', {
      summary: 'Straße, Łódź and the Жёлтый “press”.',
    });
    await seedTold('100% of voters agree: C++ (really)', 40, [1, 2]);
    await setPlacement(
      await seedTold('Plain news', 30),
      sql`headline = 'An editor’s own words', standfirst = 'Über alles'`,
    );
  });
  const cafe = 'Café opens in Zürich';
  const votes = '100% of voters agree: C++ (really)';
  const own = 'An editor’s own words';

  test.each([
    ['cafe', [cafe]],
    ['CAFÉ', [cafe]],
    ['zurich opens', [cafe]],
    ['zürich', [cafe]],
    ['zurich plain', []],
    ['strasse', [cafe]],
    ['lodz', [cafe]],
    ['желтый', [cafe]],
    ['ЖЁЛТЫЙ', [cafe]],
    ['"press"', [cafe]],
    ['%', [votes]],
    ['_', []],
    ['c++', [votes]],
    ['(really)', [votes]],
    ['.', [cafe]],
    ['\\', []],
    ['.*', []],
    ['[a-z]', []],
    ['***=x', []],
    ['arzteblatt', [votes]],
    ['fil voters', [votes]],
    ['(1)', [votes]],
    ["editor's", [own]],
    ['ubER', [own]],
    ['plain', [own]],
    ['courier', [own, cafe]],
    ['  ', [own, votes, cafe]],
    ['\u0000', [own, votes, cafe]],
    ['\ud800', []],
  ])('%j', async (search, expected) => {
    expect(await listTitles({ search })).toEqual(expected);
    expect([...(await listTitles({ order: 'strongest', search }))].sort()).toEqual([...expected].sort());
  });

  test('finds what is written with marks of their own, and never takes й for и', async () => {
    await seedTold('Re\u0301sume\u0301 of the day, май', 20);
    expect(await listTitles({ search: 'resume' })).toHaveLength(1);
    expect(await listTitles({ search: 'май' })).toHaveLength(1);
    expect(await listTitles({ search: 'маи' })).toEqual([]);
  });

  test('takes a search of any length and pages through what it finds', async () => {
    expect(await listTitles({ search: 'æ(['.repeat(50_000) })).toEqual([]);
    expect(await listTitles({ search: 'a '.repeat(50_000) })).not.toEqual([]);
    expect((await listPages({ search: 'courier', limit: 1 })).flat()).toEqual([own, cafe]);
  });
});

describe('a row', () => {
  test('tells the lead, its sources and what is known of the placement, as readers would see it', async () => {
    const image = {
      summary: 'What happened.',
      imageUrl: 'https://s0.example/1.jpg',
      url: 'https://s0.example/1',
      language: 'en',
    };
    const id = await seedTold('Bridge reopens', 60, [3, 0, 1, 2, 4], 'candidate', image);
    const row = (await findQueueRow(database.db, topic.id, id))!;
    expect(row).toMatchObject({
      headline: 'Bridge reopens',
      standfirst: 'What happened.',
      imageUrl: image.imageUrl,
      articleUrl: image.url,
      language: 'en',
      lead: { sourceId: sources[3]!.id, source: 'Wire 4' },
      sources: ['Wire 4', 'The Courier', 'Ärzteblatt', 'Le Fil'],
      sourceCount: 5,
      entryCount: 5,
      isChangedSinceEdit: false,
      last: undefined,
      placement: {
        state: 'candidate',
        version: 0,
        reasons: [{ clause: '*', field: 'all' }],
        datedAt: minutesAgo(60),
        placedAt: now,
      },
      story: { id, firstAt: minutesAgo(60) },
    });
    expect((await list()).rows).toEqual([row]);
  });

  test('shows of a source whose policy is `title` no more than that, but an editor’s standfirst', async () => {
    const id = await seedTold('Short', 60, [2], 'candidate', {
      summary: 'Hidden.',
      imageUrl: 'https://s2.example/1.jpg',
    });
    expect(await findQueueRow(database.db, topic.id, id)).toMatchObject({
      standfirst: '',
      imageUrl: undefined,
    });
    await setPlacement(id, sql`standfirst = 'Ours.'`);
    expect(await findQueueRow(database.db, topic.id, id)).toMatchObject({
      headline: 'Short',
      standfirst: 'Ours.',
    });
  });

  test('the lead that an editor chose here leads, unless it tells another story by now', async () => {
    const id = await seedTold('Lead', 60, [0, 1]);
    const other = await seedTold('Other', 50, [2]);
    const entryOf = async (title: string) =>
      (
        await database.db
          .selectFrom('entries')
          .select('id')
          .where('title', '=', title)
          .executeTakeFirstOrThrow()
      ).id;
    await setPlacement(id, sql`lead_entry_id = ${await entryOf('Lead (1)')}`);
    expect(await findQueueRow(database.db, topic.id, id)).toMatchObject({
      headline: 'Lead (1)',
      lead: { source: 'Ärzteblatt' },
      sources: ['Ärzteblatt', 'The Courier'],
    });
    await sql`update story_entries set story_id = ${other} where entry_id = ${await entryOf('Lead (1)')}`.execute(
      database.db,
    );
    expect(await findQueueRow(database.db, topic.id, id)).toMatchObject({ headline: 'Lead', sourceCount: 1 });
  });

  test('says when the publisher has changed the words that an editor wrote others for', async () => {
    const id = await seedTold('Original', 60);
    await setPlacement(
      id,
      sql`headline = 'Ours', edited_from = ${JSON.stringify({ title: 'Original', summary: '' })}`,
    );
    expect(await findQueueRow(database.db, topic.id, id)).toMatchObject({
      headline: 'Ours',
      isChangedSinceEdit: false,
    });
    await database.db
      .updateTable('entries')
      .set({ title: 'Corrected' })
      .where('title', '=', 'Original')
      .execute();
    expect(await findQueueRow(database.db, topic.id, id)).toMatchObject({
      headline: 'Ours',
      isChangedSinceEdit: true,
    });
  });

  test('names the last decision of this topic', async () => {
    const id = await seedTold('Decided', 60);
    const decide = (topicId: string, act: 'hold' | 'spike', editorName: string) =>
      database.db
        .insertInto('decisions')
        .values({
          request_id: randomUUID(),
          topic_id: topicId,
          topic_slug: 'world',
          story_id: id,
          headline: 'Decided',
          editor_id: null,
          editor_name: editorName,
          act,
          details: '{}',
          reason: '',
          before: null,
          after: null,
          undoes: null,
          made_at: now,
        })
        .execute();
    await decide(topic.id, 'hold', 'Ada');
    await decide(topic.id, 'spike', 'Ben');
    await decide('999999', 'hold', 'Cem');
    expect((await findQueueRow(database.db, topic.id, id))?.last).toMatchObject({
      editorName: 'Ben',
      act: 'spike',
      madeAt: now,
    });
  });

  test('is not there for a story that has no placement in the topic', async () => {
    expect(await findQueueRow(database.db, topic.id, '999999')).toBeUndefined();
    expect(await findPreview(database.db, topic.id, '999999')).toBeUndefined();
  });
});

test('counts every state of every topic', async () => {
  const other = await seedTopic(database.db, 'Empty');
  await seedTold('one', 10);
  await seedTold('two', 10, [0, 1]);
  await seedTold('three', 10, [0], 'held');
  expect(await countQueue(database.db)).toEqual(
    new Map([
      [topic.id, { candidate: 2, published: 0, held: 1, spiked: 0 }],
      [other.id, { candidate: 0, published: 0, held: 0, spiked: 0 }],
    ]),
  );
});

test('a preview has all that tell a story, what is related, published or not, and every topic that it stands in', async () => {
  const other = await seedTopic(database.db, 'Economy');
  const id = await seedTold('Told', 60, [0, 1, 2]);
  const near = await seedTold('Near', 50, [3]);
  await sql`insert into story_links values (${id}, ${near}, 0.4)`.execute(database.db);
  const reasons = [{ clause: 'bank', field: 'title' }];
  await placeStories(
    database.db,
    [{ topicId: other.id, storyId: id, state: 'published', reasons, datedAt: now }],
    now,
  );
  const preview = (await findPreview(database.db, topic.id, id))!;
  expect(preview.row.story.id).toBe(id);
  expect([preview.story.lead, ...preview.story.others].map(({ source }) => source.title)).toEqual([
    'The Courier',
    'Ärzteblatt',
    'Le Fil',
  ]);
  expect(preview.related.map(({ story }) => story.id)).toEqual([near]);
  expect(preview.placements.map(({ slug, state }) => `${slug} ${state}`)).toEqual([
    'world candidate',
    'economy published',
  ]);
});

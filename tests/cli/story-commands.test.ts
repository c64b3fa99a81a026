import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import type { RegroupContext } from '../../src/newsroom/regroup-stories.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { createTermBook } from '../../src/newsroom/term-book.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { runCli, toDatabaseUrl } from '../support/run-cli.ts';
import { bring, findStoryOf, firstAt, makeTelling, readPlacements } from '../support/tell-stories.ts';

const database = useDatabase();
const now = new Date(firstAt.getTime() + 86_400_000);
let env: Record<string, string>;
/** Entries and their stories: two tellings of one event, and one of another. */
let ferry: string;
let ferry2: string;
let quake: string;
let sea: string;
let land: string;

beforeAll(() => {
  env = { DATABASE_URL: toDatabaseUrl(database.address), PUBLIC_URL: 'https://wire.example' };
});
beforeEach(async () => {
  for (const table of ['topics', 'stories', 'sources', 'entry_keys'] as const) {
    await database.db.deleteFrom(table).execute();
  }
  const context: RegroupContext = {
    db: database.db,
    rules: createRuleBook(),
    terms: createTermBook(),
    groupHours: 72,
    now: () => now,
  };
  await addTopic(database.db, makeTopic('world', { name: 'World News' }), now);
  await addTopic(database.db, makeTopic('seas', { name: 'The Seas', rule: 'ferry', mode: 'editor' }), now);
  ferry = await bring(context, 'alpha', makeTelling('ferry1'));
  ferry2 = await bring(context, 'beta', makeTelling('ferry2', 1));
  quake = await bring(context, 'alpha', makeTelling('quake1', 2));
  [sea, land] = [await storyOf(ferry), await storyOf(quake)];
});

const storyOf = (entryId: string) => findStoryOf(database.db, entryId);
const story = (...args: string[]) => runCli(['story', ...args], env);
const readJson = async (...args: string[]) => {
  const { code, stdout, stderr } = await story(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};
const urlOf = (name: string) => `https://publisher.example/${name}?utm_source=rss`;
const longest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

describe('story list', () => {
  test('for people: a line a story, those first that had news last', async () => {
    const { code, stdout } = await story('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ID +UPDATED +ENTRIES +LEAD +SOURCE\n/);
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(new RegExp(`^${land} .* 1 .*Earthquake shakes Tolmeria.*alpha`)),
      expect.stringMatching(new RegExp(`^${sea} .* 2 .*[Ff]erry.*`)),
    ]);
    expect(longest(stdout)).toBeLessThanOrEqual(80);
  });

  test('as JSON: each story with its lead and all its entries, their addresses as their publishers gave them', async () => {
    const listed = await readJson('list', '--since', '2026-02-16');
    expect(listed).toEqual([
      {
        id: land,
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        firstAt: '2026-02-16T10:00:00.000Z',
        updatedAt: '2026-02-16T10:00:00.000Z',
        lead: expect.objectContaining({ id: quake, url: urlOf('quake1') }),
        entries: [expect.objectContaining({ id: quake })],
      },
      expect.objectContaining({
        id: sea,
        lead: expect.objectContaining({
          id: ferry,
          title: makeTelling('ferry1').title,
          url: urlOf('ferry1'),
        }),
        entries: [
          {
            id: ferry,
            title: makeTelling('ferry1').title,
            url: urlOf('ferry1'),
            publishedAt: '2026-02-16T08:00:00.000Z',
            source: { title: 'alpha.example', feedUrl: 'https://alpha.example/feed' },
          },
          expect.objectContaining({
            id: ferry2,
            url: urlOf('ferry2'),
            source: { title: 'beta.example', feedUrl: 'https://beta.example/feed' },
          }),
        ],
      }),
    ]);
  });

  test('--since, --topic and --limit leave out the others', async () => {
    const list = async (...args: string[]) =>
      (await readJson('list', ...args)).map(({ id }: { id: string }) => id);
    expect(await list('--since', '2026-02-16T10:00Z')).toEqual([land]);
    expect(await list('--since', '2026-02-16 11:30+01:30')).toEqual([land]);
    expect(await list('--since', '2026-02-17')).toEqual([]);
    expect(await list('--topic', 'seas')).toEqual([sea]);
    expect(await list('--topic', 'world news', '--limit', '1')).toEqual([land]);
    await database.db
      .updateTable('placements')
      .set({ state: 'spiked' })
      .where('story_id', '=', sea)
      .execute();
    expect(await list('--topic', 'seas')).toEqual([]);
    expect((await story('list', '--since', '1m')).stdout).toContain('No stories');
  });

  test('all of them as JSON, fifty for people', async () => {
    await database.db
      .insertInto('stories')
      .values(Array.from({ length: 60 }, () => ({ first_at: firstAt, updated_at: firstAt })))
      .execute();
    const opened = await database.db
      .selectFrom('stories')
      .select('id')
      .where('id', 'not in', [sea, land])
      .execute();
    const source = await database.db.selectFrom('sources').select('id').executeTakeFirstOrThrow();
    const hash = (n: number) => Buffer.alloc(32, n);
    const entries = await database.db
      .insertInto('entries')
      .values(
        opened.map((_, n) => ({
          source_id: source.id,
          identity: hash(n),
          content_hash: hash(n),
          title: `Entry ${n}`,
          summary: '',
          content_html: '',
          authors: '[]',
          categories: [],
          enclosures: '[]',
          first_seen_at: firstAt,
          dated_at: firstAt,
          changed_at: firstAt,
        })),
      )
      .returning('id')
      .execute();
    await database.db
      .insertInto('story_entries')
      .values(opened.map(({ id }, n) => ({ story_id: id, entry_id: entries[n]?.id ?? '', joined_at: now })))
      .execute();
    expect(await readJson('list', '--since', '2026-02-01')).toHaveLength(62);
    expect(JSON.parse((await story('list', '--json')).stdout)).toHaveLength(62);
    const { stdout, stderr } = await story('list');
    expect(stdout.trim().split('\n')).toHaveLength(51);
    expect(stderr).toContain('--limit');
  });

  test.each([
    [['--since', 'yesterday'], 'such as 36h'],
    [['--since', '2026-02-31'], 'such as 36h'],
    [['--since', '7y'], 'such as 36h'],
    [['--since', '0000-01-01'], 'such as 36h'],
    [['--since', ''], 'such as 36h'],
    [['--limit', '0'], '--limit takes'],
    [['--limit', 'many'], '--limit takes'],
    [['--limit', '1e9'], '--limit takes'],
  ])('%s is refused in words', async (args, part) => {
    const { code, stdout, stderr } = await story('list', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(part);
  });

  test('a topic that is not there ends with 1', async () => {
    expect(await story('list', '--topic', 'nonsense')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('wireroom topic list'),
    });
  });
});

describe('story show', () => {
  test('entries, topics, what is related and what editors said', async () => {
    const { code, stdout } = await story('show', sea);
    expect(code).toBe(0);
    for (const part of [
      'published in World News (world)',
      'candidate in The Seas (seas)',
      `* ${ferry}`,
      `  ${ferry2}`,
      urlOf('ferry1'),
      '2026-02-16 08:00 UTC',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(longest(stdout)).toBeLessThanOrEqual(80);
    expect(await readJson('show', sea)).toMatchObject({
      id: sea,
      lead: { id: ferry },
      entries: [{ id: ferry }, { id: ferry2 }],
      topics: [
        { slug: 'world', state: 'published', itemUuid: expect.any(String) },
        { slug: 'seas', state: 'candidate' },
      ],
      related: [],
      facts: [],
    });
  });

  test('a story that was merged away is found by its old id', async () => {
    await story('merge', sea, land);
    const { code, stdout, stderr } = await story('show', land);
    expect(code).toBe(0);
    expect(stdout).toContain(`${ferry} and ${quake} are kept together`);
    expect(stderr).toContain(`Story ${land} was merged into ${sea}`);
  });

  test.each([
    ['999999', 1],
    ['0', 1],
    ['nonsense', 2],
    ['1;drop', 2],
    ['9'.repeat(30), 2],
  ])('%s is refused in words', async (id, code) => {
    expect(await story('show', id)).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining('wireroom story list'),
    });
  });
});

describe('story merge, split and regroup', () => {
  test('merge, and split after it, are told, kept and published', async () => {
    const before = await readPlacements(database.db);
    expect((await story('merge', sea, land)).stdout).toContain(
      `Story ${sea} has taken up story ${land} with 1 entry`,
    );
    expect(await storyOf(quake)).toBe(sea);
    const { stdout, code } = await story('split', urlOf('quake1'), '--json');
    expect(code).toBe(0);
    const split = JSON.parse(stdout);
    expect(split).toEqual({ entryId: quake, storyId: await storyOf(quake), leftId: sea });
    expect((await story('regroup', '--since', '2026-02-01')).stdout).toContain(
      '3 entries in 2 stories: 0 merged, 0 opened, 0 entries moved.',
    );
    expect(await storyOf(quake)).toBe(split.storyId);
    const atom = await database.db
      .selectFrom('publications')
      .innerJoin('topics', 'topics.id', 'publications.topic_id')
      .select('body')
      .where('slug', '=', 'world')
      .where('format', '=', 'atom')
      .executeTakeFirstOrThrow();
    const items = [...atom.body.toString().matchAll(/<id>urn:uuid:([^<]+)<\/id>/g)].map(([, uuid]) => uuid);
    const published = (await readPlacements(database.db)).filter(({ state }) => state === 'published');
    expect(published.map(({ item }) => item)).toContain(before.find((p) => p.storyId === sea)?.item);
    for (const { item } of published) expect(items).toContain(item);
    expect(await database.db.selectFrom('topic_changes').selectAll().execute()).toEqual([]);
  });

  test('regroup as JSON counts what it did', async () => {
    expect(await readJson('regroup', '--since', '2026-02-01')).toEqual({
      entries: 3,
      stories: 2,
      merged: 0,
      opened: 0,
      moved: 0,
    });
  });

  test.each([
    [() => ['merge', sea, sea], 1, 'ids of two stories'],
    [() => ['merge', sea, '999999'], 1, 'There is no story 999999'],
    [() => ['merge', sea, 'x'], 2, 'is no id of a story'],
    [() => ['split', quake], 1, 'is the only one of story'],
    [() => ['split', '999999'], 1, 'There is no entry 999999'],
    [() => ['split', 'https://publisher.example/none'], 1, 'There is no entry with the address'],
    [() => ['split', 'javascript:alert(1)'], 2, 'neither the id nor the address'],
    [() => ['regroup', '--since', 'long ago'], 2, 'such as 36h'],
    [() => ['why', ferry, '999999'], 1, 'There is no entry 999999'],
    [() => ['why', ferry, ferry], 2, 'Give two entries'],
  ] as const)('case %#: what cannot be done is told in words', async (args, code, part) => {
    const run = await story(...args());
    expect(run).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(part) });
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  test.each([[[]], [['merge', '1']], [['split']], [['regroup']], [['why', '1']], [['nonsense']]])(
    'a call that makes no sense (%s) ends with 2 and help',
    async (args) => {
      const { code, stdout, stderr } = await story(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('Usage: wireroom story');
    },
  );
});

describe('story why', () => {
  test('two tellings of one event: parts, words in common and the verdict, in 80 columns', async () => {
    const { code, stdout } = await story('why', ferry, 'publisher.example/ferry2');
    expect(code).toBe(0);
    for (const part of [
      makeTelling('ferry1').title,
      'beta.example, 2026-02-16 09:00 UTC',
      `story         the same, ${sea}`,
      'address       not the same',
      '1.0 hours',
      'Kastrova',
      'They tell one event',
      'They are in one story.',
    ]) {
      expect(stdout).toContain(part);
    }
    for (const part of ['text', 'title', 'evidence', 'distance', 'day', 'constant', 'sum']) {
      expect(stdout).toMatch(new RegExp(`^${part} .*[+−]\\d+\\.\\d\\d`, 'm'));
    }
    expect(longest(stdout)).toBeLessThanOrEqual(80);
  });

  test('as JSON the parts add up, to the sum that decides', async () => {
    const why = await readJson('why', ferry, ferry2);
    const { parts, constant, sum, likeness } = why.likeness;
    const added = parts.reduce((total: number, { value, weight, adds }: Record<string, number>) => {
      expect(adds).toBeCloseTo((value ?? 0) * (weight ?? 0), 9);
      return total + (adds ?? 0);
    }, constant);
    expect(sum).toBeCloseTo(added, 9);
    expect(likeness).toBe(sum);
    const evidence = why.terms.reduce(
      (total: number, term: { evidence: number }) => total + term.evidence,
      0,
    );
    expect(parts[2].value).toBeCloseTo(Math.log1p(evidence), 5);
    expect(why).toMatchObject({
      isOneStory: true,
      isOneAddress: false,
      hoursApart: 1,
      verdict: { isOneEvent: true, because: 'likeness' },
    });
    expect(why.terms).toContainEqual(expect.objectContaining({ word: 'Kastrova', kind: 'name' }));
  });

  test('of two events, and of a story of several, the whole story is compared, too', async () => {
    const why = await readJson('why', quake, ferry);
    expect(why).toMatchObject({
      isOneStory: false,
      verdict: { isOneEvent: false, isOneAffair: false },
      toStories: [{ entryId: quake, storyId: sea, compared: 2 }],
    });
    const { stdout } = await story('why', quake, ferry);
    expect(stdout).toContain(`Entry ${quake} and story ${sea}, by 2 entries of it`);
    expect(stdout).toContain('They are in different stories.');
  });

  test('what editors said stands above all', async () => {
    await story('split', ferry2);
    expect(await readJson('why', ferry, ferry2)).toMatchObject({
      facts: { ofEntries: 'apart' },
      verdict: { isOneEvent: false, because: 'editor' },
    });
    expect((await story('why', ferry, ferry2)).stdout).toContain('keep them apart');
  });

  test('an address that several entries have is not guessed at', async () => {
    await database.db
      .updateTable('entries')
      .set({ url: urlOf('ferry1') })
      .where('id', '=', quake)
      .execute();
    const { code, stderr } = await story('why', urlOf('ferry1'), ferry2);
    expect(code).toBe(1);
    expect(stderr).toContain(`${ferry}, ${quake}`);
  });
});

import { describe, expect, test } from 'vitest';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import { makeTopic } from '../support/make-topic.ts';
import { type Item, useNewsroom } from '../support/newsroom.ts';

const room = useNewsroom();

const quake = (id: string, change: Partial<Item> = {}): Item => ({
  id,
  title: 'Strong quake shakes Anderra, dozens feared dead',
  summary: 'A quake of magnitude 6.4 destroys villages in Anderra; rescuers dig in the rubble.',
  ...change,
});
const words = (count: number, seed: string) =>
  Array.from({ length: count }, (_, n) => `${seed}${n}x`).join(' ');

/** Each entry has one story, each story a lead among its entries. */
async function expectWhole(count: number) {
  const stories = await room.listStories();
  expect(stories.flatMap(({ entries }) => entries)).toHaveLength(count);
  for (const { lead, entries } of stories) expect(entries).toContain(lead);
}

describe('entries that hardly say anything, or too much', () => {
  test('each is stored and has its own story', async () => {
    const items: Item[] = [
      {
        id: 'long',
        title: words(300, 'ti'),
        summary: words(300, 'su'),
        html: `<p>${words(20_000, 'bo')}</p>`,
      },
      { id: 'word', title: 'Harbour' },
      { id: 'emoji', title: '😀🎉👨‍👩‍👧' },
      { id: 'signs', title: '… – !?' },
      { id: 'common', title: 'What is the news?' },
      { id: 'number', title: '42' },
      { id: 'half', title: 'Lantern \ud83d of Torvik \u0000\u0007' },
      { id: 'han', title: '中国伊朗'.repeat(200) },
      { id: 'thai', title: 'ก'.repeat(500) },
      { id: 'arabic', title: 'الرئيس الإيراني يزور باريس', language: 'ar' },
      { id: 'none', title: '', summary: '' },
    ];
    const { report } = await room.bring('alpha', { items, language: '' });
    expect(report).toMatchObject({ outcome: 'fetched', entries: { new: items.length } });
    await expectWhole(items.length);
    expect(await room.listGroups()).toHaveLength(items.length);
  });

  test('without words nothing is alike, over sources too', async () => {
    const items = ['😀🎉', '… – !?', 'What is the news?', '!'].map((title, n) => ({ id: `a${n}`, title }));
    await room.bring('alpha', items);
    await room.bring(
      'beta',
      items.map((item, n) => ({ ...item, id: `b${n}` })),
    );
    expect(await room.listGroups()).toHaveLength(8);
  });

  test('two sources that have no headline do not tell the same', async () => {
    await room.bring('alpha', [
      { id: 'a', title: '', html: '<img src="https://a.example/1.png">', url: 'https://alpha.example/' },
    ]);
    await room.bring('beta', [
      { id: 'b', title: '', html: '<img src="https://b.example/2.png">', url: 'https://beta.example/' },
    ]);
    expect(await room.listGroups()).toEqual(['a', 'b']);
  });

  test('a long title is found again by another source', async () => {
    await room.bring('alpha', [{ id: 'a', title: words(60, 'ti') }]);
    await room.bring('beta', [{ id: 'b', title: words(60, 'ti') }]);
    expect(await room.listGroups()).toEqual(['a b']);
  });

  test.each(['zz', 'qaa', 'x-klingon', 'i-default', 'English', 'en_US', '../..', 'constructor', 'und'])(
    'a language that is called %s',
    async (language) => {
      const { report } = await room.bring('alpha', { items: [quake('a')], language });
      await room.bring('beta', { items: [quake('b')], language });
      expect(report).toMatchObject({ outcome: 'fetched', entries: { new: 1 } });
      expect(await room.listGroups()).toEqual(['a b']);
    },
  );
});

describe('many at once', () => {
  test('30 identical headlines over other texts in one document', async () => {
    const items = Array.from({ length: 30 }, (_, n) => ({
      id: `p${n}`,
      title: 'Photo of the day',
      summary: words(12, `photo${n}y`),
    }));
    await room.bring('alpha', items);
    await expectWhole(30);
    expect(await room.listGroups()).toHaveLength(30);
  });

  test('numbers of a series in one document and over days', async () => {
    await room.bring(
      'alpha',
      Array.from({ length: 6 }, (_, n) => ({ id: `p${n}`, title: `Puzzle ${200 + n}` })),
    );
    await room.bring('alpha', [{ id: 'p6', title: 'Puzzle 206', hours: 3 }]);
    expect(await room.listGroups()).toHaveLength(7);
  });

  test('a column with the same headline each day is a story each day', async () => {
    const days = [
      'Ministers meet over the budget, and a storm nears the coast.',
      'Trains stand still, and the bank keeps its rate.',
    ];
    for (const [day, summary] of days.entries()) {
      room.clock = new Date(room.clock.getTime() + day * 86_400_000);
      await room.bring('alpha', [
        { id: `day${day}`, title: 'Morning briefing: what to know today', summary, hours: day * 24 },
      ]);
    }
    expect(await room.listGroups()).toEqual(['day0', 'day1']);
  });

  test('many posts of one source on one event join the story that another source has', async () => {
    await room.bring('alpha', [quake('first')]);
    const posts = Array.from({ length: 14 }, (_, n) =>
      quake(`post${n}`, {
        summary: `A quake of magnitude 6.4 destroys villages in Anderra. ${words(4, `post${n}y`)}`,
        hours: 1,
      }),
    );
    await room.bring('beta', posts);
    const { entries } = await room.findStory('first');
    expect(entries.length).toBeGreaterThanOrEqual(13);
  });

  test('made-up languages are one, the unknown', async () => {
    const letters = 'abcdefghij';
    const items = Array.from({ length: 60 }, (_, n) =>
      quake(`l${n}`, { language: `q${letters[n % 10]}${letters[Math.floor(n / 10)]}` }),
    );
    const { report } = await room.bring('alpha', items);
    expect(report).toMatchObject({ entries: { new: 60 } });
    expect(await room.listGroups()).toHaveLength(1);
    const languages = await room.db.selectFrom('entry_terms').select('language').distinct().execute();
    expect(languages).toEqual([{ language: 'und' }]);
  });
});

describe('dates', () => {
  test.each([
    ['far past', '1971-03-01T00:00:00Z'],
    ['before all counting', '1601-01-01T00:00:00Z'],
    ['far future', '9999-12-31T23:59:59Z'],
    ['next year', '2027-02-16T08:00:00Z'],
    ['no date', 'soon'],
  ])('%s', async (_name, date) => {
    const { report } = await room.bring('alpha', [quake('a', { date })]);
    await room.bring('beta', [quake('b', { date })]);
    expect(report).toMatchObject({ outcome: 'fetched', entries: { new: 1 } });
    expect(await room.listGroups()).toEqual(['a b']);
    const { updatedAt } = await room.findStory('a');
    expect(updatedAt.getTime()).toBeLessThanOrEqual(room.clock.getTime());
  });

  test('an old telling does not join what is told now', async () => {
    await room.bring('alpha', [quake('a')]);
    await room.bring('beta', [quake('b', { date: '1999-01-01T00:00:00Z' })]);
    expect(await room.listGroups()).toEqual(['a', 'b']);
  });
});

describe('the same document again', () => {
  const tables = [
    'stories',
    'story_entries',
    'story_keys',
    'story_links',
    'entry_terms',
    'entry_keys',
    'placements',
  ] as const;
  const readAll = async () =>
    Promise.all(
      tables.map(async (table) =>
        JSON.stringify(
          (await room.db.selectFrom(table).selectAll().execute()).map((r) => JSON.stringify(r)).sort(),
        ),
      ),
    );

  test('changes nothing, whoever reads it', async () => {
    await addTopic(room.db, makeTopic('world'), room.clock);
    await room.bring('beta', [quake('b')]);
    const items = [quake('a'), { id: 'vote', title: 'Parliament in Lisvane votes down the budget' }];
    await room.bring('alpha', items);
    const before = [await readAll(), await room.readAtom('world')];
    room.clock = new Date(room.clock.getTime() + 3_600_000);
    // Other bytes and the other order, so that the document is read again.
    const { report } = await room.bring('alpha', [...items].reverse(), room.startWorker(room.connect()));
    expect(report).toMatchObject({ outcome: 'fetched', entries: { new: 0, changed: 0, repeated: 2 } });
    expect([await readAll(), await room.readAtom('world')]).toEqual(before);
  });
});

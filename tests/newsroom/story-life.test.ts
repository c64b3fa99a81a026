import { beforeEach, describe, expect, test } from 'vitest';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import { makeTopic } from '../support/make-topic.ts';
import { type Item, quake1, quake2, toHours, useNewsroom } from '../support/newsroom.ts';

// What readers see of a story while it grows: its ids, its dates, its lead.
const room = useNewsroom();

beforeEach(async () => {
  await addTopic(room.db, makeTopic('world'), room.clock);
});

const dam: Item = {
  id: 'dam',
  title: 'Anderra quake toll rises to 300 as dam bursts',
  summary:
    'A dam above the valley burst in the night and swept away a refugee camp after the Anderra quake, the army said; thousands flee towards the capital.',
  hours: 3,
};

/** All that must stay as it was: ids of stories, of placements and of items in the document. */
async function readIds() {
  const stories = (await room.listStories()).map(({ id, uuid }) => ({ id, uuid }));
  const placements = await room.db
    .selectFrom('placements')
    .select(['story_id', 'item_uuid', 'state'])
    .orderBy('story_id')
    .execute();
  const items = (await room.readAtom('world')).map(({ id, published }) => ({ id, published }));
  return { stories, placements, items };
}

describe('ids stay', () => {
  test('when a telling joins', async () => {
    await room.bring('alpha', [quake1]);
    const before = await readIds();
    expect(before.items).toMatchObject([{ id: `urn:uuid:${before.stories[0]?.uuid}` }]);
    await room.bring('beta', [quake2]);
    expect(await room.listGroups()).toEqual(['quake1 quake2']);
    expect(await readIds()).toEqual(before);
    expect((await room.readAtom('world'))[0]?.xml).toContain('Dozens feared dead as strong quake');
  });

  test('after a restart, on another worker and connection', async () => {
    await room.bring('alpha', [quake1]);
    const before = await readIds();
    const [second, third] = [room.startWorker(room.connect()), room.startWorker(room.connect())];
    await room.bring('beta', [quake2], second);
    await room.bring('gamma', [{ ...quake1, id: 'quake3' }], third);
    await room.bring('alpha', [{ ...quake1, title: `${quake1.title}, governor says` }], third);
    expect(await room.listGroups()).toEqual(['quake1 quake2 quake3']);
    expect(await readIds()).toEqual(before);
  });

  test('when another entry leads', async () => {
    await room.bring('alpha', { items: [quake1], weight: 3 });
    const before = await readIds();
    await room.bring('beta', { items: [quake2], weight: 9 });
    expect(await room.findStory('quake1')).toMatchObject({ lead: 'quake2' });
    expect(await readIds()).toEqual(before);
    expect((await room.readAtom('world'))[0]?.title).toBe(quake2.title);
  });

  test('when a published story takes up another published one, whose address leads to it', async () => {
    await room.bring('alpha', [quake1]);
    await room.bring('beta', [
      { ...quake2, id: 'changing', title: 'Parliament of Lisvane votes', summary: 'On the budget.' },
    ]);
    const [first, second] = [await room.findStory('quake1'), await room.findStory('changing')];
    const before = await room.readAtom('world');
    expect(before).toHaveLength(2);
    await room.bring('beta', [{ ...quake2, id: 'changing' }]);
    const after = await room.readAtom('world');
    expect(after.map(({ id }) => id)).toEqual([`urn:uuid:${first.uuid}`]);
    expect(await room.db.selectFrom('story_aliases').selectAll().execute()).toEqual([
      { id: second.id, story_id: first.id },
    ]);
  });
});

describe('dates move for real news only', () => {
  const readDates = async () => ({
    story: (await room.findStory('quake1')).updatedAt,
    item: (await room.readAtom('world'))[0]?.updated,
  });
  const change = (item: Item) => {
    room.clock = toHours(10);
    return room.bring('alpha', [item]);
  };

  test.each<[string, Item]>([
    ['a typo in the title', { ...quake1, title: quake1.title.replace('shakes', 'shaks') }],
    ['a typo in the summary', { ...quake1, summary: quake1.summary?.replace('villages', 'vilages') }],
    ['a name put right', { ...quake1, summary: quake1.summary?.replace('Anderra', 'Andera') }],
    ['a picture more', { ...quake1, image: 'https://alpha.example/1.jpg' }],
    ['a date of change without a change', { ...quake1, modified: '2026-02-16T11:00:00Z' }],
  ])('%s does not', async (_name, changed) => {
    await room.bring('alpha', [quake1]);
    const before = await readDates();
    await change(changed);
    expect(await readDates()).toEqual(before);
  });

  test('a typo in an entry that has a headline only does not', async () => {
    const bare: Item = { id: 'quake1', title: 'Mayor resigns after bridge colapse' };
    await room.bring('alpha', [bare]);
    const before = await readDates();
    const { report } = await change({ ...bare, title: 'Mayor resigns after bridge collapse' });
    expect(report).toMatchObject({ entries: { changed: 1 } });
    expect(await readDates()).toEqual(before);
  });

  test('a changed entry with another text does', async () => {
    await room.bring('alpha', [quake1]);
    await change({ ...dam, id: 'quake1', hours: 0 });
    expect(await readDates()).toEqual({
      story: toHours(10),
      item: toHours(10).toISOString(),
    });
  });

  test('the date of change on the wire is taken where there is one', async () => {
    await room.bring('alpha', [quake1]);
    await change({ ...dam, id: 'quake1', hours: 0, modified: toHours(6).toISOString() });
    expect((await readDates()).story).toEqual(toHours(6));
  });

  test('another telling of what is known does not', async () => {
    await room.bring('alpha', [quake1]);
    const before = await readDates();
    await room.bring('beta', [quake2]);
    expect(await room.listGroups()).toEqual(['quake1 quake2']);
    expect(await readDates()).toEqual(before);
  });

  test('a telling that joins with much that is new does, to its own date', async () => {
    const url = 'https://agency.example/news/17';
    await room.bring('alpha', [{ ...quake1, url }]);
    await room.bring('beta', [{ ...dam, url }]);
    expect(await room.listGroups()).toEqual(['dam quake1']);
    expect((await readDates()).story).toEqual(toHours(3));
  });

  test('an older one does not move it back', async () => {
    const url = 'https://agency.example/news/17';
    await room.bring('beta', [{ ...dam, id: 'quake1', url }]);
    const before = await readDates();
    await room.bring('alpha', [{ ...quake1, id: 'earlier', url, hours: -5 }]);
    expect(await readDates()).toEqual(before);
  });
});

describe('the lead', () => {
  const findLead = async () => (await room.findStory('quake1')).lead;

  test.each([
    ['as weighty a source', 5, 'quake1'],
    ['a little weightier one', 6, 'quake1'],
    ['a clearly weightier one', 7, 'quake2'],
    ['a lighter one', 1, 'quake1'],
  ])('against %s', async (_name, weight, lead) => {
    await room.bring('alpha', [quake1]);
    await room.bring('beta', { items: [quake2], weight });
    expect(await findLead()).toBe(lead);
  });

  test('goes back only when clearly beaten in turn', async () => {
    await room.bring('alpha', { items: [quake1], weight: 5 });
    await room.bring('beta', { items: [quake2], weight: 7 });
    await room.bring('gamma', { items: [{ ...quake1, id: 'quake3' }], weight: 8 });
    expect(await findLead()).toBe('quake2');
    await room.bring('delta', { items: [{ ...quake1, id: 'quake4' }], weight: 10 });
    expect(await findLead()).toBe('quake4');
  });

  test('is chosen anew when it was changed for the worse', async () => {
    await room.bring('alpha', [{ ...quake1, image: 'https://alpha.example/1.jpg' }]);
    await room.bring('beta', [{ ...quake2, image: 'https://beta.example/1.jpg' }]);
    await room.bring('alpha', [{ ...quake1, summary: '' }]);
    expect(await findLead()).toBe('quake2');
  });
});

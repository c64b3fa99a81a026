import { beforeEach, describe, expect, test } from 'vitest';
import { listPublished } from '../../db/placements.ts';
import type { Topic } from '../../src/model/topic.ts';
import { addTopic } from '../../src/newsroom/curate-topic.ts';
import { decideDue } from '../../src/newsroom/decide-due.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { quake1, quake2, toHours, useNewsroom } from '../support/newsroom.ts';

const newsroom = useNewsroom();
let world: Topic;
let hand: ReturnType<typeof createHand>;

beforeEach(async () => {
  world = (await addTopic(newsroom.db, makeTopic('world'), toHours(0))).topic;
  hand = await handIn(world);
});

async function handIn(topic: Topic): Promise<ReturnType<typeof createHand>> {
  const context = { db: newsroom.db, now: () => newsroom.clock };
  return createHand(context, await addEditor(newsroom.db, 'Ana'), topic.id);
}

const readTitles = async (slug = 'world') => (await newsroom.readAtom(slug)).map(({ title }) => title);
const item = (id: string, hours: number) => ({ id, title: `Headline of ${id}`, hours });

test('a typo that the source mends does not move an item’s date, before an edit and after', async () => {
  const mend = (title: string) => newsroom.bring('alpha', [{ ...quake1, title }]);
  const updated = async () => (await newsroom.readAtom('world'))[0]?.updated;
  await mend('Strong quake shakes Anderra, dozens faered dead');
  const first = await updated();
  newsroom.clock = toHours(6);
  await mend(quake1.title);
  expect(await updated()).toBe(first);
  expect(await readTitles()).toEqual([quake1.title]);
  newsroom.clock = toHours(7);
  const { id } = await newsroom.findStory('quake1');
  await hand(id, { act: 'edit', standfirst: 'Help is on its way.' });
  await hand(id, { act: 'correct', text: 'The quake was at night.' });
  expect(await updated()).toBe(toHours(7).toISOString());
  newsroom.clock = toHours(8);
  await mend(`${quake1.title}.`);
  expect(await readTitles()).toEqual([`${quake1.title}.`]);
  expect(await updated()).toBe(toHours(7).toISOString());
});

describe('an editor’s words', () => {
  test('are in the topic’s documents at once, as an update of the same item; undo brings the publisher’s back', async () => {
    await newsroom.bring('alpha', [quake1]);
    const { id } = await newsroom.findStory('quake1');
    const [before] = await newsroom.readAtom('world');
    newsroom.clock = toHours(9);
    const outcome = await hand(id, {
      act: 'edit',
      headline: 'Quake in Anderra',
      standfirst: 'Help is on its way.',
    });
    const [after] = await newsroom.readAtom('world');
    expect(after).toMatchObject({
      id: before?.id,
      title: 'Quake in Anderra',
      published: before?.published,
      updated: toHours(9).toISOString(),
    });
    expect(after?.xml).toContain('Help is on its way.');
    expect(after?.xml).toContain(`/stories/${id}-quake-in-anderra`);
    newsroom.clock = toHours(10);
    const decisionId = outcome.kind === 'decided' ? outcome.decision.id : '';
    await hand(id, { act: 'undo', decisionId });
    const [undone] = await newsroom.readAtom('world');
    expect(undone).toMatchObject({ title: quake1.title, updated: toHours(10).toISOString() });
  });

  test('are those of one topic: another shows the publisher’s', async () => {
    await addTopic(newsroom.db, makeTopic('other'), toHours(0));
    await newsroom.bring('alpha', [quake1]);
    await hand((await newsroom.findStory('quake1')).id, { act: 'edit', headline: 'Ours' });
    expect(await readTitles()).toEqual(['Ours']);
    expect(await readTitles('other')).toEqual([quake1.title]);
  });

  test('are shown where the source’s policy shows the headline alone; its own summary is not', async () => {
    await newsroom.bring('alpha', { items: [quake1], policy: 'title' });
    const { id } = await newsroom.findStory('quake1');
    expect((await newsroom.readAtom('world'))[0]?.xml).not.toContain('rescuers dig');
    await hand(id, { act: 'edit', headline: 'Ours' });
    expect((await newsroom.readAtom('world'))[0]?.xml).not.toContain('rescuers dig');
    await hand(id, { act: 'edit', standfirst: 'Help is on its way.' });
    const [entry] = await newsroom.readAtom('world');
    expect(entry?.xml).toContain('Help is on its way.');
    expect(entry?.xml).not.toContain('rescuers dig');
  });

  test('stay when the publisher changes its own, and when another telling joins', async () => {
    await newsroom.bring('alpha', [quake1]);
    const { id } = await newsroom.findStory('quake1');
    await hand(id, { act: 'edit', headline: 'Ours' });
    await newsroom.bring('alpha', [{ ...quake1, title: `${quake1.title}, officials say` }]);
    await newsroom.bring('beta', [quake2]);
    const [entry] = await newsroom.readAtom('world');
    expect(entry?.title).toBe('Ours');
    expect(entry?.xml).toContain(quake2.title);
  });
});

test('the lead that an editor chose leads in this topic only, the other is further coverage', async () => {
  await addTopic(newsroom.db, makeTopic('other'), toHours(0));
  await newsroom.bring('alpha', [quake1]);
  await newsroom.bring('beta', [quake2]);
  const { id } = await newsroom.findStory('quake1');
  const [own] = await readTitles();
  const [chosen, named] = own === quake1.title ? [quake2, 'quake2'] : [quake1, 'quake1'];
  const entry = await newsroom.db
    .selectFrom('entries')
    .select('id')
    .where('guid', '=', named)
    .executeTakeFirstOrThrow();
  await hand(id, { act: 'lead', entryId: entry.id });
  expect(await readTitles()).toEqual([chosen.title]);
  expect((await newsroom.readAtom('world'))[0]?.xml).toContain(own ?? '-');
  expect(await readTitles('other')).toEqual([own]);
  await newsroom.db.deleteFrom('entries').where('id', '=', entry.id).execute();
  await hand(id, { act: 'hold' });
  await hand(id, { act: 'publish' });
  expect(await readTitles()).toEqual([own]);
});

test('pinned stories stand first, the last pinned before the others, on the first page only, until their hour', async () => {
  await newsroom.bring('alpha', [item('old', 0), item('older', 1), item('new', 2), item('newest', 3)]);
  const story = async (name: string) => (await newsroom.findStory(name)).id;
  await hand(await story('old'), { act: 'pin', until: toHours(6) });
  newsroom.clock = toHours(5);
  await hand(await story('new'), { act: 'pin' });
  const titles = (names: string[]) => names.map((name) => `Headline of ${name}`);
  expect(await readTitles()).toEqual(titles(['new', 'old', 'newest', 'older']));
  const first = await listPublished(newsroom.db, world.id, { limit: 3 });
  expect(first.map(({ lead }) => lead.entry.guid)).toEqual(['new', 'old', 'newest']);
  const { datedAt, storyId } = first[2]?.placement ?? { datedAt: toHours(0) };
  const second = await listPublished(newsroom.db, world.id, { limit: 3, before: { datedAt, storyId } });
  expect(second.map(({ lead }) => lead.entry.guid)).toEqual(['older']);
  newsroom.clock = toHours(7);
  await decideDue({ db: newsroom.db, now: () => newsroom.clock });
  expect(await readTitles()).toEqual(titles(['new', 'newest', 'older', 'old']));
});

test('a pin and another lead are no update; what is spiked leaves the documents of that topic only', async () => {
  await addTopic(newsroom.db, makeTopic('other'), toHours(0));
  await newsroom.bring('alpha', [quake1]);
  await newsroom.bring('beta', [quake2]);
  const { id } = await newsroom.findStory('quake1');
  const [before] = await newsroom.readAtom('world');
  newsroom.clock = toHours(9);
  await hand(id, { act: 'pin' });
  for (const { id: entryId } of await newsroom.db.selectFrom('entries').select('id').execute())
    await hand(id, { act: 'lead', entryId });
  const [after] = await newsroom.readAtom('world');
  expect(after).toMatchObject({ id: before?.id, updated: before?.updated, published: before?.published });
  await hand(id, { act: 'schedule', expireAt: toHours(10) });
  await decideDue({ db: newsroom.db, now: () => toHours(11) });
  expect(await readTitles()).toEqual([]);
  await hand(id, { act: 'publish' });
  expect((await newsroom.readAtom('world'))[0]).toMatchObject({ id: before?.id });
  await hand(id, { act: 'spike' });
  expect(await readTitles()).toEqual([]);
  expect(await readTitles('other')).toHaveLength(1);
});

test('rendered again, the bytes are the same', async () => {
  await newsroom.bring('alpha', [quake1, item('pinned', 0)]);
  await hand((await newsroom.findStory('pinned')).id, { act: 'pin' });
  await hand((await newsroom.findStory('quake1')).id, { act: 'edit', headline: 'Ours', standfirst: 'So.' });
  await newsroom.readAtom('world');
  const readEtags = () =>
    newsroom.db.selectFrom('publications').select(['format', 'etag']).orderBy('format').execute();
  const before = await readEtags();
  expect(before).toHaveLength(3);
  newsroom.clock = toHours(9);
  await newsroom.db.insertInto('topic_changes').values({ topic_id: world.id }).execute();
  await newsroom.readAtom('world');
  expect(await readEtags()).toEqual(before);
});

test('published ids come through a merge and its undo', async () => {
  await newsroom.bring('alpha', [quake1, { id: 'budget', title: 'Senate of Verland passes its budget' }]);
  const [quake, budget] = [await newsroom.findStory('quake1'), await newsroom.findStory('budget')];
  const ids = (await newsroom.readAtom('world')).map(({ id, title }) => `${id} ${title}`).sort();
  const merge = await hand(quake.id, { act: 'merge', otherId: budget.id });
  expect(await newsroom.readAtom('world')).toHaveLength(1);
  await hand(quake.id, { act: 'undo', decisionId: merge.kind === 'decided' ? merge.decision.id : '' });
  expect((await newsroom.readAtom('world')).map(({ id, title }) => `${id} ${title}`).sort()).toEqual(ids);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { findArchiveDocument } from '../../db/archives.ts';
import { placeStories, withdrawPlacements } from '../../db/placements.ts';
import { pruneEntries } from '../../db/prune.ts';
import { findPublication } from '../../db/publications.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { createTopic } from '../../db/topics.ts';
import { type PublicationFormat, publicationFormats } from '../../src/model/outgoing.ts';
import type { Topic } from '../../src/model/topic.ts';
import { changeTopic } from '../../src/newsroom/curate-topic.ts';
import { decideDue } from '../../src/newsroom/decide-due.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { addEditor, createHand } from '../support/desk.ts';
import { makeTopic } from '../support/make-topic.ts';
import { openManyStories } from '../support/many-stories.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
const start = new Date('2026-03-01T00:00:00Z');
const day = 86_400_000;
let clock = start;
let topic: Topic;
let stories: Awaited<ReturnType<typeof openManyStories>>;
let hand: ReturnType<typeof createHand>;

const later = (ms = 60_000) => {
  clock = new Date(clock.getTime() + ms);
};

async function publish(publicUrl = 'https://wire.example'): Promise<void> {
  const log = { error: (fields: object) => expect.fail(JSON.stringify(fields)) };
  await publishChangedTopics({ db: database.db, publicUrl, now: () => clock, log });
}

async function place(from: number, to: number): Promise<void> {
  const placed = stories.slice(from, to).map(({ storyId, datedAt }) => ({
    topicId: topic.id,
    storyId,
    datedAt,
    reasons: [{ clause: '*', field: 'all' }],
    state: 'published' as const,
  }));
  await placeStories(database.db, placed, clock);
  await markTopicsChanged(database.db, [topic.id]);
}

const read = async (format: PublicationFormat = 'atom') =>
  Buffer.from((await findPublication(database.db, 'world', format))?.body ?? '').toString();
const readArchive = async (number: number, format: PublicationFormat = 'atom') =>
  Buffer.from((await findArchiveDocument(database.db, 'world', number, format))?.body ?? '').toString();
const listIds = (text: string) =>
  [...text.matchAll(/<id>urn:uuid:([^<]*)<\/id>/g)].map(([, id]) => id).slice(1);
const nth = (n: number) => stories[n] ?? expect.fail();
/** One that is in the first archive. */
async function findArchived(): Promise<(typeof stories)[number]> {
  const row = await database.db
    .selectFrom('published_items')
    .select('story_id')
    .where('archive', '=', 1)
    .orderBy('number')
    .executeTakeFirstOrThrow();
  return stories.find(({ storyId }) => storyId === row.story_id) ?? expect.fail();
}
const findItem = (uuid: string) =>
  database.db.selectFrom('published_items').selectAll().where('item_uuid', '=', uuid).executeTakeFirst();

beforeEach(async () => {
  const { db } = database;
  for (const table of ['topics', 'stories', 'sources'] as const) await db.deleteFrom(table).execute();
  clock = start;
  topic = await createTopic(db, makeTopic('world', { itemLimit: 10 }), clock);
  stories = await openManyStories(db, 130);
  const context = { db, now: () => clock };
  hand = createHand(context, await addEditor(db, 'Ana'), topic.id);
});

describe('archives', () => {
  test('close when fifty items are in the document that are not among its newest; each is numbered as it was published', async () => {
    await place(0, 59);
    await publish();
    expect(listIds(await read())).toHaveLength(59);
    expect(await read()).not.toContain('prev-archive');
    expect(await readArchive(1)).toBe('');
    later();
    await place(59, 60);
    await publish();
    const [current, archived] = [listIds(await read()), listIds(await readArchive(1))];
    expect([current.length, archived.length]).toEqual([10, 50]);
    expect([...current, ...archived].sort()).toEqual(
      stories
        .slice(0, 60)
        .map(({ uuid }) => uuid)
        .sort(),
    );
    const items = await database.db
      .selectFrom('published_items')
      .select(['number', 'item_uuid'])
      .orderBy('number')
      .execute();
    expect(items.map(({ number }) => Number(number))).toEqual(items.map((_, n) => n + 1));
    expect(items.at(-1)?.item_uuid).toBe(nth(59).uuid);
  });

  test('name each other and the document that people subscribe to, in each format', async () => {
    await place(0, 120);
    await publish();
    const url = 'https://wire.example/topics/world';
    const current = await read();
    expect(current).toContain(`href="${url}/archive/2.atom" rel="prev-archive"`);
    expect(current).not.toContain('fh:archive');
    const second = await readArchive(2);
    for (const [rel, path] of [
      ['self', '/archive/2.atom'],
      ['prev-archive', '/archive/1.atom'],
      ['next-archive', '/archive/3.atom'],
      ['current', '.atom'],
    ]) {
      expect(second).toContain(`href="${url}${path}" rel="${rel}"`);
    }
    expect(second).toContain('<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>');
    expect(await readArchive(1)).not.toContain('prev-archive');
    const rss = await readArchive(2, 'rss');
    expect(rss).toContain(`<atom:link href="${url}/archive/1.rss" rel="prev-archive"`);
    expect(rss).toContain(`<atom:link href="${url}.rss" rel="current"`);
    expect(rss).toContain('<fh:archive ');
    expect(JSON.parse(await read('json')).next_url).toBe(`${url}/archive/2.json`);
    expect(JSON.parse(await readArchive(2, 'json'))).toMatchObject({
      feed_url: `${url}/archive/2.json`,
      next_url: `${url}/archive/1.json`,
    });
    expect(JSON.parse(await readArchive(1, 'json')).next_url).toBeUndefined();
  });

  test('stay byte for byte when an item is edited; it comes again, newer, until thirty days after', async () => {
    await place(0, 60);
    await publish();
    const archived = await findArchived();
    const before = await readArchive(1);
    expect(listIds(await read())).not.toContain(archived.uuid);
    later();
    await hand(archived.storyId, { act: 'edit', headline: 'Another headline' });
    await publish();
    expect(await readArchive(1)).toBe(before);
    const entry = (await read()).split('<entry').find((text) => text.includes(archived.uuid));
    expect(entry).toContain('Another headline');
    expect(entry).toContain(`<updated>${clock.toISOString()}</updated>`);
    later(31 * day);
    await place(60, 61);
    await publish();
    expect(listIds(await read())).not.toContain(archived.uuid);
    expect(await readArchive(1)).toBe(before);
  });

  test('stay when the lead is another, when the rule withdraws an item, and when stories are merged', async () => {
    await place(0, 60);
    await publish();
    const before = await readArchive(1);
    const archived = await findArchived();
    const other =
      stories.find(({ uuid }) => uuid !== archived.uuid && before.includes(uuid)) ?? expect.fail();
    later();
    expect((await hand(archived.storyId, { act: 'merge', otherId: other.storyId })).kind).toBe('decided');
    const third = stories
      .slice(0, 60)
      .find(({ uuid }) => before.includes(uuid) && uuid !== archived.uuid && uuid !== other.uuid);
    await withdrawPlacements(database.db, topic.id, [third?.storyId ?? '']);
    await publish();
    expect(await readArchive(1)).toBe(before);
    expect(await read()).not.toContain('deleted-entry');
    const leavings = [await findItem(archived.uuid), await findItem(other.uuid)].map(
      (item) => item?.leaving ?? '',
    );
    expect(leavings.sort()).toEqual(['', 'merged']);
    expect((await findItem(third?.uuid ?? ''))?.leaving).toBe('withdrawn');
  });

  test('lead to our new address, with all else as it was', async () => {
    await place(0, 120);
    await publish();
    const before = await readArchive(2);
    await markTopicsChanged(database.db, [topic.id]);
    await publish('https://other.example');
    expect(await readArchive(2)).toBe(before.replaceAll('https://wire.example/', 'https://other.example/'));
  });

  test('a topic that gains more than a pass takes is archived in further passes', async () => {
    await database.db.deleteFrom('sources').execute();
    await database.db.deleteFrom('stories').execute();
    stories = await openManyStories(database.db, 700);
    await place(0, 700);
    await publish();
    expect(listIds(await read()).length).toBeLessThan(70);
    await publish();
    await publish();
    const archived = await database.db
      .selectFrom('published_items')
      .select('item_uuid')
      .where('archive', 'is not', null)
      .execute();
    expect(archived.length).toBeGreaterThanOrEqual(640);
    const all = new Set([...listIds(await read()), ...archived.map(({ item_uuid }) => item_uuid)]);
    expect(all.size).toBe(700);
    expect(await database.db.selectFrom('topic_changes').select('id').execute()).toEqual([]);
  });

  test('what no archive has yet is not pruned', async () => {
    await place(0, 59);
    await publish();
    await pruneEntries(database.db, new Date('2027-01-01T00:00:00Z'), 1_000, clock);
    await markTopicsChanged(database.db, [topic.id]);
    await publish();
    expect(listIds(await read())).toHaveLength(59);
  });
});

describe('what is taken back', () => {
  test('leaves the document, and is told as deleted with its reason, until it is published again', async () => {
    await place(0, 3);
    await publish();
    later();
    await hand(nth(1).storyId, { act: 'spike' }, { reason: 'The <ministry> denies it & has proof.' });
    await publish();
    const atom = await read();
    expect(listIds(atom)).not.toContain(nth(1).uuid);
    expect(atom).toContain(`ref="urn:uuid:${nth(1).uuid}" when="${clock.toISOString()}"`);
    expect(atom).toContain('<at:by><name>world</name></at:by>');
    expect(atom).toContain('The &lt;ministry&gt; denies it &amp; has proof.</at:comment>');
    expect(atom).not.toContain('Ana');
    expect(atom.indexOf('at:deleted-entry')).toBeLessThan(atom.indexOf('<entry'));
    expect(atom).toMatch(new RegExp(`<updated>${clock.toISOString()}</updated>\\s*(?!<entry)`));
    expect(await read('rss')).not.toContain(nth(1).uuid);
    const { _wireroom } = JSON.parse(await read('json'));
    expect(_wireroom.deleted).toEqual([
      {
        id: `urn:uuid:${nth(1).uuid}`,
        date: clock.toISOString(),
        comment: 'The <ministry> denies it & has proof.',
      },
    ]);
    const when = clock;
    later();
    await hand(nth(1).storyId, { act: 'publish' });
    await publish();
    const again = (await read()).split('<entry').find((text) => text.includes(nth(1).uuid)) ?? '';
    expect(await read()).not.toContain('deleted-entry');
    const [, updated = ''] = /<updated>([^<]*)/.exec(again.replace(/<source>[\s\S]*<\/source>/, '')) ?? [];
    expect(new Date(updated).getTime()).toBeGreaterThan(when.getTime());
  });

  test('leaves its archive, whose other items and links stay; the reason is written down; published again it is a new item of the document', async () => {
    await place(0, 60);
    await publish();
    const archived = await findArchived();
    const before = await readArchive(1);
    const linksOf = (text: string) => text.slice(0, text.indexOf('<entry')).match(/<link[^>]*>/g);
    const entriesOf = (text: string) => text.split('\n  <entry').slice(1);
    later();
    await hand(archived.storyId, { act: 'spike' }, { reason: 'Libel' });
    await publish();
    const after = await readArchive(1);
    expect(linksOf(after)).toEqual(linksOf(before));
    expect(listIds(after)).toEqual(listIds(before).filter((id) => id !== archived.uuid));
    expect(entriesOf(after).join('')).not.toContain(archived.uuid);
    for (const entry of entriesOf(after)) expect(before).toContain(entry.replace(/\n<\/feed>\s*$/, ''));
    expect(await findItem(archived.uuid)).toMatchObject({
      leaving: 'retracted',
      comment: 'Libel',
      left_archive: 1,
      archive: null,
    });
    expect(await read()).toContain(`ref="urn:uuid:${archived.uuid}"`);
    later();
    await hand(archived.storyId, { act: 'publish' });
    await publish();
    expect(listIds(await readArchive(1))).not.toContain(archived.uuid);
    expect(listIds(await read())).toContain(archived.uuid);
    expect(Number((await findItem(archived.uuid))?.number)).toBe(61);
  });

  test('by the clock is told as well', async () => {
    await place(0, 2);
    await publish();
    const hour = new Date(clock.getTime() + 3_600_000);
    await hand(nth(0).storyId, { act: 'schedule', expireAt: hour });
    clock = hour;
    await decideDue({ db: database.db, now: () => clock });
    await publish();
    expect(listIds(await read())).toEqual([nth(1).uuid]);
    expect(await read()).toContain('expired</at:comment>');
  });

  test('is told for thirty days of the topic, not of the clock', async () => {
    await place(0, 2);
    await publish();
    await hand(nth(0).storyId, { act: 'spike' });
    await publish();
    later(40 * day);
    await markTopicsChanged(database.db, [topic.id]);
    const before = await read();
    await publish();
    expect(await read()).toBe(before);
    await place(2, 3);
    await publish();
    expect(await read()).not.toContain('deleted-entry');
  });

  test('before anyone could have read it is told too; what the rule withdraws leaves silently', async () => {
    await place(0, 3);
    await hand(nth(0).storyId, { act: 'spike' });
    await publish();
    expect(await read()).toContain(`ref="urn:uuid:${nth(0).uuid}"`);
    await changeTopic(database.db, topic.id, { rule: 'nothing-has-this-word' }, clock);
    await publish();
    expect(listIds(await read())).toEqual([]);
    expect((await read()).match(/deleted-entry ref/g) ?? []).toHaveLength(0);
    expect((await read()).match(/<at:deleted-entry /g)).toHaveLength(1);
  });
});

describe('corrections', () => {
  test('are said in each format and move the date; undo takes them back, and moves it again', async () => {
    await place(0, 1);
    await publish();
    later(day);
    const outcome = await hand(nth(0).storyId, { act: 'correct', text: ' It was\nnine <days>, not eight. ' });
    await publish();
    const words = 'Correction, 2 March 2026: It was nine &lt;days&gt;, not eight.';
    const atom = await read();
    expect(atom).toContain(`<updated>${clock.toISOString()}</updated>`);
    expect(await read('rss')).toContain(`<atom:updated>${clock.toISOString()}</atom:updated>`);
    expect(await read('rss')).toContain(`<p>${words}</p>`);
    const [item] = JSON.parse(await read('json')).items;
    expect(item.content_html).toContain(`<p>${words}</p>\n<p>Summary 1</p>`);
    expect(item.summary).toBe('Correction, 2 March 2026: It was nine <days>, not eight.\nSummary 1');
    expect(item._wireroom.corrections).toEqual([
      { date: clock.toISOString(), text: 'It was nine <days>, not eight.' },
    ]);
    expect(item.date_modified).toBe(clock.toISOString());
    later();
    await hand(nth(0).storyId, {
      act: 'undo',
      decisionId: outcome.kind === 'decided' ? outcome.decision.id : '',
    });
    await publish();
    for (const format of publicationFormats) expect(await read(format)).not.toContain('Correction');
    expect(await read()).toContain(`<updated>${clock.toISOString()}</updated>`);
  });

  test('are added to those before; the same again changes nothing; what is not published has none', async () => {
    await place(0, 1);
    const { storyId } = nth(0);
    expect((await hand(storyId, { act: 'correct', text: 'One.' })).kind).toBe('decided');
    expect((await hand(storyId, { act: 'correct', text: 'One.' })).kind).toBe('unchanged');
    expect((await hand(storyId, { act: 'correct', text: 'Two.' })).kind).toBe('decided');
    expect(await hand(storyId, { act: 'correct', text: 'x'.repeat(1_001) })).toMatchObject({
      kind: 'refused',
      code: 'decision-refused',
    });
    await publish();
    expect(await read()).toMatch(/One\.[\s\S]*Two\./);
    await hand(storyId, { act: 'hold' });
    expect(await hand(storyId, { act: 'correct', text: 'Three.' })).toMatchObject({ kind: 'refused' });
  });
});

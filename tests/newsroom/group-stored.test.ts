import { describe, expect, test } from 'vitest';
import { listRelatedStories } from '../../db/story-links.ts';
import { toStoryKey } from '../../src/newsroom/group-stored.ts';
import { toLeadText } from '../../src/normalise/lead-text.ts';
import { makeEntry } from '../support/make-entry.ts';
import { type Item, quake1, quake2, useNewsroom } from '../support/newsroom.ts';

const room = useNewsroom();

const quake3: Item = {
  id: 'quake3',
  title: 'Anderra quake: dozens feared dead in villages',
  summary: 'The magnitude 6.4 quake in Anderra left rubble where rescuers dig for survivors.',
  hours: 2,
};
const vote1: Item = {
  id: 'vote1',
  title: 'Parliament in Lisvane votes down the budget',
  summary: 'Prime minister Oberlin loses his majority over the budget in Lisvane.',
  hours: 1,
};

describe('entries of several sources', () => {
  test('that tell one event are one story, others are not', async () => {
    await room.bring('alpha', [quake1, vote1]);
    await room.bring('beta', [quake2]);
    await room.bring('gamma', [quake3]);
    expect(await room.listGroups()).toEqual(['quake1 quake2 quake3', 'vote1']);
  });

  test('in whatever order they come', async () => {
    await room.bring('gamma', [quake3]);
    await room.bring('beta', [quake2]);
    await room.bring('alpha', [vote1, quake1]);
    expect(await room.listGroups()).toEqual(['quake1 quake2 quake3', 'vote1']);
  });

  test('the story that was there first stays', async () => {
    await room.bring('gamma', [quake3]);
    const before = await room.findStory('quake3');
    await room.bring('alpha', [quake1]);
    expect(await room.findStory('quake1')).toMatchObject({ id: before.id, uuid: before.uuid });
  });

  test('the canonical address makes one story, whatever the words', async () => {
    const url = 'https://agency.example/news/17?utm_source=rss';
    await room.bring('alpha', [{ ...quake1, url }]);
    await room.bring('beta', [{ ...vote1, url: 'https://agency.example/news/17#top' }]);
    expect(await room.listGroups()).toEqual(['quake1 vote1']);
  });

  test('a changed entry that is alone joins what it tells now', async () => {
    await room.bring('alpha', [quake1]);
    await room.bring('beta', [{ ...vote1, id: 'changing' }]);
    expect(await room.listGroups()).toEqual(['changing', 'quake1']);
    await room.bring('beta', [{ ...quake2, id: 'changing' }]);
    expect(await room.listGroups()).toEqual(['changing quake1']);
  });

  test('a changed entry that is not alone stays', async () => {
    await room.bring('alpha', [quake1]);
    await room.bring('beta', [{ ...quake2, id: 'changing' }]);
    await room.bring('beta', [{ ...vote1, id: 'changing' }]);
    expect(await room.listGroups()).toEqual(['changing quake1']);
  });

  test('an entry that has changed is compared as it is now', async () => {
    await room.bring('alpha', [{ ...vote1, id: 'changing' }]);
    await room.bring('alpha', [{ ...quake1, id: 'changing' }]);
    await room.bring('beta', [quake2]);
    expect(await room.listGroups()).toEqual(['changing quake2']);
  });
});

describe('languages', () => {
  const german: Item = { ...quake2, id: 'de', language: 'de' };

  test('never join by likeness', async () => {
    await room.bring('alpha', [quake1]);
    await room.bring('beta', { items: [german], language: 'de' });
    expect(await room.listGroups()).toEqual(['de', 'quake1']);
    expect(await room.db.selectFrom('story_links').selectAll().execute()).toEqual([]);
  });

  test('join by their address', async () => {
    const url = 'https://agency.example/news/17';
    await room.bring('alpha', [{ ...quake1, url }]);
    await room.bring('beta', { items: [{ ...german, url }], language: 'de' });
    expect(await room.listGroups()).toEqual(['de quake1']);
  });

  test('each finds a story of both by its own language', async () => {
    const url = 'https://agency.example/news/17';
    await room.bring('alpha', [{ ...quake1, url }]);
    await room.bring('beta', { items: [{ ...german, url }], language: 'de' });
    await room.bring('gamma', [quake2]);
    await room.bring('delta', { items: [{ ...german, id: 'de2', title: quake3.title }], language: 'de' });
    expect(await room.listGroups()).toEqual(['de de2 quake1 quake2']);
  });

  test('variants of one language are one', async () => {
    await room.bring('alpha', { items: [quake1], language: 'en-GB' });
    await room.bring('beta', { items: [quake2], language: 'en-US' });
    expect(await room.listGroups()).toEqual(['quake1 quake2']);
  });
});

describe('the window', () => {
  test('the same text 100 hours later is another story, and related', async () => {
    await room.bring('alpha', [quake1]);
    room.clock = new Date(room.clock.getTime() + 100 * 3_600_000);
    await room.bring('beta', [{ ...quake1, id: 'again', hours: 100 }]);
    expect(await room.listGroups()).toEqual(['again', 'quake1']);
    const [first, again] = [await room.findStory('quake1'), await room.findStory('again')];
    const related = await listRelatedStories(room.db, [first.id, again.id]);
    expect(related.get(first.id)?.map(({ story }) => story.id)).toEqual([again.id]);
    expect(related.get(again.id)?.map(({ story }) => story.id)).toEqual([first.id]);
  });

  test('70 hours later it is the same story', async () => {
    await room.bring('alpha', [quake1]);
    room.clock = new Date(room.clock.getTime() + 70 * 3_600_000);
    await room.bring('beta', [{ ...quake1, id: 'again', hours: 70 }]);
    expect(await room.listGroups()).toEqual(['again quake1']);
  });
});

describe('what is read of a body', () => {
  const long = 'A ferry left the harbour before dawn. '.repeat(120).trim();

  test.each([
    ['nothing', '', ''],
    ['no tags', 'A ferry &amp; a lantern', 'A ferry a lantern'],
    ['tags', '<p>A <b>ferry</b></p><p>left.</p>', 'A ferry left.'],
    ['text after the last tag', '<p>A ferry</p> left the harbour', 'A ferry left the harbour'],
    ['only tags', '<img src="https://a.example/1.png"><br />', ''],
  ])('%s', (_name, html, text) => {
    expect(toLeadText(html)).toBe(text);
  });

  test.each([
    ['one paragraph', `<p>${long}</p>`],
    ['a picture before it', `<img src="https://a.example/1.png"><p>${long}</p>`],
    ['no tags', long],
    ['many tags', `<p>${long.replaceAll(' ', ' <b>so</b> ')}</p>`],
  ])('the first 120 words at least: %s', (_name, html) => {
    const words = toLeadText(html).split(' ');
    expect(words.slice(0, 1)).toEqual(['A']);
    expect(words.length).toBeGreaterThanOrEqual(120);
  });

  test('a tag that is cut is left out', () => {
    expect(toLeadText(`${'<p>so</p>'.repeat(222)}<a href="https://a.example/">x</a>`)).not.toMatch(
      /[<>]|href/,
    );
  });
});

test('an address without a path is no article', () => {
  const keyOf = (canonicalUrl?: string) => toStoryKey(makeEntry('a', { canonicalUrl }));
  expect(keyOf('https://a.example/')).toBeUndefined();
  expect(keyOf(undefined)).toBeUndefined();
  expect(keyOf('https://a.example/?p=1')).toMatch(/^[0-9a-f]{64}$/);
  expect(keyOf('https://a.example/1')).not.toBe(keyOf('https://a.example/2'));
});

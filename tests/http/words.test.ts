import { expect, it } from 'vitest';
import { toNote } from '../../src/http/pages/empty-note.tsx';
import {
  toAge,
  toDay,
  toDayHeading,
  toDirection,
  toFullTime,
  toLanguageAttributes,
} from '../../src/http/pages/words.ts';
import type { Topic } from '../../src/model/topic.ts';
import { now } from './seed.ts';

it.each([
  ['2026-11-24T11:29:30Z', 'just now'],
  ['2026-11-24T12:29:30Z', 'just now'],
  ['2026-11-24T11:28:31Z', 'just now'],
  ['2026-11-24T11:28:30Z', '1 min ago'],
  ['2026-11-24T10:29:31Z', '59 min ago'],
  ['2026-11-24T10:29:30Z', '1 h ago'],
  ['2026-11-23T11:29:31Z', '23 h ago'],
  ['2026-11-23T11:29:30Z', '1 day ago'],
  ['2026-11-17T11:29:31Z', '6 days ago'],
  ['2026-11-17T11:29:30Z', '17 November 2026'],
  ['1999-01-01T00:00:00Z', '1 January 1999'],
])('age of %s: %s', (at, words) => {
  expect(toAge(new Date(at), now)).toBe(words);
});

it.each([
  ['2026-11-24T00:00:00Z', 'Today'],
  ['2026-11-25T00:00:00Z', 'Today'],
  ['2026-11-23T23:59:59Z', 'Yesterday'],
  ['2026-11-22T23:59:59Z', 'Sunday 22 November'],
  ['2025-11-24T23:59:59Z', 'Monday 24 November 2025'],
])('heading of the day of %s: %s', (at, words) => {
  expect(toDayHeading(new Date(at), now)).toBe(words);
});

it('says days and moments in full', () => {
  expect(toDay(now)).toBe('Tuesday 24 November 2026');
  expect(toFullTime(now)).toBe('Tuesday 24 November 2026, 11:29 UTC');
});

it.each([
  ['en', {}],
  ['en-GB', {}],
  [undefined, {}],
  ['', {}],
  ['"><script>', {}],
  ['fr', { lang: 'fr', dir: 'ltr' }],
  ['ar', { lang: 'ar', dir: 'rtl' }],
  ['he-IL', { lang: 'he-IL', dir: 'rtl' }],
  ['fa', { lang: 'fa', dir: 'rtl' }],
  ['ur', { lang: 'ur', dir: 'rtl' }],
  ['az-Arab', { lang: 'az-Arab', dir: 'rtl' }],
] as const)('language attributes of %s', (language, attributes) => {
  expect(toLanguageAttributes(language)).toEqual(attributes);
});

it.each([
  ['ar', 'rtl'],
  ['en', 'ltr'],
  [undefined, 'auto'],
] as const)('direction of %s: %s', (language, direction) => {
  expect(toDirection(language)).toBe(direction);
});

const topic = { name: 'World News', slug: 'world-news', mode: 'automatic' } as Topic;
const counts = { active: 3, failing: 0, total: 3, unchecked: 0 };

it.each([
  ['no topic', counts, undefined, /no topics/i, /topic add/],
  [
    'no sources',
    { active: 0, failing: 0, total: 0, unchecked: 0 },
    topic,
    /No sources are set up/,
    /source add/,
  ],
  [
    'all paused',
    { active: 0, failing: 0, total: 2, unchecked: 0 },
    topic,
    /None of the 2 sources/,
    /source list/,
  ],
  ['not fetched yet', { ...counts, unchecked: 1 }, topic, /1 source has not been fetched yet/, undefined],
  ['all failing', { ...counts, failing: 3 }, topic, /All 3 sources failed/, /source list/],
  [
    'the only one fails',
    { active: 1, failing: 1, total: 1, unchecked: 0 },
    topic,
    /The only source failed/,
    /source list/,
  ],
  ['an editor decides', counts, { ...topic, mode: 'editor' } as Topic, /An editor decides/, undefined],
  ['the rule', counts, topic, /no story matches the rule/, /topic show world-news/],
])('says why there is nothing: %s', (_, numbers, about, words, command) => {
  const note = toNote(numbers, about);
  expect(`${note.title} ${note.why}`).toMatch(words);
  if (command) expect(note.command).toMatch(command);
  else expect(note.command).toBeUndefined();
});

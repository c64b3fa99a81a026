import { describe, expect, it } from 'vitest';
import { listDays } from '../../src/dedupe/named-days.ts';
import { getVocabulary } from '../../src/dedupe/vocabulary.ts';
import { listTokens } from '../../src/text/tokens.ts';

/** The days as dates, the shorter to read. */
const show = (text: string, language: string, at: string) =>
  listDays(listTokens(text, language), getVocabulary(language), new Date(at)).map((day) =>
    new Date(day * 86_400_000).toISOString().slice(0, 10),
  );

// 17 February 2026 was a Tuesday.
describe('listDays', () => {
  it.each([
    ['today', 'He spoke on Tuesday', '2026-02-17T10:00:00Z', ['2026-02-17']],
    ['the last minute of it', 'He spoke on Tuesday', '2026-02-17T23:59:59.999Z', ['2026-02-17']],
    ['yesterday', 'He spoke on Monday', '2026-02-17T10:00:00Z', ['2026-02-16']],
    ['tomorrow', 'Talks on Wednesday', '2026-02-17T10:00:00Z', ['2026-02-18']],
    ['the day after is the last one', 'It fell on Thursday', '2026-02-17T10:00:00Z', ['2026-02-12']],
    ['over the turn of a year', 'It fell on Wednesday', '2026-01-01T10:00:00Z', ['2025-12-31']],
    [
      'several, ascending, each once',
      'Tuesday, Monday, TUESDAY',
      '2026-02-17T10:00:00Z',
      ['2026-02-16', '2026-02-17'],
    ],
    ['before 1970', 'It fell on Wednesday', '1969-12-25T10:00:00Z', ['1969-12-24']],
    ['none', 'It fell in February', '2026-02-17T10:00:00Z', []],
    ['nothing', '', '2026-02-17T10:00:00Z', []],
    ['a part of a word', 'Mondayish', '2026-02-17T10:00:00Z', []],
    ['a possessive', "Monday's vote", '2026-02-17T10:00:00Z', ['2026-02-16']],
  ])('%s', (_name, text, at, days) => {
    expect(show(text, 'en', at)).toEqual(days);
  });

  it.each([
    ['de', 'Am Montag in Genf'],
    ['fr', 'Lundi à Genève'],
    ['es', 'El lunes en Ginebra'],
    ['ar', 'في جنيف يوم الاثنين'],
    ['ja', '月曜日にジュネーブで'],
    ['zh', '周一在日内瓦'],
    ['zh', '星期一在日内瓦'],
    ['ru', 'В понедельник в Женеве'],
  ])('%s: %s', (language, text) => {
    expect(show(text, language, '2026-02-17T10:00:00Z')).toEqual(['2026-02-16']);
  });

  // Names of several words, and names that the dictionary of the language cuts, are not found yet.
  it.fails.each([
    ['th', 'เจนีวาเมื่อวันจันทร์'],
    ['pt', 'Na segunda-feira em Genebra'],
    ['he', 'ביום שני בז׳נבה'],
    ['vi', 'Thứ Hai ở Geneva'],
  ])('%s: %s', (language, text) => {
    expect(show(text, language, '2026-02-17T10:00:00Z')).toEqual(['2026-02-16']);
  });

  it('a language whose weekdays are not known names none', () => {
    expect(show('Monday', 'und', '2026-02-17T10:00:00Z')).toEqual([]);
  });
});

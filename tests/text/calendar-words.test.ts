import { describe, expect, it } from 'vitest';
import { listCalendarWords } from '../../src/text/calendar-words.ts';

describe('listCalendarWords', () => {
  it.each([
    ['en', { sunday: 0, tuesday: 2, saturday: 6 }, ['february', 'december']],
    ['de', { sonntag: 0, dienstag: 2, samstag: 6 }, ['februar', 'marz']],
    ['fr', { dimanche: 0, mardi: 2, samedi: 6 }, ['fevrier', 'aout']],
    ['es', { domingo: 0, miercoles: 3, sabado: 6 }, ['febrero']],
    ['ru', { воскресенье: 0, вторник: 2, пятница: 5 }, ['февраль', 'февраля']],
    ['ar', { الثلاثاء: 2 }, ['فبراير']],
    ['ja', { 日曜日: 0, 火曜日: 2 }, []],
    ['zh', { 星期二: 2, 周二: 2, 星期日: 0 }, []],
  ])('%s', (language, weekdays, months) => {
    const words = listCalendarWords(language);
    expect(Object.fromEntries(words.weekdays)).toMatchObject(weekdays);
    expect([...words.months]).toEqual(expect.arrayContaining(months));
    expect(new Set(words.weekdays.values())).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  });

  it('numbers and single letters are no names', () => {
    for (const language of ['en', 'zh', 'ja', 'ko', 'vi', 'ar']) {
      const { weekdays, months } = listCalendarWords(language);
      expect([...weekdays.keys(), ...months].filter((name) => name.length < 2 || /\d/.test(name))).toEqual(
        [],
      );
    }
  });

  it.each(['und', 'xx', 'qaa', 'tlh'])('%s, which Intl does not know, has none', (language) => {
    expect(listCalendarWords(language)).toEqual({ weekdays: new Map(), months: new Set() });
  });
});

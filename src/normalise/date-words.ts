import type { DateParts } from './date-parts.ts';
import { findMonth, foldWord } from './month-names.ts';
import { findZone, parseOffset } from './time-zones.ts';

const token =
  /(?<time>\d{1,2}[:h]\d{2}(?::\d{2})?(?:[.,]\d{1,9})?(?![\d:]))|(?<date>\d{1,4}([/.-])\d{1,2}\3 ?\d{1,4}(?![\d/]))|(?<sign>[+\-−] ?\d{1,2}(?::?\d{2})?(?!\d))|(?<number>\d+)(?<ordinal>st|nd|rd|th|er|[ºª])?|(?<word>\p{L}[\p{L}\p{M}]*(?:[.'’](?=\p{L})[\p{L}\p{M}]+)*)|(?<other>[\s\S])/giu;

/** Words between the parts of a date that say nothing. */
const fillers = new Set(
  'de del di of the at um uhr a as le la der den dne r г год года в kl klo on om ore alle las los el il al h roku ev t and o'.split(
    ' ',
  ),
);
const meridiems: Record<string, 'am' | 'pm'> = {
  ...{
    am: 'am',
    pm: 'pm',
    上午: 'am',
    下午: 'pm',
    午前: 'am',
    午後: 'pm',
    오전: 'am',
    오후: 'pm',
    πμ: 'am',
    μμ: 'pm',
  },
};
const eastAsianWeekday =
  /^(?:[月火水木金土日](?:曜日?)?|(?:星期|周|週|礼拜)[一二三四五六日天]|[월화수목금토일](?:요일)?)$/u;

/** What has been read so far, from left to right. */
interface Reading {
  numbers: string[];
  month?: number;
  date?: { year: number; month: number; day: number };
  time?: { hour: number; minute: number; second: number; millisecond: number };
  meridiem?: 'am' | 'pm';
  zone?: number;
  /** Words before the first number that mean nothing to us: a weekday in some language. */
  unknown: number;
  last: 'time' | 'zone' | 'sign' | 'other';
}

/**
 * A date in words or with slashes or dots: RFC 822, asctime, "3. März 2026", "12/31/2026 10:00 AM", "2004년 5월 28일".
 * Undefined when a word isn't understood or a part is missing. Ranges are for the caller to check.
 */
export function readDateWords(line: string): DateParts | undefined {
  const reading: Reading = { numbers: [], unknown: 0, last: 'other' };
  const text = spellOutEastAsian(line.replace(/\([^)]{6,}\)$/, ''));
  for (const { groups = {} } of text.matchAll(token)) {
    if (!readToken(reading, groups)) return undefined;
  }
  const date = reading.date ?? dateFromNumbers(reading);
  if (date === undefined || (reading.date !== undefined && reading.numbers.length > 0)) return undefined;
  const time = toDayTime(reading);
  if (time === undefined) return undefined;
  const home = /\p{Script=Hangul}/u.test(line) ? 540 : 0;
  return { ...date, ...time, offset: reading.zone ?? home };
}

/** "2006年1月2日 15時04分" and "2004년 5월 28일" with hyphens and colons. */
function spellOutEastAsian(line: string): string {
  return line
    .replace(/(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号號일]/u, ' $1-$2-$3 ')
    .replace(
      /(\d{1,2}) ?[時时点點시] ?(\d{1,2}) ?[分분] ?(?:(\d{1,2}) ?[秒초])?/u,
      (_, hour, minute, second) =>
        [hour, ...[minute, second ?? '0'].map((part: string) => part.padStart(2, '0'))].join(':'),
    );
}

/** False when the token makes the text no date. */
function readToken(reading: Reading, groups: Record<string, string | undefined>): boolean {
  const { time, date, sign, number, word, other } = groups;
  if (time !== undefined) return readTime(reading, time);
  if (date !== undefined) return readNumericDate(reading, date);
  if (sign !== undefined) return readSign(reading, sign);
  if (word !== undefined) return readWord(reading, word);
  if (number !== undefined) {
    reading.last = 'other';
    return reading.numbers.push(number) <= 3 && number.length <= 4;
  }
  return other === undefined || ' ,.;()/|-–—·\'"年月日'.includes(other);
}

function readTime(reading: Reading, text: string): boolean {
  if (reading.time !== undefined) return false;
  const [hour = 0, minute = 0, second = 0] = text
    .split(/[:h]/i)
    .map((part) => Math.floor(Number(part.replace(',', '.'))));
  const fraction = /[.,](\d+)$/.exec(text)?.[1] ?? '';
  reading.time = { hour, minute, second, millisecond: Number(fraction.padEnd(3, '0').slice(0, 3)) };
  reading.last = 'time';
  return true;
}

/** Year first; else with slashes month first, unless it can't be (the American order is what most such feeds mean). */
function readNumericDate(reading: Reading, text: string): boolean {
  if (reading.date !== undefined || reading.month !== undefined || reading.numbers.length > 0) return false;
  const [first = '', second = '', third = ''] = text.split(/[/.-]/).map((part) => part.trim());
  const numbers = [Number(first), Number(second)] as const;
  reading.last = 'other';
  if (first.length === 4) {
    reading.date = { year: numbers[0], month: numbers[1], day: Number(third) };
    return third.length <= 2;
  }
  // "03-12-31" may be read in three ways.
  if (first.length > 2 || third.length % 2 === 1 || (text.includes('-') && third.length === 2)) return false;
  const monthFirst = text.includes('/') && numbers[0] <= 12;
  const [month, day] = monthFirst ? numbers : [numbers[1], numbers[0]];
  reading.date = { year: toYear(third), month, day };
  return true;
}

function readSign(reading: Reading, text: string): boolean {
  if (reading.last === 'time' || reading.last === 'zone') {
    const offset = parseOffset(text.replace(' ', ''));
    if (offset === undefined) return false;
    reading.zone = offset;
    reading.last = 'sign';
    return true;
  }
  // A hyphen between the parts of a date: "26-Jan-04". Two more digits than that come as a number of their own.
  reading.last = 'other';
  return !text.includes(':') && text.startsWith('-') && reading.numbers.push(text.slice(1).trim()) <= 3;
}

function readWord(reading: Reading, word: string): boolean {
  const folded = foldWord(word);
  const meridiem = meridiems[folded] ?? meridiems[word];
  if (meridiem !== undefined) return readMeridiem(reading, meridiem);
  if (eastAsianWeekday.test(word)) return true;
  if (reading.time !== undefined || reading.date !== undefined) {
    const zone = findZone(word);
    if (zone !== undefined && (reading.time !== undefined || zone !== 0) && reading.zone === undefined) {
      reading.zone = zone;
      reading.last = 'zone';
      return true;
    }
    if (zone !== undefined && reading.zone !== undefined) return true;
  }
  const month = findMonth(folded);
  // "Mar, 3 mar 2026": a weekday that is spelt like a month comes before the first number.
  if (month !== undefined && (reading.month === undefined || reading.numbers.length > 0)) {
    reading.month = month;
    reading.last = 'other';
    return reading.date === undefined;
  }
  if (fillers.has(folded)) return true;
  const atStart = reading.numbers.length === 0 && reading.date === undefined && reading.time === undefined;
  return atStart && word.length <= 15 && ++reading.unknown <= 2;
}

function readMeridiem(reading: Reading, meridiem: 'am' | 'pm'): boolean {
  if (reading.meridiem !== undefined) return false;
  reading.meridiem = meridiem;
  if (
    reading.time === undefined &&
    reading.last === 'other' &&
    reading.numbers.length === (reading.date ? 1 : 3)
  ) {
    // "12/31/2026 10 AM"
    reading.time = { hour: Number(reading.numbers.pop()), minute: 0, second: 0, millisecond: 0 };
  }
  reading.last = 'time';
  return true;
}

/** Day and year beside a month's name: the one with four digits is the year, else the day comes first. */
function dateFromNumbers({ numbers, month }: Reading): Reading['date'] {
  const [first, second] = numbers;
  if (month === undefined || first === undefined || second === undefined || numbers.length > 2)
    return undefined;
  if (first.length === 4)
    return second.length <= 2 ? { year: Number(first), month, day: Number(second) } : undefined;
  return first.length <= 2 ? { year: toYear(second), month, day: Number(first) } : undefined;
}

/** RFC 5322 §4.3: two digits are 1950 to 2049, three count from 1900. */
function toYear(digits: string): number {
  const value = Number(digits);
  if (digits.length === 4) return value;
  return value < 50 && digits.length === 2 ? 2000 + value : 1900 + value;
}

function toDayTime({ time, meridiem }: Reading): Partial<DateParts> | undefined {
  if (time === undefined) return meridiem === undefined ? {} : undefined;
  if (meridiem === undefined) return time;
  if (time.hour > 12) return meridiem === 'pm' ? time : undefined;
  return { ...time, hour: (time.hour % 12) + (meridiem === 'pm' ? 12 : 0) };
}

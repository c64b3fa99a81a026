import type { DateParts } from './date-parts.ts';
import { readDateWords } from './date-words.ts';
import { findZone, parseOffset } from './time-zones.ts';
import { takeZoneName, toZonedTime } from './zone-names.ts';

const longestDate = 120;
const dayMs = 86_400_000;
/** Further ahead lies no announcement but a placeholder such as 9999-12-31. */
const furthestAheadMs = 3653 * dayMs;

/**
 * The moment that a date on the wire means, in any form that feeds are known to use: RFC 822 and 5322 with all usual
 * mistakes, RFC 3339 and W3C-DTF of any precision, asctime, month names of some twenty languages, American and
 * European numeric dates, Chinese, Japanese and Korean ones, Unix seconds and milliseconds, zones by their short or
 * IANA names. Nothing is guessed: what
 * is no whole date gives undefined ("yesterday", "32 Jan 2026", ""), and so do placeholders: everything before
 * 1970-01-02 and more than ten years after `now`. A missing time is 00:00; a missing zone is UTC (Korean text: KST).
 * The weekday is not looked at.
 */
export function parseDate(text: string, now: Date): Date | undefined {
  const usual = readUsual(text);
  if (usual !== undefined && usual >= dayMs && usual <= now.getTime()) return new Date(usual);
  if (text.length > longestDate * 2) return undefined;
  const line = text
    .normalize('NFKC')
    .replace(/[\s\u200b\ufeff]+/g, ' ')
    .trim();
  if (line.length < 4 || line.length > longestDate) return undefined;
  const time = /^@?\d+(?:\.\d{1,9})?$/.test(line) ? readDigits(line.replace('@', '')) : readParts(line);
  if (time === undefined || time < dayMs || time > now.getTime() + furthestAheadMs) return undefined;
  return new Date(time);
}

/**
 * A date in the future becomes `now`, without any tolerance: an entry must never stay on top of a page because its
 * publisher's clock runs ahead. Others are returned as they are.
 */
export function clampDate(date: Date, now: Date): Date {
  return date > now ? now : date;
}

const usualForm =
  /^(?:(?:[A-Z][a-z]{2}, )?(?:0?[1-9]|1\d|2[0-8]) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d (?:GMT|[+-](?:0\d|1[0-4])[0-5]\d)|\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))$/;

/** What nearly every feed writes, and the engine reads right; days from the 29th on exist in some months only. */
function readUsual(text: string): number | undefined {
  if (text.length > 35 || !usualForm.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function readParts(line: string): number | undefined {
  const { rest, zone } = takeZoneName(line);
  const parts = readBasicIso(rest) ?? readIso(rest) ?? readDateWords(rest);
  const time = parts === undefined ? undefined : toTime(parts);
  return time === undefined || zone === undefined ? time : toZonedTime(time, zone);
}

/** Unix seconds (9 or 10 digits) or milliseconds (12 or 13), a bare year, or digits run together: 20260102[030405]. */
function readDigits(line: string): number | undefined {
  const digits = line.split('.', 1)[0] ?? '';
  const value = Number(line);
  if (digits.length === 9 || digits.length === 10) return Math.round(value * 1000);
  if (digits.length === 12 || digits.length === 13) return Math.round(value);
  const match = /^(\d{4})(?:(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?)?$/.exec(line);
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour, minute, second] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  return toTime({ year, month, day, hour, minute, second });
}

const isoDate = /^(\d{4})-(?:(\d{1,2})(?:-(\d{1,2}))?|(\d{3}))(?![\d-])/;
const isoTime =
  /^ ?[T_, ]? ?(\d{1,2})(?::(\d{1,2})(?::(\d{2})(?:[.,:](\d{1,12}))?)?|(\d{2})(\d{2})(?:[.,]\d{1,12})?)? ?(.{0,20})$/i;

/** RFC 3339, W3C-DTF and what is written in their name: a space for the T, one digit, `+00`, `+0000`, no zone. */
function readIso(line: string): DateParts | undefined {
  const date = isoDate.exec(line);
  if (date === null) return undefined;
  const dayOfYear = date[4] === undefined ? undefined : Number(date[4]);
  if (dayOfYear !== undefined && (dayOfYear < 1 || dayOfYear > daysOf(Number(date[1])))) return undefined;
  const parts: DateParts =
    dayOfYear === undefined
      ? { year: Number(date[1]), month: Number(date[2]), day: Number(date[3] ?? 1) }
      : fromDayOfYear(Number(date[1]), dayOfYear);
  const rest = line.slice(date[0].length);
  if (/^ ?(?:Z|T)?$/i.test(rest)) return parts;
  const time = isoTime.exec(rest);
  if (time === null) return undefined;
  const zone = readZone(time[7] ?? '');
  if (zone === undefined) return undefined;
  return {
    ...parts,
    hour: Number(time[1]),
    minute: Number(time[2] ?? time[5] ?? 0),
    second: Number(time[3] ?? time[6] ?? 0),
    millisecond: Number((time[4] ?? '').padEnd(3, '0').slice(0, 3)),
    offset: zone,
  };
}

const basicIso = /^(\d{4})(\d\d)(\d\d)[T ](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d{1,12}))?)?(.{0,20})$/i;

/** ISO 8601 without its signs: 20260102T030405Z. */
function readBasicIso(line: string): DateParts | undefined {
  const match = basicIso.exec(line);
  const offset = match === null ? undefined : readZone(match[8] ?? '');
  if (match === null || offset === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour, minute, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const millisecond = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  return { year, month, day, hour, minute, second, millisecond, offset };
}

function fromDayOfYear(year: number, day: number): DateParts {
  const date = new Date(Date.UTC(year, 0, day));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** "", "Z", "+02:00", "EST", "GMT+2", "+0200 (CEST)", a sign alone; undefined for what is no zone ("PM", "abc"). */
function readZone(text: string): number | undefined {
  const bare = text.replace(/ ?\([^)]*\)$/, '').trim();
  if (/^[+\-−]?$/.test(bare)) return 0;
  const match = /^([a-z]{0,5}) ?([+\-−] ?\d[\d:]{0,4})?$/i.exec(bare);
  if (match === null) return undefined;
  const name = match[1] ?? '';
  if (/^[ap]m$/i.test(name)) return undefined;
  const named = name === '' ? 0 : findZone(name);
  return match[2] === undefined || named === undefined ? named : parseOffset(match[2].replace(' ', ''));
}

/** Milliseconds since 1970; undefined when a part is out of range. 24:00 ends the day, and a 60th second is allowed. */
function toTime(parts: DateParts): number | undefined {
  const { year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0, offset = 0 } = parts;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offset * 60_000;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function daysOf(year: number): number {
  return daysIn(year, 2) + 337;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const shortDayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});
const dateFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const clockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A day as the masthead says it: "Tuesday 24 November 2026". Days are UTC's. */
export function toDay(at: Date): string {
  return dayFormat.format(at).replace(',', '');
}

/** A day within a sentence: "24 November 2026". */
export function toDate(at: Date): string {
  return dateFormat.format(at);
}

/** A moment in full: "Tuesday 24 November 2026, 11:29 UTC". */
export function toFullTime(at: Date): string {
  return `${toDay(at)}, ${clockFormat.format(at)} UTC`;
}

/** A moment as people say it: "just now", "12 min ago", "5 h ago", "3 days ago", then the date. */
export function toAge(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime();
  if (ms < minuteMs) return 'just now';
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ago`;
  if (ms < 7 * dayMs) return toCount(Math.floor(ms / dayMs), 'day ago', 'days ago');
  return dateFormat.format(at);
}

/** The heading of a day in a river: "Today", "Yesterday", "Sunday 22 November", with the year when it isn't this one. */
export function toDayHeading(at: Date, now: Date): string {
  const days = Math.floor(now.getTime() / dayMs) - Math.floor(at.getTime() / dayMs);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (at.getUTCFullYear() !== now.getUTCFullYear()) return toDay(at);
  return shortDayFormat.format(at).replace(',', '');
}

/** A number with its noun: "1 source", "12 sources". */
export function toCount(n: number, one: string, many: string): string {
  return `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;
}

const rtlLanguages = new Set([
  'ar',
  'arc',
  'ckb',
  'dv',
  'fa',
  'he',
  'iw',
  'ks',
  'ps',
  'sd',
  'syr',
  'ug',
  'ur',
  'yi',
]);

/** The language that our own words on a page are in. */
export const pageLanguage = 'en';

export interface LanguageAttributes {
  lang?: string;
  dir?: 'rtl' | 'ltr';
}

/**
 * The attributes of a text whose language isn't the page's (WCAG 3.1.2); none when it is, or isn't known.
 * `around` is the language that the text around it is marked with.
 */
export function toLanguageAttributes(
  language: string | undefined,
  around = pageLanguage,
): LanguageAttributes {
  if (!language || !/^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i.test(language)) return {};
  if (toPrimary(language) === toPrimary(around)) return {};
  return { lang: language, dir: isRtl(language) ? 'rtl' : 'ltr' };
}

/** The direction of a text for `dir`; `auto`, by its first letter, when its language isn't known. */
export function toDirection(language: string | undefined): 'rtl' | 'ltr' | 'auto' {
  if (!language) return 'auto';
  return isRtl(language) ? 'rtl' : 'ltr';
}

function isRtl(language: string): boolean {
  return rtlLanguages.has(toPrimary(language)) || /-(?:arab|hebr)\b/i.test(language);
}

function toPrimary(language: string): string {
  return (language.split('-')[0] ?? '').toLowerCase();
}

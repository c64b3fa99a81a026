import { foldText } from './fold.ts';

/** The names that a language has for the days of the week and for the months. */
export interface CalendarWords {
  /** Folded name → 0 (Sunday) to 6. */
  weekdays: ReadonlyMap<string, number>;
  /** Folded names. */
  months: ReadonlySet<string>;
}

/** Shorter names are too short to be told from other words. */
const leastLength = 2;

/**
 * Names of weekdays and months as Intl knows them (CLDR), long for all languages, short where the script has no spaces
 * between words ("周一"). Empty for a tag that Intl does not know.
 */
export function listCalendarWords(language: string): CalendarWords {
  const weekdays = new Map<string, number>();
  const months = new Set<string>();
  if (Intl.DateTimeFormat.supportedLocalesOf([language]).length === 0) return { weekdays, months };
  const widths = language === 'zh' ? (['long', 'short'] as const) : (['long'] as const);
  for (const width of widths) {
    const format = new Intl.DateTimeFormat(language, { weekday: width, timeZone: 'UTC' });
    for (let day = 0; day < 7; day++) {
      // 1 February 2026 was a Sunday.
      const name = foldText(format.format(Date.UTC(2026, 1, 1 + day)));
      if (name.length >= leastLength) weekdays.set(name, day);
    }
  }
  for (const form of [{ month: 'long' }, { month: 'long', day: 'numeric' }] as const) {
    const format = new Intl.DateTimeFormat(language, { ...form, timeZone: 'UTC' });
    for (let month = 0; month < 12; month++) {
      const part = format.formatToParts(Date.UTC(2026, month, 1)).find(({ type }) => type === 'month');
      const name = foldText(part?.value ?? '');
      if (name.length > leastLength && !/\d/.test(name)) months.add(name);
    }
  }
  return { weekdays, months };
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// Anchored, with bounded repetition only: linear on any input.
const usual =
  /^(?:[a-z]{3,9},? ?)?(\d{1,2})[ -]([a-z]{3})[ -](\d{4}|\d{2}) (\d{1,2}):(\d{2}):(\d{2}) ?(?:gmt|utc|z|[+-]0000)?$/i;
const asctime = /^[a-z]{3} ([a-z]{3}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/**
 * Reads the three forms of an HTTP date (RFC 9110 §5.6.7), day names unchecked.
 * Undefined for anything else: unlike `Date.parse`, which makes a year of "0".
 */
export function parseHttpDate(text: string | undefined, now: Date): Date | undefined {
  const trimmed = text?.trim() ?? '';
  const common = usual.exec(trimmed);
  if (common) {
    const [, day, month, year, ...time] = common;
    return toDate(toYear(year ?? '', now), month ?? '', day ?? '', time);
  }
  const [, month, day, hours, minutes, seconds, year] = asctime.exec(trimmed) ?? [];
  if (month === undefined) return undefined;
  return toDate(Number(year), month, day ?? '', [hours ?? '', minutes ?? '', seconds ?? '']);
}

/** RFC 9110: a year of two digits that seems over 50 years ahead lies in the past. */
function toYear(digits: string, now: Date): number {
  if (digits.length === 4) return Number(digits);
  const century = Math.floor(now.getUTCFullYear() / 100) * 100;
  const year = century + Number(digits);
  return year > now.getUTCFullYear() + 50 ? year - 100 : year;
}

function toDate(year: number, monthName: string, day: string, time: string[]): Date | undefined {
  const month = months.indexOf(monthName.toLowerCase());
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number);
  if (month < 0 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const date = new Date(Date.UTC(year, month, Number(day), hours, minutes, Math.min(seconds, 59)));
  return date.getUTCDate() === Number(day) ? date : undefined;
}

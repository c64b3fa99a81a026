const minuteMs = 60_000;
const units: Record<string, number> = { m: 1, h: 60, d: 1440, w: 10_080 };
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const dayHours: Record<string, [number, number]> = {
  morning: [8, 0],
  noon: [12, 0],
  afternoon: [15, 0],
  evening: [18, 0],
  tonight: [20, 0],
  midnight: [24, 0],
};
const span = /^(?:in\s+)?(\d{1,4}(?:[.,]\d)?)\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)$/;
const clock = /^(?:at\s+)?(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?$/;
const date = /^(\d{4})-(\d{2})-(\d{2})(?:[t\s]+(.+))?$/;

/**
 * A moment to come as people write it, in the time of this machine: "in 2 h", "45 min", "18:00", "tomorrow 7:00",
 * "fri 9", "monday noon", "2026-11-25 07:00". A time of day that has passed is tomorrow's; a day without a time is 8:00.
 * Undefined: it is none that can be read, or it has passed.
 */
export function parseMoment(text: string, now: Date): Date | undefined {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const found = parseSpan(words, now) ?? parseDated(words) ?? parseDayAndTime(words, now);
  return found && found.getTime() > now.getTime() ? found : undefined;
}

function parseSpan(words: string, now: Date): Date | undefined {
  const [, amount = '', unit = ''] = span.exec(words) ?? [];
  const minutes = Number(amount.replace(',', '.')) * (units[unit.charAt(0)] ?? 0);
  return minutes > 0 ? new Date(now.getTime() + minutes * minuteMs) : undefined;
}

function parseDated(words: string): Date | undefined {
  const [, year, month, day, rest] = date.exec(words) ?? [];
  if (year === undefined) return undefined;
  const time = rest === undefined ? ([8, 0] as const) : parseTime(rest);
  if (!time) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(day), ...time);
  return at.getMonth() === Number(month) - 1 ? at : undefined;
}

function parseDayAndTime(words: string, now: Date): Date | undefined {
  const alone = parseTime(words);
  if (alone) {
    const today = onDay(now, 0, alone);
    return today.getTime() > now.getTime() ? today : onDay(now, 1, alone);
  }
  const [first = '', ...others] = words.replace(/^(on|next) /, '').split(' ');
  const days = toDaysAhead(first, now);
  if (days === undefined) return undefined;
  const time = others.length === 0 ? ([8, 0] as const) : parseTime(others.join(' '));
  return time && onDay(now, days, time);
}

function toDaysAhead(word: string, now: Date): number | undefined {
  if (word === 'today') return 0;
  if (word === 'tomorrow' || word === 'tmrw') return 1;
  const weekday = word.length >= 3 ? weekdays.findIndex((name) => word.startsWith(name)) : -1;
  if (weekday < 0 || !/^[a-z]+$/.test(word)) return undefined;
  return (weekday - now.getDay() + 7) % 7 || 7;
}

function parseTime(words: string): readonly [number, number] | undefined {
  const named = dayHours[words.replace(/^(at|this) /, '')];
  if (named) return named;
  const [, hours, minutes = '0', half] = clock.exec(words) ?? [];
  if (hours === undefined) return undefined;
  const hour = half ? (Number(hours) % 12) + (half === 'pm' ? 12 : 0) : Number(hours);
  return hour <= 24 && Number(minutes) <= 59 ? [hour, Number(minutes)] : undefined;
}

function onDay(now: Date, days: number, [hours, minutes]: readonly [number, number]): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours, minutes);
}

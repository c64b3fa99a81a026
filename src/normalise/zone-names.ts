/** A name of the IANA time zone database at the end of a date, bare or in brackets (RFC 9557) or parentheses. */
const zoneName = /(?: ?\[!?|[ (])([a-z][a-z_]{1,20}(?:\/[a-z][a-z0-9_+-]{1,30}){1,2})[\])]?$/i;
/** A time with its offset: then a name beside it says nothing new. */
const offsetAtEnd = /[:T]\d{2,6}(?:[.,]\d{1,9})? ?(?:Z|UTC|GMT|[+\-−]\d{1,2}(?::?\d{2})?)$/i;

/** One line's date without the zone's name at its end; `zone` when the offset is to be found by that name. */
export function takeZoneName(line: string): { rest: string; zone?: string } {
  const match = line.endsWith('/') ? null : zoneName.exec(line);
  const zone = match?.[1];
  if (match === null || zone === undefined) return { rest: line };
  const rest = line.slice(0, match.index).trimEnd();
  return offsetAtEnd.test(rest) ? { rest } : { rest, zone };
}

/** Clocks by the zone's name, undefined for names that are none. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * The moment (milliseconds since 1970) at which the clocks of a zone show what `local`, read as UTC, shows. An hour that
 * the zone leaves out in spring is read as if winter went on. A name that the engine doesn't know is UTC.
 */
export function toZonedTime(local: number, zone: string): number {
  const clock = findClock(zone);
  if (clock === undefined) return local;
  const guess = local - readOffset(clock, local);
  return local - readOffset(clock, guess);
}

function findClock(zone: string): Intl.DateTimeFormat | undefined {
  const known = clocks.get(zone.toLowerCase());
  if (known !== undefined) return known;
  try {
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(zone.toLowerCase(), clock);
    return clock;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Milliseconds that the clock is ahead of Greenwich at that moment. */
function readOffset(clock: Intl.DateTimeFormat, time: number): number {
  const whole = Math.floor(time / 1000) * 1000;
  const parts = Object.fromEntries(
    clock.formatToParts(whole).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

import type { Freshness } from '../model/fetch-result.ts';
import type { PollHints } from '../model/source.ts';

const daySeconds = 86_400;

/** What decides when a source is asked again; all times in seconds. */
export interface NextCheckInput {
  now: Date;
  /** The operator's usual interval. */
  refreshSeconds: number;
  /** Failures in a row, this one included; 0 after a good answer. */
  failures: number;
  freshness: Freshness;
  hints: PollHints;
  /** Between 0 and 1: spreads the checks so that sources added together don't stay together. */
  random: number;
}

/**
 * When a source is due next.
 * After a good answer: the longest of our interval, the freshness of the answer (RFC 9111 §4.2) and what the feed asks
 * for, a day at most, moved past the hours and days that the feed skips. After a failure: five minutes, doubled with
 * each further one up to a day. Retry-After is always kept, up to a day.
 */
export function toNextCheckAt(input: NextCheckInput): Date {
  const wanted = input.failures > 0 ? toBackoff(input) : toInterval(input);
  const spread = wanted * (1 + 0.1 * input.random);
  const seconds = Math.max(spread, Math.min(input.freshness.retryAfterSeconds ?? 0, daySeconds));
  const at = new Date(input.now.getTime() + Math.round(seconds * 1000));
  return input.failures > 0 ? at : skipQuietTimes(at, input.hints);
}

function toInterval({ refreshSeconds, freshness, hints }: NextCheckInput): number {
  const asked = Math.max(freshness.freshForSeconds ?? 0, hints.asksSeconds ?? 0);
  return Math.max(refreshSeconds, Math.min(asked, daySeconds));
}

function toBackoff({ failures, refreshSeconds }: NextCheckInput): number {
  const first = Math.min(300, refreshSeconds);
  return Math.min(first * 2 ** Math.min(failures - 1, 12), daySeconds);
}

const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Goes on by whole hours, so that sources that skip the same ones don't all come back in one second. */
function skipQuietTimes(at: Date, { skipHours = [], skipDays = [] }: PollHints): Date {
  const days = new Set(skipDays.map((day) => day.toLowerCase()));
  const hours = new Set(skipHours.map((hour) => hour % 24));
  const isQuiet = (t: Date) => hours.has(t.getUTCHours()) || days.has(dayNames[t.getUTCDay()] ?? '');
  let moved = at;
  // A feed that skips every hour or every day is asked nonetheless: the search ends after a week.
  for (let step = 0; step < 24 * 7 && isQuiet(moved); step++) {
    moved = new Date(moved.getTime() + 3_600_000);
  }
  return isQuiet(moved) ? at : moved;
}

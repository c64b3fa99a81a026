import type { Db } from '../../db/connect.ts';
import { listEntryIdsByUrl } from '../../db/find-entries.ts';
import { AppError } from '../errors.ts';
import { toAbsoluteUrl, toCanonicalUrl } from '../normalise/urls.ts';
import { hasScheme } from './source-arguments.ts';

const spanMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const span = /^(\d{1,6})([mhdw])$/;
const moment = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * A span before now (`90m`, `36h`, `7d`, `2w`) or a date, with or without a time (ISO 8601); UTC where it names no zone.
 * Throws AppError `bad-argument` for what is neither.
 */
export function parseSince(text: string, now: Date): Date {
  const [, count, unit = ''] = span.exec(text) ?? [];
  const [, day, time = '00:00', zone = 'Z'] = moment.exec(text) ?? [];
  const since =
    count === undefined
      ? parseMoment(day, time, zone)
      : new Date(now.getTime() - Number(count) * (spanMs[unit] ?? 0));
  // Earlier ones are no dates of news, and Postgres has none before 4713 BC.
  if (since && since.getTime() >= 0) return since;
  throw new AppError(
    'bad-argument',
    `--since takes a span such as 36h or 7d, or a date such as 2026-02-16 or 2026-02-16T08:00Z, not "${text}".`,
  );
}

function parseMoment(day: string | undefined, time: string, zone: string): Date | undefined {
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00Z`);
  // The 31st of February would be taken for a day of March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const date = new Date(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Throws AppError `bad-argument` for what is no whole number from 1 to 100,000. */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100_000) return limit;
  throw new AppError('bad-argument', `--limit takes a whole number from 1 to 100000, not "${text}".`);
}

/** Longer ones are no ids: Postgres could not hold all of them. */
const id = /^\d{1,18}$/;

/** The id of a story as it was given. Throws AppError `bad-argument` for what is no id. */
export function parseStoryId(text: string): string {
  if (id.test(text)) return String(BigInt(text));
  throw new AppError('bad-argument', `"${text}" is no id of a story. See: wireroom story list`);
}

/**
 * The id of an entry, given its id or its address; an id is not looked up. Throws AppError `bad-argument`,
 * `entry-not-found`, `many-entries`.
 */
export async function getEntryId(db: Db, given: string): Promise<string> {
  if (id.test(given)) return String(BigInt(given));
  const url = toAbsoluteUrl(hasScheme(given) ? given : `https://${given}`);
  if (url === undefined) {
    throw new AppError('bad-argument', `"${given}" is neither the id nor the address of an entry.`);
  }
  const [found, ...others] = await listEntryIdsByUrl(db, url, toCanonicalUrl(url));
  if (found === undefined) {
    throw new AppError('entry-not-found', `There is no entry with the address ${url}`);
  }
  if (others.length === 0) return found;
  throw new AppError(
    'many-entries',
    `Several entries have this address: ${[found, ...others].slice(0, 20).join(', ')}. Give the id of one of them.`,
  );
}

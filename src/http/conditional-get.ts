const comma = 0x2c;
const quote = 0x22;

/** A validator pair as we send it: the ETag field's value and the date of the last change. */
export interface SentValidators {
  /** Every entity tag that names the same content: one per content coding, quoted, strong. */
  etags: readonly string[];
  /** In milliseconds since the epoch; undefined when the content has no date. */
  lastModifiedMs?: number;
  /** The same as an HTTP date, for the common case that a client sends back what it got. */
  lastModified?: string;
}

/**
 * Which entity tag a conditional request may be answered 304 with, by the order of RFC 9110 §13.2.2:
 * If-None-Match decides alone where it is there, else If-Modified-Since does.
 * Returns the tag that the client named, `'*'` when it named none (`*` or a date), undefined when it must get the content.
 */
export function findFreshTag(
  ifNoneMatch: string | null | undefined,
  ifModifiedSince: string | null | undefined,
  sent: SentValidators,
): string | undefined {
  if (ifNoneMatch !== null && ifNoneMatch !== undefined) return findMatchingTag(ifNoneMatch, sent.etags);
  if (!ifModifiedSince || sent.lastModifiedMs === undefined) return undefined;
  if (ifModifiedSince === sent.lastModified) return '*';
  const since = parseHttpDate(ifModifiedSince);
  if (since === undefined) return undefined;
  return Math.floor(sent.lastModifiedMs / 1000) * 1000 <= since ? '*' : undefined;
}

/** Compares weakly (RFC 9110 §8.8.3.2, §13.1.2): `W/"a"` and `"a"` are the same. Linear in the length of the field. */
function findMatchingTag(field: string, etags: readonly string[]): string | undefined {
  if (etags.includes(field)) return field;
  if (field.trim() === '*') return '*';
  let at = 0;
  while (at < field.length) {
    const start = field.indexOf('"', at);
    if (start < 0) return undefined;
    const end = field.indexOf('"', start + 1);
    if (end < 0) return undefined;
    const tag = field.slice(start, end + 1);
    if (etags.includes(tag) && endsTag(field, end + 1)) return tag;
    at = end + 1;
  }
  return undefined;
}

/** The opaque tags of an If-None-Match field, quoted, without `W/`; at most so many. */
export function listTags(field: string, most: number): string[] {
  return (field.slice(0, 4_000).match(/"[^"]*"/g) ?? []).slice(0, most);
}

/** A tag ends at a comma or at the field's end; anything else means that the quotes were not paired as we read them. */
function endsTag(field: string, at: number): boolean {
  let next = at;
  while (field[next] === ' ' || field[next] === '\t') next += 1;
  const code = field.charCodeAt(next);
  return Number.isNaN(code) || code === comma || code === quote;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const fixDate = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const rfc850Date = /^[A-Z][a-z]{5,8}, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const asctimeDate = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;

/**
 * The three forms of RFC 9110 §5.6.7 in milliseconds since the epoch; undefined for anything else, also for
 * dates that no calendar has. Two-digit years from 70 on are of the last century.
 */
export function parseHttpDate(text: string): number | undefined {
  const fix = fixDate.exec(text);
  if (fix) return toMilliseconds(Number(fix[3]), fix[2], fix[1], fix[4], fix[5], fix[6]);
  const old = rfc850Date.exec(text);
  if (old) return toMilliseconds(toFullYear(Number(old[3])), old[2], old[1], old[4], old[5], old[6]);
  const asc = asctimeDate.exec(text);
  if (asc) return toMilliseconds(Number(asc[6]), asc[1], asc[2], asc[3], asc[4], asc[5]);
  return undefined;
}

function toFullYear(twoDigits: number): number {
  return twoDigits < 70 ? 2000 + twoDigits : 1900 + twoDigits;
}

function toMilliseconds(
  year: number,
  monthName?: string,
  ...rest: (string | undefined)[]
): number | undefined {
  const month = months.indexOf(monthName ?? '');
  const [day = 0, hour = 0, minute = 0, second = 0] = rest.map((text) => Number(text));
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(Date.UTC(year, month, day));
  if (midnight.getUTCFullYear() !== year || midnight.getUTCMonth() !== month || day < 1) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

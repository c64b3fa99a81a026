/** What an aggregator says of itself when it asks for a document on behalf of its readers. */
export interface SubscriberClaim {
  /** Its name, such as `Feedbin`. */
  aggregator: string;
  /** Its own number for the address that it asks for; aggregators with several count readers of each. */
  feedId?: string;
  subscribers: number;
}

/** "12 subscribers", "1 subscriber", "12 readers", "12 users"; "subscribers: 12". */
const countForms = [
  /(?<![\w.])(\d{1,9}) ?(?:subscriber|reader|user)s?\b/i,
  /\b(?:subscriber|reader|user)s?[:=] ?(\d{1,9})(?![\w.])/i,
];
/** "feed-id:123", "feed-id=ab12", "feedId: 123", "feed_id/123"; NewsBlur names its page of the site instead. */
const feedIdForms = [/\bfeed[-_ ]?id ?[:=/] ?([\w.-]{1,40})/i, /\/site\/(\d{1,40})\b/];
/** Product tokens before the version, an address or the numbers: "NewsBlur Feed Fetcher - 12 …", "Feedly/1.0 (+…". */
const nameForm = /^[\p{L}\p{N}._+-]+(?: [\p{L}\p{N}._+-]*\p{L}[\p{L}\p{N}._+-]*)*/u;
/** What many say before their own name. */
const browserForm = /^Mozilla\/[\d.]+ \(compatible; ?/i;
const longestName = 60;
const longestUserAgent = 1_000;
/** More than any feed has; a larger number is no count. */
const mostSubscribers = 50_000_000;

/** Reads a User-Agent; undefined for one that speaks for no readers. */
export function parseSubscribers(userAgent: string): SubscriberClaim | undefined {
  const text = userAgent.slice(0, longestUserAgent);
  const count = findFirst(countForms, text);
  if (count === undefined) return undefined;
  const subscribers = Number(count);
  if (subscribers > mostSubscribers) return undefined;
  const name = (nameForm.exec(text.replace(browserForm, ''))?.[0] ?? '')
    .replace(/ feed[-_]?id$/i, '')
    .slice(0, longestName);
  const feedId = findFirst(feedIdForms, text);
  return { aggregator: name || 'unknown', ...(feedId ? { feedId } : {}), subscribers };
}

function findFirst(forms: RegExp[], text: string): string | undefined {
  for (const form of forms) {
    const found = form.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

import type { Db } from '../../db/connect.ts';
import { findSourceByUrl } from '../../db/sources.ts';
import { AppError } from '../errors.ts';
import { type ContentPolicy, contentPolicies, longestFeedUrl, type Source } from '../model/source.ts';
import { toAbsoluteUrl } from '../normalise/urls.ts';

/** A source by its address, or its address before it moved. Throws AppError `source-not-found`. */
export async function getSource(db: Db, given: string): Promise<Source> {
  const url = parseAddress(given);
  const found = (await findSourceByUrl(db, url)) ?? (await findSourceByUrl(db, given));
  if (found) return found;
  throw new AppError('source-not-found', `There is no source ${url}. See: wireroom source list`);
}

/** `example.org/feed` and `localhost:8080/feed` are taken for https; a fragment is no part of a feed's address. */
export function parseAddress(given: string, scheme = 'https'): string {
  const url = toAbsoluteUrl(hasScheme(given) ? given : `${scheme}://${given}`)?.replace(/#.*$/, '');
  if (!url) {
    throw new AppError('bad-url', `"${given}" is not a web address. It must begin with https:// or http://.`);
  }
  if (url.length <= longestFeedUrl) return url;
  throw new AppError(
    'bad-url',
    `The address is longer than ${longestFeedUrl} characters: ${url.slice(0, 80)}…`,
  );
}

/** Whether an address says how it is fetched; `localhost:8080` doesn't. */
export function hasScheme(given: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(given);
}

/** Throws AppError `bad-argument` for what is no whole number from 1 to 10. */
export function parseWeight(text: string): number {
  const weight = Number(text);
  if (Number.isInteger(weight) && weight >= 1 && weight <= 10) return weight;
  throw new AppError('bad-argument', `--weight takes a whole number from 1 to 10, not "${text}".`);
}

/** Throws AppError `bad-argument` for a word that is no policy. */
export function parsePolicy(text: string): ContentPolicy {
  const policy = contentPolicies.find((known) => known === text);
  if (policy) return policy;
  throw new AppError('bad-argument', `"${text}" is no policy. Take one of: ${contentPolicies.join(', ')}.`);
}

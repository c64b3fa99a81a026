import { storeSources } from '../../db/sources.ts';
import { AppError } from '../errors.ts';
import { decodeBytes } from '../feed/decode.ts';
import { parseOpml } from '../feed/opml.ts';
import { createFetcher } from '../fetch/fetch-source.ts';
import { toUserAgent } from '../main.ts';
import { longestFeedUrl, type Source } from '../model/source.ts';
import { type FindFeedContext, findFeed } from '../newsroom/find-feed.ts';
import { toAbsoluteUrl } from '../normalise/urls.ts';
import { readInput } from './input.ts';
import { count, type Output } from './output.ts';
import type { Session } from './session.ts';
import { hasScheme, parseAddress, parsePolicy, parseWeight } from './source-arguments.ts';

export interface AddOptions {
  title?: string;
  policy: string;
  weight?: string;
  check: boolean;
  json?: boolean;
}

/** `source add`: goes on after an address that cannot be added, and throws in the end for all of those. */
export async function addSources(
  session: Session,
  out: Output,
  urls: string[],
  options: AddOptions,
): Promise<void> {
  if (options.title && urls.length > 1) {
    throw new AppError('bad-argument', '--title goes with one address. Add the others on their own.');
  }
  const { ALLOW_ADDRESSES: allowAddresses } = session.config;
  const fetcher = createFetcher({ userAgent: toUserAgent(session.config), allowAddresses });
  const failures: AppError[] = [];
  const isChange =
    options.title !== undefined || options.policy !== 'summary' || options.weight !== undefined;
  try {
    for (const given of urls) {
      try {
        const { source, isNew } = await addOne(session, fetcher.fetch, given, options);
        if (options.json) out.print(JSON.stringify({ given, isNew, source }));
        else
          out.print(
            `${source.feedUrl} ${isNew ? 'is added; it is due now' : `was there already, and stays as it is${isChange ? '; change it by: wireroom source edit' : ''}`}.`,
          );
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failures.push(error);
      }
    }
  } finally {
    await fetcher.close();
  }
  const [first] = failures;
  if (first) throw new AppError(first.code, failures.map(({ message }) => message).join('\n'));
}

async function addOne(
  { database: { db }, signal }: Session,
  fetch: FindFeedContext['fetch'],
  given: string,
  options: AddOptions,
): Promise<{ source: Source; isNew: boolean }> {
  const found = options.check ? await findGiven(fetch, given, signal) : { feedUrl: parseAddress(given) };
  const title = options.title?.trim() || undefined;
  const policy = parsePolicy(options.policy);
  const weight = options.weight === undefined ? undefined : parseWeight(options.weight);
  const wanted = { ...found, title, titleIsSet: title !== undefined, policy, weight };
  const [stored] = await storeSources(db, [wanted], new Date());
  if (!stored) throw new Error(`storing ${found.feedUrl} gave no row`);
  return stored;
}

/** An address without a scheme is tried as https, then as http. */
async function findGiven(fetch: FindFeedContext['fetch'], given: string, signal: AbortSignal) {
  try {
    return await findFeed({ fetch, url: parseAddress(given), signal });
  } catch (error) {
    if (hasScheme(given)) throw error;
    return findFeed({ fetch, url: parseAddress(given, 'http'), signal });
  }
}

/** `source import`. */
export async function importSources(
  { database: { db } }: Session,
  out: Output,
  file: string,
  options: { policy: string; json?: boolean },
): Promise<void> {
  const policy = parsePolicy(options.policy);
  const outlines = parseOpml(decodeBytes(readInput(file)).text);
  const usable = outlines.flatMap((outline) => {
    const feedUrl = toAbsoluteUrl(outline.feedUrl)?.replace(/#.*$/, '');
    const siteUrl = toAbsoluteUrl(outline.siteUrl);
    return feedUrl && feedUrl.length <= longestFeedUrl ? [{ ...outline, feedUrl, siteUrl, policy }] : [];
  });
  const stored = await storeSources(db, usable, new Date());
  const added = stored.filter(({ isNew }) => isNew).length;
  const refused = outlines.length - usable.length;
  if (options.json) {
    out.print(JSON.stringify({ added, known: stored.length - added, refused }));
    return;
  }
  out.print(
    `${count(added, 'source')} added, ${stored.length - added} known already${refused ? `, ${refused} left out, since we cannot read their addresses` : ''}.`,
  );
}

import type { Command } from 'commander';
import type { Db } from '../../db/connect.ts';
import { removeSource } from '../../db/remove-source.ts';
import {
  editSource,
  findSourceByUrl,
  type ListedSource,
  listSources,
  setSourceState,
  storeSources,
} from '../../db/sources.ts';
import { AppError } from '../errors.ts';
import { decodeBytes } from '../feed/decode.ts';
import { parseOpml, toOpml } from '../feed/opml.ts';
import { createFetcher } from '../fetch/fetch-source.ts';
import { toUserAgent } from '../main.ts';
import { type ContentPolicy, contentPolicies, longestFeedUrl, type Source } from '../model/source.ts';
import { type FindFeedContext, findFeed } from '../newsroom/find-feed.ts';
import { toAbsoluteUrl } from '../normalise/urls.ts';
import { readInput } from './input.ts';
import { count, type Output } from './output.ts';
import { publishChanges, type Session, withSession } from './session.ts';
import { toSheet, toSourceTable } from './source-report.ts';

/** `source add|list|show|edit|pause|resume|remove|import|export`. */
export function addSourceCommands(program: Command, out: Output): void {
  const source = program.command('source').description('the feeds that are read');
  addAdding(source, out);
  addLooking(source, out);
  addChanging(source, out);
}

function addAdding(source: Command, out: Output): void {
  source
    .command('add')
    .description("add sources; a site's address is enough, its feed is found")
    .argument('<url...>')
    .option('--title <title>', 'what to call it, instead of what the feed says (one address only)')
    .option('--policy <policy>', `what may be republished: ${contentPolicies.join(', ')}`, 'summary')
    .option('--no-check', 'take the address as a feed without asking for it')
    .option('--json', 'print JSON')
    .action((urls: string[], options) => withSession((session) => addSources(session, out, urls, options)));
  source
    .command('import')
    .description('add the sources of an OPML file')
    .argument('<file>', 'a file, or - for standard input')
    .option('--policy <policy>', `what may be republished: ${contentPolicies.join(', ')}`, 'summary')
    .option('--json', 'print JSON')
    .action((file: string, options) => withSession((session) => importSources(session, out, file, options)));
  source
    .command('export')
    .description('print all sources as OPML')
    .action(() =>
      withSession(async ({ database, config }) => {
        const sources = await listSources(database.db);
        out.print(
          toOpml({
            title: `Sources of ${config.SITE_NAME}`,
            sources: sources.map((source) => ({ ...source, categories: [] })),
          }),
        );
      }),
    );
}

function addLooking(source: Command, out: Output): void {
  source
    .command('list')
    .description('all sources, with what the last check came to')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) =>
      withSession(async ({ database }) => {
        const sources = await listSources(database.db);
        if (json) out.print(JSON.stringify(sources));
        else if (sources.length === 0)
          out.print('No sources yet. Add one with: wireroom source add https://…');
        else out.print(toSourceTable(sources, new Date()));
      }),
    );
  source
    .command('show')
    .description('one source, with all that is known of it')
    .argument('<url>')
    .option('--json', 'print JSON')
    .action((url: string, { json }: { json?: boolean }) =>
      withSession(async ({ database }) => {
        const found = await getSource(database.db, url);
        const listed = (await listSources(database.db)).find(({ id }) => id === found.id) as ListedSource;
        out.print(json ? JSON.stringify(listed) : toSheet(listed, new Date()));
      }),
    );
}

function addChanging(source: Command, out: Output): void {
  const change = (name: string, description: string, work: (db: Db, found: Source) => Promise<string>) =>
    source
      .command(name)
      .description(description)
      .argument('<url...>')
      .option('--json', 'print JSON')
      .action((urls: string[], { json }: { json?: boolean }) =>
        withSession(async (session) => {
          const { db } = session.database;
          const found = await Promise.all(urls.map((url) => getSource(db, url)));
          for (const one of found) {
            const sentence = await work(db, one);
            out.print(json ? JSON.stringify({ feedUrl: one.feedUrl, did: name }) : sentence);
          }
          await publishChanges(session);
        }),
      );
  change('pause', 'stop reading a source; its entries stay', async (db, { id, feedUrl }) => {
    await setSourceState(db, id, 'paused', new Date());
    return `${feedUrl} is paused.`;
  });
  change('resume', 'read a paused or gone source again', async (db, { id, feedUrl }) => {
    await setSourceState(db, id, 'active', new Date());
    return `${feedUrl} is read again; it is due now.`;
  });
  change('remove', 'remove a source and its entries', async (db, { id, feedUrl }) => {
    const { entries } = await removeSource(db, id);
    return `${feedUrl} is removed, with ${count(entries, 'entry', 'entries')}.`;
  });
  source
    .command('edit')
    .description("change a source's title or what may be republished of it")
    .argument('<url>')
    .option('--title <title>', 'what to call it; an empty one: as the feed calls itself')
    .option('--policy <policy>', contentPolicies.join(', '))
    .action((url: string, options: { title?: string; policy?: string }) =>
      withSession(async (session) => {
        const { db } = session.database;
        const found = await getSource(db, url);
        if (options.title === undefined && options.policy === undefined) {
          throw new AppError('bad-argument', 'Nothing to change: give --title or --policy.');
        }
        const policy = options.policy === undefined ? undefined : parsePolicy(options.policy);
        await editSource(db, found.id, { title: options.title, policy });
        await publishChanges(session);
        out.print(`${found.feedUrl} is changed.`);
      }),
    );
}

interface AddOptions {
  title?: string;
  policy: string;
  check: boolean;
  json?: boolean;
}

async function addSources(session: Session, out: Output, urls: string[], options: AddOptions): Promise<void> {
  if (options.title && urls.length > 1) {
    throw new AppError('bad-argument', '--title goes with one address. Add the others on their own.');
  }
  const { ALLOW_ADDRESSES: allowAddresses } = session.config;
  const fetcher = createFetcher({ userAgent: toUserAgent(session.config), allowAddresses });
  const failures: AppError[] = [];
  const isChange = options.title !== undefined || options.policy !== 'summary';
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
  const wanted = { ...found, title, titleIsSet: title !== undefined, policy: parsePolicy(options.policy) };
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

async function importSources(
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

/** A source by its address, or its address before it moved. Throws AppError `source-not-found`. */
export async function getSource(db: Db, given: string): Promise<Source> {
  const url = parseAddress(given);
  const found = (await findSourceByUrl(db, url)) ?? (await findSourceByUrl(db, given));
  if (found) return found;
  throw new AppError('source-not-found', `There is no source ${url}. See: wireroom source list`);
}

/** `example.org/feed` and `localhost:8080/feed` are taken for https; a fragment is no part of a feed's address. */
function parseAddress(given: string, scheme = 'https'): string {
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

function hasScheme(given: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(given);
}

function parsePolicy(text: string): ContentPolicy {
  const policy = contentPolicies.find((known) => known === text);
  if (policy) return policy;
  throw new AppError('bad-argument', `"${text}" is no policy. Take one of: ${contentPolicies.join(', ')}.`);
}

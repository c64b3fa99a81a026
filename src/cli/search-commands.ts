import type { Command } from 'commander';
import { listSavedSearches, removeSavedSearch } from '../../db/saved-searches.ts';
import { AppError } from '../errors.ts';
import { getPublicUrl } from '../newsroom/publish-topic.ts';
import { saveSearch } from '../newsroom/save-search.ts';
import { type Output, toTable } from './output.ts';
import { type Session, withSession } from './session.ts';

interface SearchOptions {
  rule?: string;
  slug?: string;
  json?: boolean;
}

/** `search add|list|remove`. */
export function addSearchCommands(program: Command, out: Output): void {
  const search = program
    .command('search')
    .description('rules over all that is published, with documents of their own');
  search
    .command('add')
    .description('save a search')
    .argument('<name>')
    .option('--rule <rule>', 'which stories it finds, such as: title:election -sport')
    .option('--slug <slug>', 'its place in addresses, instead of one made from the name')
    .option('--json', 'print JSON')
    .action((name: string, options: SearchOptions) =>
      withSession((session) => add(session, out, name, options)),
    );
  search
    .command('list')
    .description('all saved searches, by name')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) => withSession((session) => print(session, out, json)));
  search
    .command('remove')
    .description('remove a search and its documents')
    .argument('<slug>')
    .action((slug: string) =>
      withSession(async ({ database: { db } }) => {
        if (!(await removeSavedSearch(db, slug))) {
          throw new AppError('search-not-found', `There is no search "${slug}". See: wireroom search list`);
        }
        out.print(`The search ${slug} is removed.`);
      }),
    );
}

async function add(session: Session, out: Output, name: string, options: SearchOptions): Promise<void> {
  if (options.rule === undefined) {
    throw new AppError('bad-argument', 'A search needs --rule, such as --rule "title:election -sport".');
  }
  const wanted = { name, rule: options.rule, slug: options.slug };
  const search = await saveSearch(session.database.db, wanted, new Date());
  if (options.json) out.print(JSON.stringify(search));
  else out.print(`${search.name} is saved: ${await getUrl(session, search.slug)}.atom`);
}

async function print(session: Session, out: Output, json?: boolean): Promise<void> {
  const searches = await listSavedSearches(session.database.db);
  if (json) {
    out.print(JSON.stringify(searches));
    return;
  }
  if (searches.length === 0) {
    out.print('No searches yet. Save one with: wireroom search add "Elections" --rule "title:election"');
    return;
  }
  const rows: string[][] = [];
  for (const { name, rule, slug } of searches) rows.push([name, rule, `${await getUrl(session, slug)}.atom`]);
  out.print(toTable(['SEARCH', 'RULE', 'DOCUMENT'], rows));
}

async function getUrl({ config, database: { db } }: Session, slug: string): Promise<string> {
  return `${await getPublicUrl(db, config.PUBLIC_URL)}/searches/${encodeURIComponent(slug)}`;
}

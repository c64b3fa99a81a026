import type { Command } from 'commander';
import type { Db } from '../../db/connect.ts';
import { removeSource } from '../../db/remove-source.ts';
import { editSource, listSources, setSourceState } from '../../db/sources.ts';
import { AppError } from '../errors.ts';
import { toOpml } from '../feed/opml.ts';
import { contentPolicies, type Source } from '../model/source.ts';
import { addSources, importSources } from './add-sources.ts';
import { count, type Output } from './output.ts';
import { publishChanges, withSession } from './session.ts';
import { getSource, parsePolicy, parseWeight } from './source-arguments.ts';
import { toSheet, toSourceTable } from './source-report.ts';

const weightHelp = "1 to 10, usually 5: how much it counts when a story's lead is chosen";

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
    .option('--weight <n>', weightHelp)
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
        const [listed] = await listSources(database.db, found.id);
        if (!listed) return;
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
    .description("change a source's title, its weight or what may be republished of it")
    .argument('<url>')
    .option('--title <title>', 'what to call it; an empty one: as the feed calls itself')
    .option('--policy <policy>', contentPolicies.join(', '))
    .option('--weight <n>', weightHelp)
    .action((url: string, options: { title?: string; policy?: string; weight?: string }) =>
      withSession(async (session) => {
        const { db } = session.database;
        const found = await getSource(db, url);
        const { title, policy, weight } = options;
        if (title === undefined && policy === undefined && weight === undefined) {
          throw new AppError('bad-argument', 'Nothing to change: give --title, --policy or --weight.');
        }
        await editSource(db, found.id, {
          title,
          policy: policy === undefined ? undefined : parsePolicy(policy),
          weight: weight === undefined ? undefined : parseWeight(weight),
        });
        await publishChanges(session);
        out.print(`${found.feedUrl} is changed.`);
      }),
    );
}

import type { Command } from 'commander';
import { type Config, parseConfig } from '../config.ts';
import { createLog, type Log } from '../log.ts';
import { type OpenDatabase, openDatabase, startWork } from '../main.ts';
import { startWeb } from '../main-web.ts';
import { inviteFirstChief } from '../newsroom/first-chief.ts';
import { addStarter } from '../newsroom/starter.ts';
import { count, type Output } from './output.ts';
import { withSession } from './session.ts';

/** `start`, `serve`, `work`, `migrate`. */
export function addRunCommands(program: Command, out: Output): void {
  program
    .command('start')
    .description('run web and jobs in one process; on an empty database, begin with World News')
    .action(() => runUntilStopped(out, { web: true, work: true }));
  program
    .command('serve')
    .description('run the web server only')
    .action(() => runUntilStopped(out, { web: true, work: false }));
  program
    .command('work')
    .description('run the jobs only; as many of these as you like on one database')
    .action(() => runUntilStopped(out, { web: false, work: true }));
  program
    .command('migrate')
    .description('bring the database to this version; the other commands do it by themselves')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) =>
      withSession(async ({ database: { migrated, place } }) => {
        if (json) out.print(JSON.stringify({ migrated }));
        else
          out.print(
            migrated.length > 0 ? `${place}: applied ${migrated.join(', ')}.` : `${place} is up to date.`,
          );
      }),
    );
}

async function runUntilStopped(out: Output, parts: { web: boolean; work: boolean }): Promise<void> {
  const config = parseConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const stopped = waitForSignal(out);
  const database = await openDatabase(config, log);
  try {
    if (parts.web && parts.work && config.STARTER === 'on') await addStarterSources(out, database.db);
    await runParts(out, config, database, log, parts, stopped);
  } finally {
    await database.close();
  }
}

async function runParts(
  out: Output,
  config: Config,
  database: OpenDatabase,
  log: Log,
  parts: { web: boolean; work: boolean },
  stopped: Promise<void>,
): Promise<void> {
  const running: { stop(): Promise<void> }[] = [];
  try {
    const web = parts.web ? await startWeb(config, database, log, parts.work) : undefined;
    if (web) running.push(web);
    if (parts.work) running.push(await startWork(config, database, log));
    announce(out, database.place, web);
    if (web && parts.work) await welcomeFirstChief(out, log, database.db, web.publicUrl);
    await stopped;
  } finally {
    await Promise.all(running.map((part) => part.stop()));
  }
}

async function addStarterSources(out: Output, db: OpenDatabase['db']): Promise<void> {
  const added = await addStarter(db, new Date());
  if (added > 0) {
    out.print(
      `The database was empty: added the topic World News and ${count(added, 'source')} (STARTER=off leaves it empty).`,
    );
  }
}

function announce(out: Output, place: string, web: { url: string; publicUrl: string } | undefined): void {
  out.print(`Database: ${place}`);
  if (!web) {
    out.print('Working: sources are refreshed when they are due. Ctrl-C stops.');
    return;
  }
  out.print(`Wireroom listens on ${web.url}`);
  if (web.publicUrl !== web.url) out.print(`Links in documents begin with ${web.publicUrl}`);
  out.print('Ctrl-C stops.');
}

/** The way in while nobody has it: printed at each start until a chief has come. */
async function welcomeFirstChief(
  out: Output,
  log: Log,
  db: OpenDatabase['db'],
  publicUrl: string,
): Promise<void> {
  try {
    const link = await inviteFirstChief(db, publicUrl, new Date());
    if (link) out.print(`The desk has no chief yet. Whoever opens this link becomes it, once: ${link}`);
  } catch (err) {
    // The database may go at any time: what serves and works comes through that, and so must this.
    log.warn(
      { err },
      'No link for the first chief could be made. Use: wireroom editor add LOGIN --role chief',
    );
  }
}

/** The first SIGINT or SIGTERM stops in good order; a second one at once. So does the end of the npm that started us. */
function waitForSignal(out: Output): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(130);
      asked = true;
      out.print('Stopping: finishing what is in hand …');
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', stop);
    if (process.env.npm_lifecycle_event === 'start') watchParent(stop);
  });
}

/** npm passes signals on, but cannot when it is killed: nothing may be left running then. */
function watchParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 1_000);
  timer.unref();
}

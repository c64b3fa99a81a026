import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { countDue, listActiveSourceIds } from '../../db/sources.ts';
import { refreshSources, releaseSources } from '../../jobs/refresh-sources.ts';
import { releaseDeadLeases } from '../../jobs/worker-name.ts';
import { AppError } from '../errors.ts';
import { createJobContext } from '../main.ts';
import { publishChangedTopics } from '../newsroom/publish-topic.ts';
import type { RefreshReport } from '../newsroom/refresh-report.ts';
import { count, type Output } from './output.ts';
import { type Session, withSession } from './session.ts';
import { getSource } from './source-arguments.ts';

interface RefreshOptions {
  due?: boolean;
  all?: boolean;
  json?: boolean;
}

/** `refresh [URL…] [--due|--all]`. */
export function addRefreshCommand(program: Command, out: Output): void {
  program
    .command('refresh')
    .description('read sources once, now, and end when it is done')
    .argument('[url...]', 'these sources only, due or not')
    .option('--due', 'those that are due (what happens without --all or addresses)')
    .option('--all', 'all active sources, due or not')
    .option('--json', 'print one JSON object')
    .action((urls: string[], options: RefreshOptions) =>
      withSession((session) => refresh(session, out, urls, options)),
    );
}

async function refresh(
  session: Session,
  out: Output,
  urls: string[],
  options: RefreshOptions,
): Promise<void> {
  if ((options.all && options.due) || (urls.length > 0 && (options.all || options.due))) {
    throw new AppError('bad-argument', 'Give addresses, or --all, or --due: one of them.');
  }
  const { db } = session.database;
  const sourceIds = await toSourceIds(session, urls, options);
  const bar =
    out.isTerminal && !options.json
      ? createBar(sourceIds?.length ?? (await countDue(db, new Date())))
      : undefined;
  const context = {
    ...createJobContext(session.config, session.database, session.log, session.signal),
    onReport: () => bar?.increment(),
  };
  try {
    await releaseDeadLeases(db, context.worker);
    const reports = await refreshSources(context, sourceIds);
    bar?.stop();
    await publishChangedTopics(context);
    if (options.json) out.print(JSON.stringify(toSummary(reports)));
    else printReports(out, reports);
    if (session.signal.aborted) {
      out.remark('Stopped before all sources were read; the others stay due.');
      process.exitCode = 1;
    }
    if (reports.length > 0 && reports.every(({ outcome }) => outcome === 'failed' || outcome === 'gone')) {
      process.exitCode = 1;
    }
  } finally {
    bar?.stop();
    await releaseSources(context);
    await context.close();
  }
}

async function toSourceIds(
  { database: { db } }: Session,
  urls: string[],
  { all }: RefreshOptions,
): Promise<string[] | undefined> {
  if (urls.length > 0) {
    const found = await Promise.all(urls.map((url) => getSource(db, url)));
    return [...new Set(found.map(({ id }) => id))];
  }
  if (!all) return undefined;
  return listActiveSourceIds(db);
}

function createBar(total: number): SingleBar {
  const bar = new SingleBar({
    format: 'Refreshing {bar} {value}/{total} sources, {eta_formatted} left',
    stream: process.stderr,
  });
  bar.start(total, 0);
  return bar;
}

/** What a pass came to, as `--json` prints it. */
export interface RefreshSummary {
  sources: number;
  fetched: number;
  notModified: number;
  failed: number;
  entries: { new: number; changed: number; repeated: number };
  list: {
    feedUrl: string;
    title: string;
    outcome: RefreshReport['outcome'];
    message?: string;
    entries: RefreshReport['entries'];
  }[];
}

export function toSummary(reports: RefreshReport[]): RefreshSummary {
  const having = (...outcomes: RefreshReport['outcome'][]) =>
    reports.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const sum = (kind: keyof RefreshReport['entries']) =>
    reports.reduce((n, { entries }) => n + entries[kind], 0);
  return {
    sources: reports.length,
    fetched: having('fetched'),
    notModified: having('not-modified'),
    failed: having('failed', 'gone'),
    entries: { new: sum('new'), changed: sum('changed'), repeated: sum('repeated') },
    list: reports.map(({ source, outcome, message, entries }) => ({
      feedUrl: source.feedUrl,
      title: source.title,
      outcome,
      message,
      entries,
    })),
  };
}

function printReports(out: Output, reports: RefreshReport[]): void {
  if (reports.length === 0) {
    out.print('No source is due. To read all of them now: wireroom refresh --all');
    return;
  }
  for (const { source, outcome, message, entries } of reports) {
    const told =
      outcome === 'fetched'
        ? `${entries.new} new, ${entries.changed} changed, ${entries.repeated} repeated`
        : '';
    const words = [
      outcome.replace('-', ' ').padEnd(13),
      source.title.slice(0, 40).padEnd(41),
      told,
      message ?? '',
    ];
    out.print(words.filter(Boolean).join(' ').trimEnd());
  }
  const s = toSummary(reports);
  out.print(
    `${count(s.sources, 'source')}: ${s.fetched} fetched, ${s.notModified} not modified, ${s.failed} failed; ` +
      `entries: ${s.entries.new} new, ${s.entries.changed} changed, ${s.entries.repeated} repeated.`,
  );
}

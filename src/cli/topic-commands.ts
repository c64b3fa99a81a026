import type { Command } from 'commander';
import type { Db } from '../../db/connect.ts';
import { type NewTopic, removeTopic } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { type TopicSources, topicModes, toSlug } from '../model/topic.ts';
import { addTopic, changeTopic } from '../newsroom/curate-topic.ts';
import { forecastMode } from '../newsroom/forecast-mode.ts';
import { count, type Output } from './output.ts';
import { addStatsCommand } from './reader-commands.ts';
import { publishChanges, type Session, withSession } from './session.ts';
import { getSource } from './source-arguments.ts';
import {
  getTopic,
  parseAssistMinutes,
  parseAssistSources,
  parseItems,
  parseLanguage,
  parseMode,
} from './topic-arguments.ts';
import { getTopicUrl, printTopic, printTopics } from './topic-report.ts';

interface TopicOptions {
  rule?: string;
  mode?: string;
  name?: string;
  slug?: string;
  description?: string;
  language?: string;
  items?: string;
  assistMinutes?: string;
  assistSources?: string;
  source?: string[];
  allSources?: boolean;
  related?: boolean;
  json?: boolean;
}

/** `topic add|list|show|edit|remove`. */
export function addTopicCommands(program: Command, out: Output): void {
  const topic = program.command('topic').description('the subjects that are published');
  withTopicOptions(
    topic.command('add').description('add a topic and fill it with what is stored').argument('<name>'),
  )
    .option('--slug <slug>', 'its place in addresses, instead of one made from the name')
    .action((name: string, options: TopicOptions) =>
      withSession((session) => add(session, out, name, options)),
    );
  withTopicOptions(
    topic.command('edit').description('change a topic').argument('<topic>', 'its name or slug'),
  )
    .option('--name <name>', 'a new name; the addresses stay')
    .option('--all-sources', 'take from all sources again')
    .action((given: string, options: TopicOptions) =>
      withSession((session) => edit(session, out, given, options)),
    );
  topic
    .command('list')
    .description('all topics in their order')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) => withSession((session) => printTopics(session, out, json)));
  topic
    .command('show')
    .description('one topic, with its rule and its addresses')
    .argument('<topic>', 'its name or slug')
    .option('--json', 'print JSON')
    .action((given: string, { json }: { json?: boolean }) =>
      withSession((session) => printTopic(session, out, given, json)),
    );
  topic
    .command('remove')
    .description('remove a topic and its documents; stories and entries stay')
    .argument('<topic>', 'its name or slug')
    .action((given: string) =>
      withSession(async ({ database: { db } }) => {
        const found = await getTopic(db, given);
        await removeTopic(db, found.id);
        out.print(`${found.name} is removed.`);
      }),
    );
  addStatsCommand(topic, out);
}

function withTopicOptions(command: Command): Command {
  return command
    .option(
      '--rule <rule>',
      'which stories belong to it, such as: election OR "peace talks" -sport; * takes all',
    )
    .option('--mode <mode>', `who publishes: ${topicModes.join(' or ')}`)
    .option('--assist-minutes <n>', 'assisted: a candidate is published after so many minutes (30)')
    .option('--assist-sources <n>', 'assisted: or as soon as so many sources tell it (3)')
    .option('--description <text>', 'a sentence about it')
    .option('--language <tag>', 'language of its own texts, such as en')
    .option('--items <n>', 'how many stories its documents hold, 1 to 1000')
    .option('--source <url...>', 'take from these sources only')
    .option('--related', 'name related stories in its documents (what happens when nothing is said)')
    .option('--no-related', 'name none')
    .option('--json', 'print JSON');
}

async function add(session: Session, out: Output, name: string, options: TopicOptions): Promise<void> {
  const { db } = session.database;
  if (options.rule === undefined) {
    throw new AppError(
      'bad-argument',
      'A topic needs --rule, such as --rule "election OR vote"; --rule "*" takes every story.',
    );
  }
  const slug = toSlug(options.slug ?? name);
  if (!slug)
    throw new AppError(
      'bad-argument',
      `"${options.slug ?? name}" has no letter or digit to make an address from.`,
    );
  const wanted: NewTopic = {
    slug,
    name,
    description: '',
    mode: 'automatic',
    language: 'en',
    itemLimit: 50,
    sourceIds: 'all',
    showsRelated: true,
    ...(await toChange(db, options)),
    rule: options.rule,
  };
  const { topic, matched } = await addTopic(db, wanted, new Date());
  await publishChanges(session);
  if (options.json) out.print(JSON.stringify({ topic, matched }));
  else
    out.print(
      `${topic.name} is added with ${count(matched, 'story', 'stories')}: ${await getTopicUrl(session, topic)}`,
    );
}

async function edit(session: Session, out: Output, given: string, options: TopicOptions): Promise<void> {
  const { db } = session.database;
  const found = await getTopic(db, given);
  const change = await toChange(db, options);
  if (Object.keys(change).length === 0)
    throw new AppError(
      'bad-argument',
      'Nothing to change: give at least one option. See: wireroom topic edit --help',
    );
  if ([change.mode, change.assistMinutes, change.assistSources].some((part) => part !== undefined)) {
    out.remark(await forecastMode(db, found, change));
  }
  const { topic, matched, withdrawn } = await changeTopic(db, found.id, change, new Date());
  await publishChanges(session);
  if (options.json) out.print(JSON.stringify({ topic, matched, withdrawn }));
  else if (matched === undefined) out.print(`${topic.name} is changed.`);
  else
    out.print(
      `${topic.name} is changed: ${count(matched, 'story matches', 'stories match')}, ${withdrawn ?? 0} withdrawn.`,
    );
}

async function toChange(db: Db, options: TopicOptions): Promise<Partial<Omit<NewTopic, 'slug'>>> {
  const sourceIds = await toSources(db, options);
  const change = {
    name: options.name,
    rule: options.rule,
    mode: parseGiven(options.mode, parseMode),
    description: options.description,
    language: parseGiven(options.language, parseLanguage),
    itemLimit: parseGiven(options.items, parseItems),
    assistMinutes: parseGiven(options.assistMinutes, parseAssistMinutes),
    assistSources: parseGiven(options.assistSources, parseAssistSources),
    sourceIds,
    showsRelated: options.related,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function parseGiven<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

async function toSources(db: Db, { source, allSources }: TopicOptions): Promise<TopicSources | undefined> {
  if (source && allSources) throw new AppError('bad-argument', 'Give --source or --all-sources, not both.');
  if (!source) return allSources ? 'all' : undefined;
  return (await Promise.all(source.map((url) => getSource(db, url)))).map(({ id }) => id);
}

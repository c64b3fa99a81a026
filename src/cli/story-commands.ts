import type { Command } from 'commander';
import { listEntryRows, listStories } from '../../db/list-stories.ts';
import { listFactsOfStories } from '../../db/story-facts.ts';
import { listRelatedStories } from '../../db/story-links.ts';
import { listPlacementsOfStory } from '../../db/story-placements.ts';
import { AppError } from '../errors.ts';
import { explainLikeness } from '../newsroom/explain-likeness.ts';
import { getStoryId } from '../newsroom/find-story.ts';
import { type RegroupContext, regroupStories } from '../newsroom/regroup-stories.ts';
import { mergeByEditor, splitEntry } from '../newsroom/repair-stories.ts';
import { createRuleBook } from '../newsroom/rule-book.ts';
import { createTermBook } from '../newsroom/term-book.ts';
import { type ListStoriesOptions, printStories } from './list-stories.ts';
import { count, type Output } from './output.ts';
import { publishChanges, type Session, withSession } from './session.ts';
import { getEntryId, parseSince, parseStoryId } from './story-arguments.ts';
import { toReported, toStorySheet } from './story-report.ts';
import { toWhyReport } from './why-report.ts';

interface JsonOption {
  json?: boolean;
}

const entryHelp = 'its id or its address';

/** `story list|show|why|merge|split|regroup`. */
export function addStoryCommands(program: Command, out: Output): void {
  const story = program.command('story').description('what is told, each event once, by which entries');
  addReadingCommands(story, out);
  story
    .command('merge')
    .description('make one story of two, for good: the first takes up the second')
    .argument('<story>', 'id of the story that stays')
    .argument('<other>', 'id of the story that it takes up')
    .option('--json', 'print JSON')
    .action((into: string, from: string, { json }: JsonOption) =>
      withSession((session) => merge(session, out, into, from, json)),
    );
  story
    .command('split')
    .description('take an entry out of its story, for good: it gets a story of its own')
    .argument('<entry>', entryHelp)
    .option('--json', 'print JSON')
    .action((entry: string, { json }: JsonOption) =>
      withSession((session) => split(session, out, entry, json)),
    );
  story
    .command('regroup')
    .description('group entries anew, as after a change of how it is done; what editors said is kept to')
    .requiredOption('--since <time>', 'entries dated since then: a span such as 36h or 7d, or a date')
    .option('--json', 'print JSON')
    .action(({ since, json }: JsonOption & { since: string }) =>
      withSession((session) => regroup(session, out, since, json)),
    );
}

function addReadingCommands(story: Command, out: Output): void {
  story
    .command('list')
    .description('stories, those first that had news last')
    .option('--since <time>', 'that had news since then: a span such as 36h or 7d, or a date')
    .option('--topic <topic>', 'that stand in this topic: its name or slug')
    .option('--limit <n>', 'how many at most (50; all with --json)')
    .option('--json', 'print JSON')
    .action((options: ListStoriesOptions) => withSession((session) => printStories(session, out, options)));
  story
    .command('show')
    .description('one story, with its entries, its topics and what is related')
    .argument('<story>', 'its id')
    .option('--json', 'print JSON')
    .action((given: string, { json }: JsonOption) =>
      withSession((session) => show(session, out, given, json)),
    );
  story
    .command('why')
    .description('why two entries tell one story, or do not: all parts of their likeness')
    .argument('<entry>', entryHelp)
    .argument('<other>', entryHelp)
    .option('--json', 'print JSON')
    .action((one: string, other: string, { json }: JsonOption) =>
      withSession((session) => why(session, out, one, other, json)),
    );
}

function toContext({ config, database: { db } }: Session): RegroupContext {
  return {
    db,
    rules: createRuleBook(),
    terms: createTermBook(),
    groupHours: config.GROUP_HOURS,
    now: () => new Date(),
  };
}

async function show({ database: { db } }: Session, out: Output, given: string, json?: boolean) {
  const asked = parseStoryId(given);
  const id = await getStoryId(db, asked);
  const [row] = await listStories(db, { storyIds: [id] });
  const story = row && toReported(row, (await listEntryRows(db, [id])).get(id) ?? []);
  if (!story) throw new AppError('story-not-found', `There is no story ${id}. See: wireroom story list`);
  const topics = await listPlacementsOfStory(db, id);
  const related = (await listRelatedStories(db, [id], 10)).get(id) ?? [];
  const facts = await listFactsOfStories(db, [id]);
  if (id !== asked) out.remark(`Story ${asked} was merged into ${id}.`);
  if (!json) return out.print(toStorySheet(story, { topics, related, facts }, new Date()));
  const named = related.map(({ story: { id, uuid }, lead, likeness }) => ({
    id,
    uuid,
    title: lead.entry.title,
    likeness,
  }));
  out.print(JSON.stringify({ ...story, topics, related: named, facts }));
}

async function merge(session: Session, out: Output, into: string, from: string, json?: boolean) {
  const merged = await mergeByEditor(toContext(session), parseStoryId(into), parseStoryId(from));
  await publishChanges(session);
  if (json) return out.print(JSON.stringify(merged));
  const { storyId, mergedId, entries } = merged;
  out.print(
    `Story ${storyId} has taken up story ${mergedId} with ${count(entries, 'entry', 'entries')}; its address leads there now.`,
  );
}

async function split(session: Session, out: Output, given: string, json?: boolean) {
  const entryId = await getEntryId(session.database.db, given);
  const { storyId, leftId } = await splitEntry(toContext(session), entryId);
  await publishChanges(session);
  if (json) out.print(JSON.stringify({ entryId, storyId, leftId }));
  else out.print(`Entry ${entryId} has left story ${leftId} and is story ${storyId} now.`);
}

async function regroup(session: Session, out: Output, given: string, json?: boolean) {
  const context = toContext(session);
  const report = await regroupStories(context, parseSince(given, new Date()));
  await context.terms.flush(context.db);
  await publishChanges(session);
  if (json) return out.print(JSON.stringify(report));
  const { entries, stories, merged, opened, moved } = report;
  out.print(
    `${count(entries, 'entry', 'entries')} in ${count(stories, 'story', 'stories')}: ${merged} merged, ${opened} opened, ${count(moved, 'entry', 'entries')} moved.`,
  );
}

async function why(session: Session, out: Output, one: string, other: string, json?: boolean) {
  const { db } = session.database;
  const explanation = await explainLikeness(
    toContext(session),
    await getEntryId(db, one),
    await getEntryId(db, other),
  );
  out.print(json ? JSON.stringify(explanation) : toWhyReport(explanation));
}

import type { Command } from 'commander';
import { listTopics } from '../../db/topics.ts';
import { listTopicReaders } from '../newsroom/topic-readers.ts';
import { count, type Output, toTable } from './output.ts';
import { type Session, withSession } from './session.ts';
import { getTopic } from './topic-arguments.ts';

/** `topic stats`. */
export function addStatsCommand(topic: Command, out: Output): void {
  topic
    .command('stats')
    .description('who reads the documents, in numbers: subscribers by aggregators, and programs that asked')
    .argument('[topic]', 'its name or slug; all topics without it')
    .option('--json', 'print JSON')
    .action((given: string | undefined, { json }: { json?: boolean }) =>
      withSession((session) =>
        given === undefined ? printAll(session, out, json) : print(session, out, given, json),
      ),
    );
}

async function printAll({ database: { db } }: Session, out: Output, json?: boolean): Promise<void> {
  const topics = await listTopics(db);
  const readers = await listTopicReaders(
    db,
    topics.map(({ id }) => id),
    new Date(),
  );
  const rows = topics.map((topic, n) => ({ topic, readers: readers[n] }));
  if (json) {
    out.print(
      JSON.stringify(rows.map(({ topic: { slug, name }, readers: one }) => ({ slug, name, ...one }))),
    );
    return;
  }
  if (rows.length === 0) {
    out.print('No topics yet. Add one with: wireroom topic add "World News" --rule "*"');
    return;
  }
  const table = rows.map(({ topic, readers: one }) => [
    topic.name,
    one?.subscribers ?? 0,
    one?.days[0] ? `${one.days[0].pollers} on ${one.days[0].day}` : 'none in seven days',
  ]);
  out.print(toTable(['TOPIC', 'SUBSCRIBERS', 'PROGRAMS'], table));
}

async function print(
  { database: { db } }: Session,
  out: Output,
  given: string,
  json?: boolean,
): Promise<void> {
  const topic = await getTopic(db, given);
  const [readers] = await listTopicReaders(db, [topic.id], new Date());
  const { subscribers = 0, aggregators = [], days = [] } = readers ?? {};
  if (json) {
    out.print(JSON.stringify({ slug: topic.slug, name: topic.name, ...readers }));
    return;
  }
  const lines = [
    `${topic.name} has ${count(subscribers, 'subscriber')} by aggregators, in the last seven days.`,
    ...aggregators.map((one) => `  ${one.name}: ${one.subscribers}`),
    'Programs that asked for its documents, by day:',
    ...days.map((one) => `  ${one.day}: ${one.pollers}`),
    ...(days.length === 0 ? ['  none in the last seven days'] : []),
  ];
  out.print(lines.join('\n'));
}

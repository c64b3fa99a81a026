import { countPlacements } from '../../db/placements.ts';
import { listTopics } from '../../db/topics.ts';
import type { Topic } from '../model/topic.ts';
import { getPublicUrl } from '../newsroom/publish-topic.ts';
import { count, type Output, toTable } from './output.ts';
import type { Session } from './session.ts';
import { getTopic } from './topic-arguments.ts';

/** Where a topic's page is. */
export async function getTopicUrl({ config, database: { db } }: Session, { slug }: Topic): Promise<string> {
  return `${await getPublicUrl(db, config.PUBLIC_URL)}/topics/${slug}`;
}

const noStories = { candidate: 0, published: 0, held: 0, spiked: 0 };

/** `topic list`. */
export async function printTopics(session: Session, out: Output, json?: boolean): Promise<void> {
  const topics = await listTopics(session.database.db);
  const counts = await countPlacements(session.database.db);
  if (json) {
    out.print(
      JSON.stringify(topics.map((topic) => ({ ...topic, stories: counts.get(topic.id) ?? noStories }))),
    );
    return;
  }
  if (topics.length === 0) {
    out.print('No topics yet. Add one with: wireroom topic add "World News" --rule "*"');
    return;
  }
  const publicUrl = await getPublicUrl(session.database.db, session.config.PUBLIC_URL);
  const rows = topics.map((topic) => {
    const { published, candidate } = counts.get(topic.id) ?? noStories;
    return [
      topic.name,
      topic.mode,
      published,
      candidate,
      topic.rule.slice(0, 40),
      `${publicUrl}/topics/${topic.slug}`,
    ];
  });
  out.print(toTable(['TOPIC', 'MODE', 'PUBLISHED', 'CANDIDATES', 'RULE', 'PAGE'], rows));
}

/** `topic show`. */
export async function printTopic(
  session: Session,
  out: Output,
  given: string,
  json?: boolean,
): Promise<void> {
  const topic = await getTopic(session.database.db, given);
  const stories = (await countPlacements(session.database.db)).get(topic.id) ?? noStories;
  if (json) {
    out.print(JSON.stringify({ ...topic, stories }));
    return;
  }
  const url = await getTopicUrl(session, topic);
  const rows: [string, string][] = [
    ['name', topic.name],
    ['description', topic.description],
    ['rule', topic.rule],
    ['mode', toMode(topic)],
    ['sources', topic.sourceIds === 'all' ? 'all' : count(topic.sourceIds.length, 'source')],
    [
      'stories',
      `${stories.published} published, ${stories.candidate} candidates, ${stories.held} held, ${stories.spiked} spiked`,
    ],
    ['documents', `hold the newest ${topic.itemLimit}: ${url}.rss  ${url}.atom  ${url}.json`],
    ['related', topic.showsRelated ? 'named in its documents' : 'not named in its documents'],
    ['page', url],
  ];
  out.print(rows.map(([name, value]) => `${name.padEnd(14)}${value}`).join('\n'));
}

function toMode({ mode, assistMinutes, assistSources }: Topic): string {
  if (mode !== 'assisted') return mode;
  return `assisted: published after ${count(assistMinutes, 'minute')}, or once ${count(assistSources, 'source tells', 'sources tell')} it`;
}

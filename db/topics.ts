import { type Selectable, sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import type { Topic, TopicSources } from '../src/model/topic.ts';
import type { Db } from './connect.ts';
import { lockPublishing, lockRules } from './locks.ts';
import { publicationChannel } from './publications.ts';
import type { TopicsTable } from './schema.ts';
import { markAllTopicsChanged, markTopicsChanged } from './topic-changes.ts';
import { transact } from './transact.ts';

export type NewTopic = Pick<
  Topic,
  'slug' | 'name' | 'description' | 'rule' | 'mode' | 'language' | 'itemLimit' | 'sourceIds' | 'showsRelated'
> &
  /** 30 minutes and 3 sources unless given. */
  Partial<Pick<Topic, 'assistMinutes' | 'assistSources'>>;

type TopicRow = Selectable<TopicsTable> & { source_ids: string[] };

const withSources = sql<
  string[]
>`array(select source_id::text from topic_sources ts where ts.topic_id = topics.id order by source_id)`;

/** Stores a topic at the end of the list. Throws AppError `topic-exists` when its slug is taken. */
export async function createTopic(db: Db, topic: NewTopic, now: Date): Promise<Topic> {
  return transact(db, async (tx) => {
    await lockRules(tx);
    const row = await tx
      .insertInto('topics')
      .values({
        slug: topic.slug,
        name: topic.name,
        description: topic.description,
        rule: topic.rule,
        mode: topic.mode,
        language: topic.language,
        item_limit: topic.itemLimit,
        takes_all: topic.sourceIds === 'all',
        shows_related: topic.showsRelated,
        assist_minutes: topic.assistMinutes,
        assist_sources: topic.assistSources,
        position: sql<number>`(select coalesce(max(position), 0) + 1 from topics)`,
        created_at: now,
        changed_at: now,
      })
      .onConflict((oc) => oc.constraint('topics_slug_key').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) {
      throw new AppError(
        'topic-exists',
        `There is a topic at /topics/${topic.slug} already. Choose another name, or edit that one.`,
      );
    }
    await replaceSources(tx, row.id, topic.sourceIds);
    await markTopicsChanged(tx, [row.id]);
    return toTopic({ ...row, source_ids: topic.sourceIds === 'all' ? [] : topic.sourceIds });
  });
}

/** Changes what is given of a topic and returns it as it is then. A rule, a mode or sources are given: it has to be filled again. */
export async function editTopic(
  db: Db,
  topicId: string,
  change: Partial<Omit<NewTopic, 'slug'>>,
  now: Date,
): Promise<Topic> {
  return transact(db, async (tx) => {
    await lockRules(tx);
    await tx
      .updateTable('topics')
      .set({
        rule_version: sql<string>`nextval('topics_rule_version_seq')`,
        ...(isFilledBy(change) ? {} : { is_filled: false }),
        ...(change.sourceIds === undefined ? {} : { takes_all: change.sourceIds === 'all' }),
        name: change.name,
        description: change.description,
        rule: change.rule,
        mode: change.mode,
        language: change.language,
        item_limit: change.itemLimit,
        shows_related: change.showsRelated,
        assist_minutes: change.assistMinutes,
        assist_sources: change.assistSources,
        changed_at: toChangedAt(change, now),
      })
      .where('id', '=', topicId)
      .execute();
    if (change.sourceIds) await replaceSources(tx, topicId, change.sourceIds);
    await markTopicsChanged(tx, [topicId]);
    const row = await selectTopics(tx).where('id', '=', topicId).executeTakeFirstOrThrow();
    return toTopic(row);
  });
}

/** Removes a topic with its placements and documents. */
export async function removeTopic(db: Db, topicId: string): Promise<void> {
  await transact(db, async (tx) => {
    await lockRules(tx);
    // Whoever renders it has the same rows in the other order.
    await lockPublishing(tx, topicId);
    const gone = await tx.deleteFrom('topics').where('id', '=', topicId).returning('slug').executeTakeFirst();
    if (gone) await sql`select pg_notify(${publicationChannel}, ${gone.slug})`.execute(tx);
    // Stories that stood in it alone have no page any more, and others may name them as related.
    await markAllTopicsChanged(tx);
  });
}

/** Moves when what is placed and published does, not by another name, and not by what was so already. */
function toChangedAt(change: Partial<NewTopic>, now: Date) {
  const { mode, rule, assistMinutes, assistSources, sourceIds } = change;
  const ids = sourceIds === 'all' ? [] : sourceIds;
  return sql<Date>`case when
    (mode, rule, assist_minutes, assist_sources, takes_all) is distinct from (coalesce(${mode}, mode), coalesce(${rule}, rule), coalesce(${assistMinutes}, assist_minutes), coalesce(${assistSources}, assist_sources), coalesce(${sourceIds && sourceIds === 'all'}, takes_all))
    or array(select distinct id from unnest(${ids}::bigint[]) as t(id) order by id)::text[] <> ${withSources} and ${ids !== undefined} then ${now} else changed_at end`;
}

function isFilledBy({ rule, mode, sourceIds }: Partial<NewTopic>): boolean {
  return rule === undefined && mode === undefined && sourceIds === undefined;
}

/** All topics in their order. */
export async function listTopics(db: Db): Promise<Topic[]> {
  const rows = await selectTopics(db).orderBy('position').orderBy('id').execute();
  return rows.map(toTopic);
}

export async function findTopicById(db: Db, id: string): Promise<Topic | undefined> {
  const row = await selectTopics(db).where('id', '=', id).executeTakeFirst();
  return row && toTopic(row);
}

export async function findTopicBySlug(db: Db, slug: string): Promise<Topic | undefined> {
  // Postgres takes no NUL in a text.
  if (slug.includes('\0')) return undefined;
  const row = await selectTopics(db).where('slug', '=', slug).executeTakeFirst();
  return row && toTopic(row);
}

/** The topics in which a story stands published, in their order. */
export async function listTopicsOfStory(db: Db, storyId: string): Promise<Topic[]> {
  const rows = await selectTopics(db)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('placements')
        .select('topic_id')
        .where('story_id', '=', storyId)
        .where('state', '=', 'published'),
    )
    .orderBy('position')
    .orderBy('id')
    .execute();
  return rows.map(toTopic);
}

/** The topics whose documents are to be rendered anew. */
export async function listChangedTopics(db: Db): Promise<Topic[]> {
  const rows = await selectTopics(db)
    .where('id', 'in', (eb) => eb.selectFrom('topic_changes').select('topic_id'))
    .orderBy('position')
    .execute();
  return rows.map(toTopic);
}

/** Rows of topics with the ids of their sources. */
export function selectTopics(db: Db) {
  return db.selectFrom('topics').selectAll().select(withSources.as('source_ids'));
}

async function replaceSources(tx: Db, topicId: string, sourceIds: TopicSources): Promise<void> {
  await tx.deleteFrom('topic_sources').where('topic_id', '=', topicId).execute();
  if (sourceIds === 'all' || sourceIds.length === 0) return;
  await tx
    .insertInto('topic_sources')
    .values([...new Set(sourceIds)].map((source_id) => ({ topic_id: topicId, source_id })))
    .execute();
}

/** The row as the rest of the program knows it. */
export function toTopic(row: TopicRow): Topic {
  return {
    id: row.id,
    uuid: row.uuid,
    slug: row.slug,
    name: row.name,
    description: row.description,
    rule: row.rule,
    mode: row.mode,
    language: row.language,
    itemLimit: row.item_limit,
    sourceIds: row.takes_all ? 'all' : row.source_ids,
    showsRelated: row.shows_related,
    assistMinutes: row.assist_minutes,
    assistSources: row.assist_sources,
    ruleVersion: row.rule_version,
    position: row.position,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  };
}

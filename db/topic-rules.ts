import { sql } from 'kysely';
import type { Topic } from '../src/model/topic.ts';
import type { Db } from './connect.ts';
import { selectTopics, toTopic } from './topics.ts';

/** Topics whose rule has not been run over what is stored since it changed. */
export async function listUnfilledTopics(db: Db): Promise<Topic[]> {
  const rows = await selectTopics(db).where('is_filled', '=', false).orderBy('id').execute();
  return rows.map(toTopic);
}

/** Says that the rule of this version has been run over what is stored; nothing when it has changed since. */
export async function markTopicFilled(db: Db, { id, ruleVersion }: Topic): Promise<void> {
  await db
    .updateTable('topics')
    .set({ is_filled: true })
    .where('id', '=', id)
    .where('rule_version', '=', ruleVersion)
    .execute();
}

/** Whether a topic is as it was read; false when it has been changed or removed since. */
export async function hasRuleVersion(db: Db, { id, ruleVersion }: Topic): Promise<boolean> {
  const row = await db
    .selectFrom('topics')
    .select('id')
    .where('id', '=', id)
    .where('rule_version', '=', ruleVersion)
    .executeTakeFirst();
  return row !== undefined;
}

/** The topics that take from this source have other rules when it goes. */
export async function bumpRulesOfSource(tx: Db, sourceId: string): Promise<void> {
  await sql`
    update topics set rule_version = nextval('topics_rule_version_seq')
    where id in (select topic_id from topic_sources where source_id = ${sourceId})`.execute(tx);
}

/** Another text whenever any topic was added, changed or removed. */
export async function getRulesVersion(db: Db): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select count(*) || '.' || coalesce(max(rule_version), 0) as version from topics`.execute(db);
  return rows[0]?.version ?? '';
}

import { sql } from 'kysely';
import type { Db } from './connect.ts';

// Advisory locks, all of a transaction: Postgres gives them back when it ends, however it ends.

/**
 * A refresh shares the rules from its first write to its commit; a change of topics waits until no refresh holds them.
 * So whoever scans the stored entries after changing a topic sees every entry that was matched by the rules before.
 */
export async function shareRules(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtext('wireroom.rules'))`.execute(tx);
}

/** Waits until no refresh is storing, and keeps others from beginning to, until the transaction ends. */
export async function lockRules(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('wireroom.rules'))`.execute(tx);
}

/** What whoever groups is told when it is its turn. */
export interface GroupingTurn {
  /** Whether editors have said anything of stories, which can't change while the rules are shared. */
  hasFacts: boolean;
  /** Ids for stories that may be opened: greater than those of all stories. */
  storyIds: string[];
}

/**
 * Keeps others from grouping until the transaction ends: two that bring one event at the same time must see each other, in
 * whatever languages, since one address joins entries of two. Reserves ids for as many stories.
 */
export async function lockGrouping(tx: Db, stories: number): Promise<GroupingTurn> {
  // Materialized first: ids are taken once the lock is held.
  const { rows } = await sql<{ has_facts: boolean; story_ids: string[] | null }>`
    with locked as materialized (select pg_advisory_xact_lock(hashtext('wireroom.group')))
    select exists (select from story_facts) as has_facts,
      array(select nextval('stories_id_seq') from locked, generate_series(1, ${stories}::integer))::text[] as story_ids`.execute(
    tx,
  );
  return { hasFacts: rows[0]?.has_facts ?? false, storyIds: rows[0]?.story_ids ?? [] };
}

/** Keeps others from rendering a topic until the transaction ends. */
export async function lockPublishing(tx: Db, topicId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('wireroom.publish'), ${Number(topicId) | 0})`.execute(tx);
}

/** The same without waiting: false while another holds it. */
export async function tryPublishing(tx: Db, topicId: string): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('wireroom.publish'), ${Number(topicId) | 0}) as got`.execute(
    tx,
  );
  return rows[0]?.got ?? false;
}

/** Keeps others from filling a topic until the transaction ends. */
export async function lockFilling(tx: Db, topicId: string): Promise<void> {
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  await sql`select pg_advisory_xact_lock(hashtext('wireroom.fill'), ${Number(topicId) | 0})`.execute(tx);
}

import { randomUUID } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import type { Act, DecidedBy } from '../../src/model/decision.ts';
import { type DecideContext, decide } from '../../src/newsroom/decide.ts';

/** Adds an editor who decides; returns whom decisions are signed by. */
export async function addEditor(db: Db, name: string): Promise<Required<DecidedBy>> {
  const { id } = await db
    .insertInto('editors')
    .values({
      login: `${name.toLowerCase()}-${randomUUID()}`,
      name,
      role: 'editor',
      created_at: new Date('2026-02-16T08:00:00Z'),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, name };
}

/** One editor's hand in one topic. */
export function createHand(context: DecideContext, by: DecidedBy, topicId: string) {
  return (storyId: string, act: Act, more: { version?: number; requestId?: string; reason?: string } = {}) =>
    decide(context, by, { requestId: randomUUID(), topicId, storyId, act, ...more });
}

import { sql } from 'kysely';
import type { ActName } from '../src/model/decision.ts';
import type { Db } from './connect.ts';

/** Channel of NOTIFY on which desk events are told, as JSON. */
export const deskChannel = 'wireroom_desk';

/** What editors at their desks are told at once. */
export type DeskEvent =
  /** Something was placed, changed or taken away by a rule or by grouping. */
  | { kind: 'candidates'; topicIds: string[] }
  | {
      kind: 'decided';
      topicId: string;
      storyId: string;
      decisionId: string;
      editorId?: string;
      editorName: string;
      act: ActName;
    };

/** A payload holds 8,000 bytes at most, and an id has up to 19 digits. */
const topicsPerEvent = 300;

/** Tells all web servers, once the caller's transaction has gone through; the same event twice in one is told once. */
export async function announceDeskEvent(tx: Db, event: DeskEvent): Promise<void> {
  for (const part of split(event)) {
    await sql`select pg_notify(${deskChannel}, ${JSON.stringify(part)})`.execute(tx);
  }
}

function split(event: DeskEvent): DeskEvent[] {
  if (event.kind === 'decided') return [event];
  const topicIds = [...new Set(event.topicIds)];
  const parts: DeskEvent[] = [];
  for (let from = 0; from < topicIds.length; from += topicsPerEvent) {
    parts.push({ ...event, topicIds: topicIds.slice(from, from + topicsPerEvent) });
  }
  return parts;
}

/** The event of a payload; undefined when it is none: anyone who may connect may write to the channel. */
export function parseDeskEvent(payload: string): DeskEvent | undefined {
  const event = parseObject(payload);
  if (event?.kind === 'candidates' && Array.isArray(event.topicIds)) {
    return event.topicIds.every((id) => typeof id === 'string') ? (event as DeskEvent) : undefined;
  }
  const texts = [event?.topicId, event?.storyId, event?.decisionId, event?.editorName, event?.act];
  const isDecided = event?.kind === 'decided' && texts.every((text) => typeof text === 'string');
  return isDecided ? (event as DeskEvent) : undefined;
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

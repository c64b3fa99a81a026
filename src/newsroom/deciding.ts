import type { Db } from '../../db/connect.ts';
import type { ErrorCode } from '../errors.ts';
import type { DecidedBy, Decision, DecisionRequest } from '../model/decision.ts';
import type { Placement } from '../model/placement.ts';
import type { Topic } from '../model/topic.ts';

export interface DecideContext {
  db: Db;
  now(): Date;
}

export type DecisionOutcome =
  /** `repeated`: the request, or what it takes back, had been decided before; by `decision`. */
  | { kind: 'decided' | 'repeated'; decision: Decision; placement?: Placement; storyId: string }
  /** What is asked for stands already; `last`: the latest decision on it, if there was any. */
  | { kind: 'unchanged'; message: string; placement?: Placement; last?: Decision; storyId: string }
  /** Somebody else has decided meanwhile. */
  | { kind: 'conflict'; message: string; placement?: Placement; last?: Decision; storyId: string }
  | { kind: 'refused'; code: ErrorCode; message: string };

/** A decision on its way: inside its transaction, with its topic. */
export interface Deciding {
  tx: Db;
  by: DecidedBy;
  request: DecisionRequest;
  topic: Topic;
  now: Date;
}

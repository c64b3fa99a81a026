import type { Db } from '../../db/connect.ts';
import { findDecisionByRequest, lockRequest } from '../../db/decisions.ts';
import { findTopicById } from '../../db/topics.ts';
import { transact } from '../../db/transact.ts';
import { AppError } from '../errors.ts';
import type { DecidedBy, Decision, DecisionRequest } from '../model/decision.ts';
import { isId } from '../model/id.ts';
import { decideMerge } from './decide-merge.ts';
import { decidePlace } from './decide-place.ts';
import { decideStanding } from './decide-standing.ts';
import type { DecideContext, DecisionOutcome } from './deciding.ts';
import { findLocated } from './locate-placement.ts';
import { undoDecision } from './undo-decision.ts';

export type { DecideContext, DecisionOutcome };

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const longestReason = 1_000;

/**
 * Decides on a story in a topic, in one transaction with the row that says so: once this has returned, it stands. A request
 * that arrives twice decides once. Where somebody else has decided since the version that the editor saw, nothing is done.
 */
export async function decide(
  context: DecideContext,
  by: DecidedBy,
  request: DecisionRequest,
): Promise<DecisionOutcome> {
  const slip = findSlip(request);
  if (slip) return { kind: 'refused', code: 'bad-argument', message: slip };
  try {
    return await transact(context.db, (tx) => decideIn(tx, by, request, context.now()));
  } catch (error) {
    // The transaction is undone, so that what was refused half-way has changed nothing.
    if (error instanceof AppError && error.code !== 'database-unavailable') {
      return { kind: 'refused', code: error.code, message: error.message };
    }
    throw error;
  }
}

function findSlip({ requestId, topicId, storyId, reason, act }: DecisionRequest): string | undefined {
  if (!uuid.test(requestId)) return 'A decision needs a request id that is a UUID.';
  const ids = [topicId, storyId, ...listIdsOfAct(act)];
  const wrong = ids.find((one) => !isId(one));
  if (wrong !== undefined) return `“${wrong.slice(0, 40)}” is no id.`;
  if ((reason?.length ?? 0) > longestReason) return `A reason has ${longestReason} characters at most.`;
  return undefined;
}

function listIdsOfAct(act: DecisionRequest['act']): string[] {
  if (act.act === 'merge') return [act.otherId];
  if (act.act === 'undo') return [act.decisionId];
  return act.act === 'lead' && act.entryId !== null ? [act.entryId] : [];
}

async function decideIn(
  tx: Db,
  by: DecidedBy,
  request: DecisionRequest,
  now: Date,
): Promise<DecisionOutcome> {
  await lockRequest(tx, request.requestId);
  const known = await findDecisionByRequest(tx, request.requestId);
  if (known) return repeat(tx, by, request, known);
  const topic = await findTopicById(tx, request.topicId);
  if (!topic) throw new AppError('topic-not-found', 'This topic is gone: a chief has removed it.');
  const deciding = { tx, by, request, topic, now };
  const { act } = request;
  if (act.act === 'undo') return undoDecision(deciding, act.decisionId);
  if (act.act === 'merge') return decideMerge(deciding, act.otherId);
  return act.act === 'place' ? decidePlace(deciding) : decideStanding(deciding, act);
}

async function repeat(
  tx: Db,
  by: DecidedBy,
  { topicId, storyId, act }: DecisionRequest,
  decision: Decision,
): Promise<DecisionOutcome> {
  if (decision.editorId !== by.id || decision.act !== act.act || decision.topicId !== topicId) {
    throw new AppError('decision-refused', 'This request id was used for another decision. Take a new one.');
  }
  const found = await findLocated(tx, decision.topicId, storyId);
  return { kind: 'repeated', decision, ...found };
}

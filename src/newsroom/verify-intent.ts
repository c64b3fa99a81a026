import { randomBytes } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import { postponeRequest, removeRequest } from '../../db/subscription-requests.ts';
import { removeSubscription, storeSubscription } from '../../db/subscriptions.ts';
import type { SendRequest, SendResult } from '../fetch/post.ts';
import type { PendingRequest } from '../model/subscription.ts';
import { mayAskAgain, toNextTry } from '../websub/backoff.ts';
import { toQuestionUrl } from '../websub/to-question.ts';

export interface HubContext {
  db: Db;
  send(request: SendRequest): Promise<SendResult>;
  now(): Date;
}

/** `repeated`: it was asked for anew meanwhile, and that is what counts. */
export type Verified = 'confirmed' | 'refused' | 'postponed' | 'repeated' | 'told' | 'stopped';

/**
 * Asks a subscriber whether it wants what was asked for in its name (WebSub §5.3), and does it if it echoes the challenge.
 * 404, a redirect or any other answer is a no. Who cannot be reached or has trouble of its own is asked again, a few times.
 * Where the topic is gone, it is told so (§5.2).
 */
export async function verifyIntent(context: HubContext, request: PendingRequest): Promise<Verified> {
  if (request.mode === 'denied' || request.topicId === undefined) return deny(context, request);
  const { mode, topicUrl, leaseSeconds, callbackUrl } = request;
  const challenge = randomBytes(24).toString('base64url');
  const url = toQuestionUrl(callbackUrl, { mode, topicUrl, challenge, leaseSeconds });
  const result = await context.send({ url, method: 'GET' });
  if (mayComeBack(result)) return postpone(context, request, result);
  if (!isEcho(result, challenge)) {
    await removeRequest(context.db, request);
    return 'refused';
  }
  const isDone =
    mode === 'subscribe'
      ? await storeSubscription(context.db, request, context.now())
      : await removeSubscription(context.db, request);
  return isDone ? 'confirmed' : 'repeated';
}

async function deny(context: HubContext, request: PendingRequest): Promise<Verified> {
  const reason = 'This document is no more.';
  const url = toQuestionUrl(request.callbackUrl, { mode: 'denied', topicUrl: request.topicUrl, reason });
  const result = await context.send({ url, method: 'GET' });
  if (mayComeBack(result)) return postpone(context, request, result);
  await removeRequest(context.db, request);
  return 'told';
}

function isEcho(result: SendResult, challenge: string): boolean {
  if (result.outcome !== 'answered' || result.status < 200 || result.status > 299) return false;
  return Buffer.from(result.body).equals(Buffer.from(challenge));
}

/** Whether the answer says nothing of what the subscriber wants. */
function mayComeBack(result: SendResult): boolean {
  if (result.outcome === 'failed') return result.code !== 'address-refused' && result.code !== 'bad-url';
  return result.status >= 500 || result.status === 408 || result.status === 429;
}

async function postpone(
  { db, now }: HubContext,
  request: PendingRequest,
  result: SendResult,
): Promise<Verified> {
  // Whoever took the lease keeps it: given back when the worker ends.
  if (result.outcome === 'failed' && result.code === 'stopped') return 'stopped';
  const failures = request.attempts + 1;
  if (!mayAskAgain(failures)) {
    await removeRequest(db, request);
    return 'refused';
  }
  const asked = result.outcome === 'answered' ? result.retryAfterSeconds : undefined;
  await postponeRequest(db, request, toNextTry(failures, now(), Math.random(), asked));
  return 'postponed';
}

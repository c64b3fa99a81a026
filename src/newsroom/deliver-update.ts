import type { DeliveryOutcome } from '../../db/deliveries.ts';
import type { SendResult } from '../fetch/post.ts';
import { mediaTypes } from '../model/outgoing.ts';
import type { Delivery } from '../model/subscription.ts';
import { isDead, isGivenUp, toNextTry } from '../websub/backoff.ts';
import { signBody } from '../websub/sign.ts';
import type { HubContext } from './verify-intent.ts';

/**
 * Sends a subscriber the document as it is stored (WebSub §7), signed when the subscriber gave a secret. Says what came of
 * it; undefined when it was ended by us. Only 2xx is a success; 410 ends the subscription, and so do five days without a
 * success; everything else is tried again, for a day.
 */
export async function deliverUpdate(
  { send, now }: Pick<HubContext, 'send' | 'now'>,
  delivery: Delivery,
  body: Uint8Array,
  hubUrl: string | undefined,
): Promise<DeliveryOutcome | undefined> {
  const result = await send({
    url: delivery.callbackUrl,
    method: 'POST',
    headers: toHeaders(delivery, body, hubUrl),
    body,
  });
  if (result.outcome === 'failed' && result.code === 'stopped') return undefined;
  return judge(delivery, result, now());
}

function toHeaders(
  { format, topicUrl, secret }: Delivery,
  body: Uint8Array,
  hubUrl: string | undefined,
): Record<string, string> {
  const links = [...(hubUrl ? [`<${hubUrl}>; rel="hub"`] : []), `<${topicUrl}>; rel="self"`];
  return {
    'content-type': mediaTypes[format],
    link: links.join(', '),
    ...(secret === undefined ? {} : { 'x-hub-signature': signBody(body, secret) }),
  };
}

function judge(delivery: Delivery, result: SendResult, now: Date): DeliveryOutcome {
  const { subscriptionId, version, attempts, since, failingSince } = delivery;
  const settled = { subscriptionId, version };
  const status = result.outcome === 'answered' ? result.status : undefined;
  if (status !== undefined && status >= 200 && status <= 299) return { ...settled, kind: 'delivered' };
  if (status === 410 || isDead(failingSince, now)) return { ...settled, kind: 'dropped' };
  if (isGivenUp(since, now)) return { ...settled, kind: 'given-up' };
  const asked = result.outcome === 'answered' ? result.retryAfterSeconds : undefined;
  return { ...settled, kind: 'failed', dueAt: toNextTry(attempts + 1, now, Math.random(), asked) };
}

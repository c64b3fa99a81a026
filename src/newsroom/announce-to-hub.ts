import { endAnnouncement, enqueueAnnouncements, postponeAnnouncement } from '../../db/announcements.ts';
import type { Db } from '../../db/connect.ts';
import { enqueueDeliveries } from '../../db/deliveries.ts';
import { findHub } from '../../db/websub-hub.ts';
import type { PublicationFormat } from '../model/outgoing.ts';
import type { Announcement } from '../model/subscription.ts';
import { isGivenUp, toNextTry } from '../websub/backoff.ts';
import type { HubContext } from './verify-intent.ts';

/**
 * Has everyone told of a topic's changed documents, in the transaction that changes them: our own subscribers (who stay
 * until their time runs out where another hub is named by now), and the other hub.
 */
export async function tellOfChanges(
  tx: Db,
  topicId: string,
  changed: PublicationFormat[],
  now: Date,
): Promise<void> {
  const hub = await findHub(tx);
  if (hub === 'off') return;
  await enqueueDeliveries(tx, topicId, changed, now);
  if (hub !== 'own') await enqueueAnnouncements(tx, topicId, changed, now);
}

/**
 * Tells another hub that a document has changed, as most hubs take it: `hub.mode=publish` and `hub.url` (WebSub §6 leaves the
 * way to them). Tried again for a day unless it answers 2xx. True when it was told.
 */
export async function announceToHub(
  { db, send, now, worker }: HubContext & { worker: string },
  announcement: Announcement,
  hubUrl: string,
  documentUrl: string,
): Promise<boolean> {
  // Some hubs read `hub.topic` instead.
  const form = new URLSearchParams({
    'hub.mode': 'publish',
    'hub.url': documentUrl,
    'hub.topic': documentUrl,
  });
  const result = await send({
    url: hubUrl,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
  });
  if (result.outcome === 'failed' && result.code === 'stopped') return false;
  const isTold = result.outcome === 'answered' && result.status >= 200 && result.status <= 299;
  if (isTold || isGivenUp(announcement.since, now())) {
    await endAnnouncement(db, worker, announcement, now());
  } else {
    const asked = result.outcome === 'answered' ? result.retryAfterSeconds : undefined;
    const dueAt = toNextTry(announcement.attempts + 1, now(), Math.random(), asked);
    await postponeAnnouncement(db, worker, announcement, dueAt);
  }
  return isTold;
}

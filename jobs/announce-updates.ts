import { leaseAnnouncements } from '../db/announcements.ts';
import { findHub } from '../db/websub-hub.ts';
import { announceToHub } from '../src/newsroom/announce-to-hub.ts';
import { getPublicUrl } from '../src/newsroom/publish-topic.ts';
import type { JobContext } from './job.ts';

const leaseSeconds = 30;
/** One hub takes them all. */
const atOnce = 20;

/** Tells the hub of somebody else, where one is named, of the documents that changed. */
export async function announceUpdates(
  context: Pick<JobContext, 'db' | 'send' | 'now' | 'worker' | 'publicUrl' | 'signal'>,
): Promise<string | undefined> {
  const { db, worker, now } = context;
  const hub = await findHub(db);
  if (hub === 'own' || hub === 'off') return undefined;
  const publicUrl = await getPublicUrl(db, context.publicUrl);
  let told = 0;
  while (!context.signal?.aborted) {
    const leased = await leaseAnnouncements(db, { worker, limit: atOnce, leaseSeconds, now: now() });
    if (leased.length === 0) break;
    const outcomes = await Promise.all(
      leased.map((one) =>
        announceToHub(
          context,
          one,
          hub.url,
          `${publicUrl}/topics/${encodeURIComponent(one.slug)}.${one.format}`,
        ),
      ),
    );
    told += outcomes.filter(Boolean).length;
  }
  return told > 0 ? `${told} documents announced to ${hub.url}` : undefined;
}

import { findUnavailable } from '../db/connect.ts';
import { leaseSubscriptionRequests, releaseRequests, removeRequest } from '../db/subscription-requests.ts';
import { denyTopicless } from '../db/subscriptions.ts';
import type { PendingRequest } from '../src/model/subscription.ts';
import { type Verified, verifyIntent } from '../src/newsroom/verify-intent.ts';
import type { JobContext } from './job.ts';
import { workOff } from './work-off.ts';

/** Longer than a question can take. */
const leaseSeconds = 30;
/**
 * Anyone can have us ask a site, so each is asked once a second, twenty times in a row after a rest: far too little to
 * burden a server, enough for a reader that follows all topics of a large site.
 */
const perSite = { secondsPerQuestion: 1, burst: 20 };
const quickAtOnce = 32;
const mostAtOnce = 128;

export type VerifyContext = Pick<
  JobContext,
  'db' | 'send' | 'now' | 'worker' | 'signal' | 'hubBells' | 'log'
>;

/** Asks subscribers whether they meant what was asked for in their name, and tells those whose topic is gone. */
export async function verifySubscriptions(context: VerifyContext): Promise<string | undefined> {
  const { db, worker, now } = context;
  await denyTopicless(db, now());
  const counts: Record<string, number> = {};
  const begun = await workOff<PendingRequest>({
    lease: (limit) => leaseSubscriptionRequests(db, { worker, limit, leaseSeconds, ...perSite, now: now() }),
    async work(request) {
      const verified = await verifyIntent(context, request).catch((error: unknown) =>
        reportFault(context, request, error),
      );
      counts[verified] = (counts[verified] ?? 0) + 1;
    },
    quickAtOnce,
    mostAtOnce,
    bell: context.hubBells.verify,
    signal: context.signal,
  });
  if (begun === 0) return undefined;
  const line = `Subscribers were asked: ${Object.entries(counts)
    .map(([verified, n]) => `${n} ${verified}`)
    .join(', ')}.`;
  context.log.info(counts, line);
  return line;
}

/** A request on which we stumble must not be in the way for ever: its subscriber may ask again. */
async function reportFault(
  { db, log }: VerifyContext,
  request: PendingRequest,
  error: unknown,
): Promise<Verified> {
  if (findUnavailable(error)) throw error;
  const { callbackUrl } = request;
  log.error({ err: error, callbackUrl }, `Asking ${callbackUrl} failed by a fault of ours.`);
  await removeRequest(db, request);
  return 'refused';
}

/** Gives back what this worker has leased and not asked. */
export async function releaseVerifications({ db, worker }: Pick<JobContext, 'db' | 'worker'>): Promise<void> {
  await releaseRequests(db, worker);
}

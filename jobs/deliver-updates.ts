import { findUnavailable } from '../db/connect.ts';
import {
  type DeliveryOutcome,
  findDeliveredBody,
  leaseDeliveries,
  releaseDeliveries,
  settleDeliveries,
} from '../db/deliveries.ts';
import { transact } from '../db/transact.ts';
import { findHub } from '../db/websub-hub.ts';
import { type Delivery, toHubUrl } from '../src/model/subscription.ts';
import { deliverUpdate } from '../src/newsroom/deliver-update.ts';
import { getPublicUrl } from '../src/newsroom/publish-topic.ts';
import type { JobContext } from './job.ts';
import { workOff } from './work-off.ts';

/** Longer than a delivery can take, so that none is made twice; when a worker dies, others deliver after this. */
const leaseSeconds = 30;
const quickAtOnce = 64;
const mostAtOnce = 512;
/** So that a site that answers slowly, with however many subscribers, leaves room for the others. */
const perSite = 64;

export type DeliverContext = Pick<
  JobContext,
  'db' | 'send' | 'now' | 'worker' | 'publicUrl' | 'signal' | 'hubBells' | 'log'
>;

/** Sends changed documents to the subscribers of our hub until all have them that can be reached. */
export async function deliverUpdates(context: DeliverContext): Promise<string | undefined> {
  const pass = createPass(context);
  const begun = await workOff<Delivery>({
    lease: pass.lease,
    work: pass.deliver,
    settle: pass.settle,
    quickAtOnce,
    mostAtOnce,
    bell: context.hubBells.deliver,
    signal: context.signal,
  });
  if (begun === 0) return undefined;
  const { delivered, failed, dropped } = pass.counts;
  const line = `${delivered} subscribers were sent a changed document, ${failed} could not be, ${dropped} were dropped.`;
  context.log.info(pass.counts, line);
  return line;
}

/** Gives back what this worker has leased and not delivered: it stays due. */
export async function releaseUpdates({ db, worker }: Pick<JobContext, 'db' | 'worker'>): Promise<void> {
  await releaseDeliveries(db, worker);
}

/** What is in hand of one pass, and what came of it. */
function createPass(context: DeliverContext) {
  const { db, worker, now } = context;
  const sites = createSiteCounts();
  const counts = { delivered: 0, failed: 0, dropped: 0 };
  const bodies = createBodies(context);
  let hubUrl: Promise<string | undefined> | undefined;
  let ended: DeliveryOutcome[] = [];
  const send = async (delivery: Delivery) => {
    const body = await bodies.find(delivery);
    hubUrl ??= findHubUrl(context);
    return body && (await deliverUpdate(context, delivery, body, await hubUrl));
  };
  return {
    counts,
    async lease(limit: number): Promise<Delivery[]> {
      const inHand = sites.counts;
      const leased = await leaseDeliveries(db, { worker, limit, leaseSeconds, perSite, inHand, now: now() });
      for (const { callbackSite } of leased) sites.add(callbackSite, 1);
      return leased;
    },
    async deliver(delivery: Delivery): Promise<void> {
      const outcome = await send(delivery).catch((error: unknown) => reportFault(context, delivery, error));
      sites.add(delivery.callbackSite, -1);
      if (!outcome) return;
      ended.push(outcome);
      counts[toCount(outcome)]++;
    },
    async settle(): Promise<void> {
      const outcomes = ended;
      ended = [];
      if (outcomes.length === 0) return;
      await transact(db, (tx) => settleDeliveries(tx, worker, outcomes, now()));
    },
  };
}

/** One subscriber on which we stumble must not keep the others waiting: it is tried again in an hour. */
function reportFault({ log, now }: DeliverContext, delivery: Delivery, error: unknown): DeliveryOutcome {
  if (findUnavailable(error)) throw error;
  const { subscriptionId, version, callbackUrl } = delivery;
  log.error({ err: error, callbackUrl }, `Delivering to ${callbackUrl} failed by a fault of ours.`);
  return { kind: 'failed', subscriptionId, version, dueAt: new Date(now().getTime() + 3_600_000) };
}

/** How many deliveries to each site are in hand. */
function createSiteCounts() {
  const counts = new Map<string, number>();
  return {
    counts: counts as ReadonlyMap<string, number>,
    add(site: string, change: number): void {
      const n = (counts.get(site) ?? 0) + change;
      if (n > 0) counts.set(site, n);
      else counts.delete(site);
    },
  };
}

function toCount({ kind }: DeliveryOutcome): 'delivered' | 'failed' | 'dropped' {
  return kind === 'given-up' ? 'failed' : kind;
}

async function findHubUrl({ db, publicUrl }: DeliverContext): Promise<string | undefined> {
  return toHubUrl(await findHub(db), await getPublicUrl(db, publicUrl));
}

/** The documents of a pass, each read once as long as it stays the same. */
function createBodies({ db }: DeliverContext) {
  const held = new Map<string, { etag: string; body: Promise<Uint8Array | undefined> }>();
  return {
    find({ topicId, format, etag }: Delivery): Promise<Uint8Array | undefined> {
      const key = `${topicId}.${format}`;
      const known = held.get(key);
      if (known?.etag === etag) return known.body;
      const body = findDeliveredBody(db, topicId, format);
      held.set(key, { etag, body });
      return body;
    },
  };
}

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { connectDatabase, type Db } from '../../db/connect.ts';
import { findPublication } from '../../db/publications.ts';
import { storePublicUrl } from '../../db/site.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { announceUpdates } from '../../jobs/announce-updates.ts';
import { createBell } from '../../jobs/bell.ts';
import { type DeliverContext, deliverUpdates } from '../../jobs/deliver-updates.ts';
import { verifySubscriptions } from '../../jobs/verify-subscriptions.ts';
import { createAddressGuard } from '../../src/fetch/address-guard.ts';
import { createSender, type Sender, type SenderOptions } from '../../src/fetch/post.ts';
import { createApp } from '../../src/http/app.tsx';
import type { PublicationFormat } from '../../src/model/outgoing.ts';
import type { Topic } from '../../src/model/topic.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { seedSource, seedStory, seedTopic } from '../http/seed.ts';
import { deskless } from '../http/test-app.ts';
import { useDatabase } from '../support/postgres.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';

export const publicUrl = 'https://wire.example';
export const hubUrl = `${publicUrl}/hub`;
export const topicUrl = `${publicUrl}/topics/world.atom`;

/** A worker of the hub, with the public way out of the tests: to loopback. */
export type Worker = DeliverContext;

/**
 * A newsroom with one topic, its hub and a subscriber, emptied before each test. The clock stands until a test moves
 * it, and never goes back.
 */
export function useHub(senderOptions: Partial<SenderOptions> = {}) {
  const database = useDatabase({ max: 10 });
  const senders: Sender[] = [];
  const pools: Db[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => console.error(fields) };
  let subscriber: Subscriber;
  let world: Topic;
  let clock = new Date('2026-11-24T12:00:00Z');
  let stories = 0;
  const startWorker = (more: Partial<SenderOptions> = {}, db = database.db): Worker => {
    const options = { userAgent: 'Wireroom-test', allowAddresses: ['127.0.0.0/8'], totalMs: 1_000 };
    const sender = createSender({ ...options, ...senderOptions, ...more });
    senders.push(sender);
    return {
      db,
      send: sender.send,
      now: () => clock,
      worker: `test-${Math.random()}`,
      publicUrl,
      hubBells: { deliver: createBell(), verify: createBell() },
      log,
    };
  };
  let usual: Worker;
  beforeAll(async () => {
    subscriber = await startSubscriber();
    usual = startWorker();
    await storePublicUrl(database.db, publicUrl);
  });
  beforeEach(async () => {
    const { db } = database;
    clock = new Date(clock.getTime() + 3_600_000);
    for (const table of ['topics', 'stories', 'sources', 'subscriptions'] as const) {
      await db.deleteFrom(table).execute();
    }
    for (const table of ['subscription_requests', 'callback_sites', 'deliveries'] as const) {
      await db.deleteFrom(table).execute();
    }
    await db.updateTable('site').set({ hub: null }).execute();
    subscriber.questions.length = 0;
    subscriber.received.length = 0;
    world = await seedTopic(db, 'World');
    await change();
  });
  afterAll(async () => {
    await Promise.all(senders.map((sender) => sender.close()));
    await Promise.all(pools.map((pool) => pool.destroy()));
    await subscriber.close();
  });
  /** Publishes another story, so that all documents change. */
  const change = async () => {
    const source = await seedSource(database.db, {
      feedUrl: 'https://paper.example/feed',
      title: 'The Paper',
    });
    const title = `Story number ${++stories}`;
    await seedStory(database.db, [world], [{ source, entry: { title, publishedAt: clock } }]);
    await renderAll();
  };
  const renderAll = async () => {
    await markTopicsChanged(database.db, [world.id]);
    await render();
  };
  const render = async () => {
    await publishChangedTopics({ db: database.db, publicUrl, now: () => clock, log });
  };
  const toApp = (allowAddresses: string[]) =>
    createApp({
      db: database.db,
      findPublication: (slug: string, format: PublicationFormat) =>
        findPublication(database.db, slug, format),
      siteName: 'Test wire',
      publicUrl,
      now: () => clock,
      log,
      ...deskless(),
      version: '0',
      hub: { url: hubUrl, checkCallback: createAddressGuard(allowAddresses).check },
    });
  /** Made once: that takes a while. */
  let usualApp: ReturnType<typeof createApp> | undefined;
  const app = (allowAddresses?: string[]) => {
    if (allowAddresses) return toApp(allowAddresses);
    usualApp ??= toApp(['127.0.0.0/8']);
    return usualApp;
  };
  const post = (form: Record<string, string> | string, served = app(), headers = {}) =>
    served.request('/hub', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
    });
  const toForm = (path: string, more: Record<string, string> = {}) => ({
    'hub.mode': 'subscribe',
    'hub.topic': topicUrl,
    'hub.callback': subscriber.url(path),
    ...more,
  });
  return {
    get db() {
      return database.db;
    },
    get subscriber() {
      return subscriber;
    },
    get world() {
      return world;
    },
    get worker() {
      return usual;
    },
    startWorker,
    connect(): Db {
      const pool = connectDatabase(database.address, { max: 4 });
      pools.push(pool);
      return pool;
    },
    address: () => database.address,
    app,
    post,
    toForm,
    change,
    render,
    renderAll,
    passSeconds(seconds: number) {
      clock = new Date(clock.getTime() + seconds * 1_000);
    },
    now: () => clock,
    setNow(at: Date) {
      clock = at;
    },
    verify: (worker = usual) => verifySubscriptions(worker),
    deliver: (worker = usual) => deliverUpdates(worker),
    announce: (worker = usual) => announceUpdates(worker),
    /** Asks for a subscription and has the subscriber confirm it. */
    async subscribe(path: string, more: Record<string, string> = {}) {
      const response = await post(toForm(path, more));
      if (response.status !== 202) throw new Error(await response.text());
      await verifySubscriptions(usual);
    },
    listSubscriptions: () => database.db.selectFrom('subscriptions').selectAll().orderBy('id').execute(),
    listRequests: () => database.db.selectFrom('subscription_requests').selectAll().execute(),
    listDeliveries: () => database.db.selectFrom('deliveries').selectAll().execute(),
    async readDocument(format: PublicationFormat = 'atom'): Promise<Buffer> {
      return Buffer.from((await findPublication(database.db, 'world', format))?.body ?? []);
    },
  };
}

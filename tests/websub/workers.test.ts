import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { listenTo } from '../../db/listen.ts';
import { hubChannel } from '../../db/websub-hub.ts';
import { deliverUpdates, releaseUpdates } from '../../jobs/deliver-updates.ts';
import { createHubEar } from '../../jobs/hub-ear.ts';
import type { JobContext } from '../../jobs/job.ts';
import { startJobs } from '../../jobs/schedule.ts';
import { spawnCli, toDatabaseUrl } from '../support/run-cli.ts';
import { useHub } from './hub.ts';

const hub = useHub();

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    if (await isSo()) return;
    await sleep(20);
  }
  throw new Error('it did not come to that within 30 s');
}

const subscribeMany = async (count: number) => {
  await hub.db
    .insertInto('subscriptions')
    .values(
      Array.from({ length: count }, (_, n) => ({
        key: Buffer.from(`${n}`),
        callback_url: hub.subscriber.url(`/many/${n}`),
        callback_site: `site${n % 7}.example`,
        topic_url: 'https://wire.example/topics/world.atom',
        topic_id: hub.world.id,
        format: 'atom' as const,
        expires_at: new Date(hub.now().getTime() + 30 * 86_400_000),
        created_at: hub.now(),
      })),
    )
    .execute();
};
const paths = () => hub.subscriber.received.map(({ path }) => path);

test('four workers at once deliver once to each', async () => {
  await subscribeMany(300);
  await hub.change();
  await Promise.all(Array.from({ length: 4 }, () => hub.deliver(hub.startWorker({}, hub.connect()))));
  expect(paths()).toHaveLength(300);
  expect(new Set(paths()).size).toBe(300);
  expect(await hub.listDeliveries()).toEqual([]);
});

test('a change that comes while the one before is on its way is delivered after it', async () => {
  await hub.subscribe('/cb');
  await hub.change();
  hub.subscriber.answer('/cb', (_request, response) => {
    hub.subscriber.behave('/cb');
    void hub.change().then(() => response.end());
  });
  await hub.deliver();
  expect(paths()).toEqual(['/cb', '/cb']);
  expect(hub.subscriber.received[0]?.body.equals(hub.subscriber.received[1]?.body ?? Buffer.of())).toBe(
    false,
  );
  expect(hub.subscriber.received[1]?.body.equals(await hub.readDocument())).toBe(true);
  expect(await hub.listDeliveries()).toEqual([]);
});

test('of changes that come while a subscriber waits it has the newest document alone', async () => {
  await hub.subscribe('/cb');
  for (let n = 0; n < 5; n++) await hub.change();
  await hub.deliver();
  expect(paths()).toEqual(['/cb']);
  expect(hub.subscriber.received[0]?.body.equals(await hub.readDocument())).toBe(true);
});

test('whatever changes while workers deliver, everyone has the newest document in the end', async () => {
  await subscribeMany(200);
  await hub.change();
  const workers = Array.from({ length: 3 }, () => hub.startWorker({}, hub.connect()));
  const passes = workers.map((worker) => hub.deliver(worker));
  for (let n = 0; n < 6; n++) await hub.change();
  await Promise.all(passes);
  await hub.deliver();
  const newest = new Map(hub.subscriber.received.map(({ path, body }) => [path, body]));
  expect(newest.size).toBe(200);
  const document = await hub.readDocument();
  for (const body of newest.values()) expect(body.equals(document)).toBe(true);
  expect(await hub.listDeliveries()).toEqual([]);
});

describe('a worker that ends in mid-delivery', () => {
  test('by kill -9: another delivers what it had in hand', async () => {
    hub.setNow(new Date());
    await subscribeMany(100);
    for (let n = 0; n < 30; n++) hub.subscriber.answer(`/many/${n}`, () => undefined);
    await hub.change();
    const doomed = spawnCli(['work'], {
      DATABASE_URL: toDatabaseUrl(hub.address()),
      ALLOW_ADDRESSES: '127.0.0.0/8',
      LOG_LEVEL: 'silent',
    });
    const hasEnded = new Promise((resolve) => doomed.once('close', resolve));
    await until(() => hub.subscriber.received.length === 100);
    doomed.kill('SIGKILL');
    await hasEnded;
    const left = await hub.listDeliveries();
    expect(left.length).toBeGreaterThanOrEqual(30);
    for (const { leased_by } of left) expect(leased_by).not.toBeNull();
    for (let n = 0; n < 30; n++) hub.subscriber.behave(`/many/${n}`);
    hub.subscriber.received.length = 0;
    hub.setNow(new Date());
    await hub.deliver();
    expect(paths()).toEqual([]);
    hub.setNow(new Date(Date.now() + 31_000));
    await hub.deliver();
    expect(new Set(paths()).size).toBe(left.length);
    for (let n = 0; n < 30; n++) expect(paths()).toContain(`/many/${n}`);
    expect(await hub.listDeliveries()).toEqual([]);
  });

  test('in good order: what it had in hand is free at once', async () => {
    await hub.subscribe('/cb');
    hub.subscriber.answer('/cb', () => undefined);
    await hub.change();
    const stopping = new AbortController();
    const usual = hub.startWorker({ totalMs: 30_000 });
    const worker = {
      ...usual,
      signal: stopping.signal,
      send: (request: Parameters<typeof usual.send>[0]) =>
        usual.send({ ...request, signal: stopping.signal }),
    };
    const pass = deliverUpdates(worker);
    await until(() => hub.subscriber.received.length === 1);
    stopping.abort();
    await pass;
    await releaseUpdates(worker);
    hub.subscriber.behave('/cb');
    await hub.deliver();
    expect(paths()).toEqual(['/cb', '/cb']);
    expect(await hub.listDeliveries()).toEqual([]);
  });

  test('with its database: what could not be noted is delivered again', async () => {
    await hub.subscribe('/cb');
    await hub.change();
    const db = hub.connect();
    hub.subscriber.answer('/cb', (_request, response) => {
      void db.destroy().then(() => response.end());
    });
    await expect(hub.deliver(hub.startWorker({}, db))).rejects.toThrow();
    hub.subscriber.behave('/cb');
    hub.passSeconds(31);
    await hub.deliver();
    expect(paths()).toEqual(['/cb', '/cb']);
  });
});

test('workers wake when a change is committed or somebody asks, not only at their next tick', async () => {
  const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => console.error(fields) };
  const context = { ...hub.startWorker(), log } as unknown as JobContext;
  const { schedule } = await import('../../jobs/schedule.ts');
  const ours = schedule
    .filter(({ name }) => name === 'deliver-updates' || name === 'verify-subscriptions')
    .map((job) => ({ ...job, expression: '0 0 1 1 *' }));
  const jobs = startJobs(context, ours);
  const listener = listenTo(hub.address(), log);
  listener.hearChannel(hubChannel, createHubEar(context.hubBells, jobs.wake));
  await until(() => listener.isListening());
  await hub.post(hub.toForm('/cb'));
  await until(async () => (await hub.listSubscriptions()).length === 1);
  const began = performance.now();
  await hub.change();
  await until(() => hub.subscriber.received.length === 1);
  expect((hub.subscriber.received[0]?.at ?? Number.NaN) - began).toBeLessThan(1_500);
  await listener.close();
  await jobs.stop();
});

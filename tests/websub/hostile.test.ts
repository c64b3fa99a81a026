import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { leaseSubscriptionRequests } from '../../db/subscription-requests.ts';
import { createSender } from '../../src/fetch/post.ts';
import { createRateLimit } from '../../src/http/rate-limit.ts';
import {
  dripBody,
  endlessBody,
  neverAnswer,
  rawAnswer,
  resetMidBody,
  startOrigin,
} from '../support/origin.ts';
import { useHub } from './hub.ts';

const hub = useHub();

describe('callbacks that are not public', () => {
  test.each([
    'http://127.0.0.1:8080/cb',
    'http://10.0.0.1/cb',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/cb',
    'http://[::ffff:127.0.0.1]/cb',
    'http://0x7f000001/cb',
    'http://2130706433/cb',
    'http://8.8.8.8:25/cb',
    'http://8.8.8.8:22/cb',
    'https://wire.example/hub',
  ])('%s is refused as the product is configured', async (callback) => {
    const response = await hub.post(hub.toForm('', { 'hub.callback': callback }), hub.app([]));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('hub.callback');
    expect(await hub.listRequests()).toEqual([]);
  });

  test('a name that leads to a private address is taken and never asked', async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const worker = hub.startWorker({ allowAddresses: [], resolve });
    const callback = hub.subscriber.url('/cb').replace('127.0.0.1', 'rebinding.example');
    expect((await hub.post(hub.toForm('', { 'hub.callback': callback }), hub.app([]))).status).toBe(202);
    await hub.verify(worker);
    expect(hub.subscriber.questions).toEqual([]);
    expect(await hub.listRequests()).toEqual([]);
  });

  test('a name that leads to a private address later is not sent anything', async () => {
    await hub.subscribe('/cb');
    await hub.change();
    await hub.deliver(hub.startWorker({ allowAddresses: [] }));
    expect(hub.subscriber.received).toEqual([]);
    expect(await hub.listDeliveries()).toMatchObject([{ attempts: 1 }]);
  });
});

describe('subscribers that misbehave', () => {
  test('endless, slow and broken answers cost neither memory nor time', async () => {
    const endless = endlessBody();
    const origin = await startOrigin({
      '/endless': endless,
      '/drip': dripBody('x'.repeat(1_000), { everyMs: 100 }),
      '/never': neverAnswer(),
      '/reset': resetMidBody('part'),
      '/nonsense': rawAnswer('SSH-2.0-OpenSSH_9.6\r\n'),
    });
    const sender = createSender({ userAgent: 'test', allowAddresses: ['127.0.0.0/8'], totalMs: 500 });
    const began = performance.now();
    const ask = (path: string) => sender.send({ url: origin.url(path), method: 'GET' });
    const [much, drip, never, reset, nonsense] = await Promise.all(
      ['/endless', '/drip', '/never', '/reset', '/nonsense'].map(ask),
    );
    expect(performance.now() - began).toBeLessThan(2_000);
    await sender.close();
    await origin.close();
    expect(endless.sent).toBeLessThan(16_000_000);
    expect(much?.outcome === 'answered' && much.body.length).toBeLessThan(200_000);
    expect(drip).toMatchObject({ outcome: 'answered', status: 200 });
    expect(never).toMatchObject({ outcome: 'failed', code: 'timeout' });
    expect(reset).toMatchObject({ outcome: 'answered', status: 200 });
    expect(nonsense).toMatchObject({ outcome: 'failed', code: 'network' });
  });

  test('a challenge in an endless answer is no echo', async () => {
    hub.subscriber.answer('/cb', (request, response) => {
      response.write(new URL(request.url ?? '', 'http://x').searchParams.get('hub.challenge'));
      const more = setInterval(() => response.write(Buffer.alloc(65_536, 32)), 1);
      response.on('close', () => clearInterval(more));
    });
    await hub.subscribe('/cb');
    hub.subscriber.behave('/cb');
    expect(await hub.listSubscriptions()).toEqual([]);
  });

  test('those that never answer keep nobody else waiting', async () => {
    for (let n = 0; n < 5; n++) await hub.subscribe(`/good${n}`);
    for (let n = 0; n < 20; n++) {
      hub.passSeconds(1);
      await hub.subscribe(`/never${n}`);
    }
    for (let n = 0; n < 20; n++) hub.subscriber.answer(`/never${n}`, () => undefined);
    await hub.change();
    hub.subscriber.received.length = 0;
    const began = performance.now();
    await hub.deliver();
    const good = hub.subscriber.received.filter(({ path }) => path.startsWith('/good'));
    expect(good).toHaveLength(5);
    for (const { at } of good) expect(at - began).toBeLessThan(900);
    expect(await hub.listDeliveries()).toHaveLength(20);
    for (let n = 0; n < 20; n++) hub.subscriber.behave(`/never${n}`);
  });

  test('one that answers 2xx and then drips has the document once', async () => {
    await hub.subscribe('/cb');
    hub.subscriber.answer('/cb', (_request, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(more));
    });
    await hub.change();
    await hub.deliver();
    hub.passSeconds(3_600);
    await hub.deliver();
    hub.subscriber.behave('/cb');
    expect(hub.subscriber.received).toHaveLength(1);
  });
});

describe('making us attack others', () => {
  test('one site is asked once a second, twenty times in a row, whatever is asked for and by how many workers', async () => {
    for (let n = 0; n < 60; n++) expect((await hub.post(hub.toForm(`/victim${n}`))).status).toBe(202);
    await Promise.all([1, 2, 3].map(() => hub.verify(hub.startWorker())));
    expect(hub.subscriber.questions).toHaveLength(20);
    hub.passSeconds(5);
    await hub.verify();
    expect(hub.subscriber.questions).toHaveLength(25);
    hub.passSeconds(3_600);
    await hub.verify();
    expect(hub.subscriber.questions).toHaveLength(45);
    expect(await hub.listSubscriptions()).toHaveLength(45);
  });

  test('asking for the same again and again asks the subscriber no sooner', async () => {
    hub.subscriber.answer('/cb', (_request, response) => void response.writeHead(503).end());
    for (let n = 0; n < 10; n++) await hub.subscribe('/cb', { 'hub.secret': `${n}` });
    hub.subscriber.behave('/cb');
    expect(hub.subscriber.questions).toHaveLength(1);
  });

  test('a site has so many requests waiting and no more, and others are not kept out', async () => {
    await hub.db
      .insertInto('subscription_requests')
      .values(
        Array.from({ length: 2_000 }, (_, n) => ({
          key: Buffer.from(`${n}`),
          mode: 'subscribe' as const,
          callback_url: hub.subscriber.url(`/${n}`),
          callback_site: '127.0.0.1',
          topic_url: 'x',
          format: 'atom' as const,
          lease_seconds: 1,
          due_at: hub.now(),
        })),
      )
      .execute();
    const full = await hub.post(hub.toForm('/cb'));
    expect([full.status, full.headers.get('retry-after')]).toEqual([429, '300']);
    const other = await hub.post(hub.toForm('', { 'hub.callback': 'http://127.0.0.2/cb' }));
    expect(other.status).toBe(202);
  });

  test('a full site does not keep the questions of another waiting', async () => {
    for (let n = 0; n < 60; n++) await hub.post(hub.toForm(`/victim${n}`));
    await hub.post(hub.toForm('', { 'hub.callback': 'http://127.0.0.2:8099/cb' }));
    const lease = {
      worker: 'w',
      limit: 30,
      leaseSeconds: 30,
      secondsPerQuestion: 1,
      burst: 20,
      now: hub.now(),
    };
    const leased = await leaseSubscriptionRequests(hub.db, lease);
    expect(leased).toHaveLength(21);
    expect(await leaseSubscriptionRequests(hub.db, { ...lease, worker: 'v' })).toEqual([]);
  });

  test('one network asks the hub so much and no more; after a while again', async () => {
    const app = hub.app();
    let status = 0;
    let asked = 0;
    for (; asked < 700 && status !== 429; asked++) status = (await hub.post('hub.mode=x', app)).status;
    expect(asked).toBe(601);
    const refused = await hub.post(hub.toForm('/cb'), app);
    expect(refused.headers.get('retry-after')).toBe('1');
    hub.passSeconds(1);
    expect((await hub.post(hub.toForm('/cb'), app)).status).toBe(202);
  });

  test('whoever counts forgets those at rest, and never has more than so many in memory', async () => {
    const limit = createRateLimit({ burst: 2, perSecond: 1 });
    const at = new Date('2026-11-24T12:00:00Z');
    expect([1, 2, 3].map(() => limit.take('a', at))).toEqual([0, 0, 1]);
    for (let n = 0; n < 30_000; n++) limit.take(`${n}`, at);
    const later = new Date(at.getTime() + 60_000);
    expect([1, 2, 3].map(() => limit.take('a', later))).toEqual([0, 0, 1]);
  });
});

test('nobody else can unsubscribe a subscriber: it is asked, and says no', async () => {
  await hub.subscribe('/cb');
  hub.subscriber.answer('/cb', (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const isWanted = searchParams.get('hub.mode') === 'subscribe';
    response.writeHead(isWanted ? 200 : 404).end(isWanted ? searchParams.get('hub.challenge') : '');
  });
  await hub.post(hub.toForm('/cb', { 'hub.mode': 'unsubscribe' }));
  await hub.verify();
  hub.subscriber.behave('/cb');
  await sleep(0);
  expect(await hub.listSubscriptions()).toHaveLength(1);
});

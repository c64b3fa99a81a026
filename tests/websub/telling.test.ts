import { beforeEach, describe, expect, test } from 'vitest';
import { findPublication } from '../../db/publications.ts';
import { pruneSubscriptions } from '../../db/subscriptions.ts';
import { storeHub } from '../../db/websub-hub.ts';
import type { PublicationFormat } from '../../src/model/outgoing.ts';
import { isSigned } from '../../src/websub/sign.ts';
import { startOrigin } from '../support/origin.ts';
import { hubUrl, publicUrl, topicUrl, useHub } from './hub.ts';

const hub = useHub();
const others = { url: 'https://hub.example/?site=1&x=2' };

// §4: discovery.

describe('§4 documents name their hub and themselves', () => {
  const read = async (format: PublicationFormat) =>
    Buffer.from((await findPublication(hub.db, 'world', format))?.body ?? []).toString();
  const escaped = (url: string) => url.replaceAll('&', '&amp;');

  test.each([
    ['our own', 'own', hubUrl],
    ['another', others, others.url],
  ] as const)('%s', async (_name, setting, url) => {
    await storeHub(hub.db, setting);
    await hub.render();
    expect(await read('atom')).toMatch(`<link href="${escaped(url)}" rel="hub"/>`);
    expect(await read('atom')).toContain(`href="${publicUrl}/topics/world.atom" rel="self"`);
    const rss = await read('rss');
    expect(rss).toContain(`<atom:link href="${escaped(url)}" rel="hub"/>`);
    expect(rss).toContain(`<atom:link href="${publicUrl}/topics/world.rss" rel="self"`);
    expect(JSON.parse(await read('json'))).toMatchObject({
      feed_url: `${publicUrl}/topics/world.json`,
      hubs: [{ type: 'WebSub', url }],
    });
  });

  test('none when it is off, and again when it is on', async () => {
    await storeHub(hub.db, 'off');
    await hub.render();
    for (const format of ['rss', 'atom', 'json'] as const) expect(await read(format)).not.toContain('hub');
    await storeHub(hub.db, 'own');
    await hub.render();
    expect(await read('atom')).toContain(hubUrl);
  });

  test.each(['rss', 'atom', 'json'])('in the Link header of .%s, also of HEAD and 304', async (format) => {
    const path = `/topics/world.${format}`;
    const link = `<${hubUrl}>; rel="hub", <${publicUrl}${path}>; rel="self"`;
    const response = await hub.app().request(path);
    expect(response.headers.get('link')).toBe(link);
    const head = await hub.app().request(path, { method: 'HEAD' });
    expect(head.headers.get('link')).toBe(link);
    const etag = response.headers.get('etag') ?? '';
    const fresh = await hub.app().request(path, { headers: { 'if-none-match': etag } });
    expect([fresh.status, fresh.headers.get('link')]).toEqual([304, link]);
  });
});

// §7: content distribution.

describe('§7 a changed document', () => {
  test.each(['rss', 'atom', 'json'] as const)('is POSTed whole, as .%s is served', async (format) => {
    const topic = `${publicUrl}/topics/world.${format}`;
    await hub.subscribe('/cb?own=1', { 'hub.topic': topic });
    await hub.change();
    await hub.deliver();
    const served = await hub.app().request(`/topics/world.${format}`);
    const [one, ...more] = hub.subscriber.received;
    expect(more).toEqual([]);
    expect(one?.path).toBe('/cb?own=1');
    expect(one?.headers['content-type']).toBe(served.headers.get('content-type'));
    expect(one?.headers.link).toBe(`<${hubUrl}>; rel="hub", <${topic}>; rel="self"`);
    expect(one?.body.equals(Buffer.from(await served.arrayBuffer()))).toBe(true);
    expect(one?.headers['x-hub-signature']).toBeUndefined();
    expect(await hub.listDeliveries()).toEqual([]);
  });

  test('§7.1 is signed with the secret of the subscriber', async () => {
    await hub.subscribe('/a', { 'hub.secret': 'sësame' });
    await hub.subscribe('/b', { 'hub.secret': 'other' });
    await hub.change();
    await hub.deliver();
    expect(hub.subscriber.received).toHaveLength(2);
    for (const { path, body, headers } of hub.subscriber.received) {
      const signature = String(headers['x-hub-signature']);
      expect(signature).toMatch(/^sha256=[0-9a-f]{64}$/);
      expect(isSigned(body, path === '/a' ? 'sësame' : 'other', signature)).toBe(true);
    }
  });

  test('is not sent when its bytes are the same, nor to subscribers of another format', async () => {
    await hub.subscribe('/cb');
    await hub.renderAll();
    expect(await hub.listDeliveries()).toEqual([]);
    await hub.subscribe('/json', { 'hub.topic': `${publicUrl}/topics/world.json` });
    await hub.change();
    await hub.deliver();
    expect(hub.subscriber.received.map(({ path }) => path).sort()).toEqual(['/cb', '/json']);
  });

  test('any 2xx is a success', async () => {
    for (const status of [200, 201, 202, 299]) {
      hub.subscriber.answer(`/${status}`, (request, response) => {
        const { searchParams } = new URL(request.url ?? '', 'http://x');
        response.writeHead(request.method === 'GET' ? 200 : status);
        response.end(searchParams.get('hub.challenge') ?? '');
      });
      await hub.subscribe(`/${status}`);
    }
    await hub.change();
    await hub.deliver();
    expect(hub.subscriber.received).toHaveLength(4);
    expect(await hub.listDeliveries()).toEqual([]);
  });
});

describe('§7 who cannot be reached', () => {
  const fail = (status: number) =>
    hub.subscriber.answer('/cb', (_request, response) => void response.writeHead(status).end());
  const deliverAfter = async (seconds: number) => {
    hub.passSeconds(seconds);
    await hub.deliver();
    return hub.subscriber.received.length;
  };
  beforeEach(() => hub.subscriber.behave('/cb'));

  test('is tried again after 10 s, 20 s and so on, and then has the newest document', async () => {
    await hub.subscribe('/cb');
    fail(500);
    await hub.change();
    await hub.deliver();
    expect(await deliverAfter(9)).toBe(1);
    expect(await deliverAfter(4)).toBe(2);
    expect(await deliverAfter(19)).toBe(2);
    await hub.change();
    await hub.change();
    hub.subscriber.behave('/cb');
    expect(await deliverAfter(7)).toBe(3);
    expect(hub.subscriber.received.at(-1)?.body.equals(await hub.readDocument())).toBe(true);
    expect(await deliverAfter(86_400)).toBe(3);
    expect(await hub.listSubscriptions()).toMatchObject([{ failing_since: null }]);
  });

  test('misses a document after a day, and is tried again with the next', async () => {
    await hub.subscribe('/cb');
    fail(503);
    await hub.change();
    for (let hours = 0; hours < 30; hours++) await deliverAfter(4_600);
    expect(await hub.listDeliveries()).toEqual([]);
    const tried = hub.subscriber.received.length;
    expect(await deliverAfter(3_600)).toBe(tried);
    hub.subscriber.behave('/cb');
    await hub.change();
    expect(await deliverAfter(0)).toBe(tried + 1);
  });

  test('is dropped after five days without a success', async () => {
    await hub.subscribe('/cb');
    fail(500);
    for (let day = 0; day < 5; day++) {
      await hub.change();
      for (let hours = 0; hours < 24; hours++) await deliverAfter(3_600);
      if (day < 4) expect(await hub.listSubscriptions()).toHaveLength(1);
    }
    await hub.change();
    await deliverAfter(5_000);
    expect(await hub.listSubscriptions()).toEqual([]);
  });

  test('410 ends the subscription at once', async () => {
    await hub.subscribe('/cb');
    fail(410);
    await hub.change();
    await hub.deliver();
    expect(await hub.listSubscriptions()).toEqual([]);
    expect(await hub.listDeliveries()).toEqual([]);
  });

  test.each([301, 302, 307, 400, 404])('%i is a failure; a redirect is not followed', async (status) => {
    hub.subscriber.answer('/cb', (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      if (request.method === 'GET') response.end(searchParams.get('hub.challenge'));
      else response.writeHead(status, { location: '/other' }).end();
    });
    await hub.subscribe('/cb');
    await hub.change();
    await hub.deliver();
    expect(hub.subscriber.received.map(({ path }) => path)).toEqual(['/cb']);
    expect(await hub.listDeliveries()).toMatchObject([{ attempts: 1 }]);
  });
});

test('§5.1 a lease that has run out ends the subscription, whether it was pruned or not', async () => {
  await hub.subscribe('/cb', { 'hub.lease_seconds': '3600' });
  await hub.change();
  hub.passSeconds(3_600);
  await hub.deliver();
  await hub.change();
  await hub.deliver();
  expect(hub.subscriber.received).toHaveLength(0);
  expect(await pruneSubscriptions(hub.db, hub.now())).toBe(1);
  expect(await hub.listSubscriptions()).toEqual([]);
});

describe('a hub of somebody else', () => {
  test('is told of each changed document, and again until it has taken it', async () => {
    const bodies: string[] = [];
    let status = 503;
    const origin = await startOrigin((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(status).end();
      });
    });
    await storeHub(hub.db, { url: origin.url('/publish') });
    await hub.render();
    await hub.announce();
    expect(bodies).toHaveLength(3);
    status = 204;
    await hub.announce();
    expect(bodies).toHaveLength(3);
    hub.passSeconds(15);
    await hub.announce();
    await hub.announce();
    await origin.close();
    const told = bodies.slice(3).map((body) => new URLSearchParams(body));
    expect(told.map((form) => form.get('hub.mode'))).toEqual(['publish', 'publish', 'publish']);
    expect(told.map((form) => form.get('hub.url')).sort()).toEqual(
      ['atom', 'json', 'rss'].map((format) => `${publicUrl}/topics/world.${format}`),
    );
    expect(await hub.db.selectFrom('announcements').selectAll().execute()).toEqual([]);
  });

  test('leaves those whom we told so far with us until their time runs out', async () => {
    await hub.subscribe('/cb');
    await storeHub(hub.db, others);
    await hub.render();
    await hub.deliver();
    expect(hub.subscriber.received[0]?.headers.link).toBe(
      `<${others.url}>; rel="hub", <${topicUrl}>; rel="self"`,
    );
  });

  test('is the only one there: ours takes nobody any more', async () => {
    const { app } = (await import('../http/test-app.ts')).createTestApp(hub.db, { hub: others });
    const response = await hub.post(hub.toForm('/cb'), app);
    expect(response.status).toBe(404);
  });
});

import { expect, test } from 'vitest';
import { removeTopic } from '../../db/topics.ts';
import { publicUrl, topicUrl, useHub } from './hub.ts';

const hub = useHub();

// §5.1, §5.2: what the hub takes.

test('§5.2 a request is answered 202 before anyone is asked', async () => {
  const response = await hub.post(hub.toForm('/cb'));
  expect(response.status).toBe(202);
  expect(hub.subscriber.questions).toHaveLength(0);
  expect(await hub.listSubscriptions()).toHaveLength(0);
});

test.each([
  ['no form', 'application/json', '{}', 400],
  ['no mode', undefined, 'hub.topic=x', 400],
  ['too much', undefined, `hub.topic=${'x'.repeat(20_000)}`, 413],
])('§5.2 %s is refused in plain words', async (_name, type, body, status) => {
  const response = await hub.post(body, hub.app(), type ? { 'content-type': type } : {});
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect((await response.text()).length).toBeGreaterThan(10);
  expect(await hub.listRequests()).toHaveLength(0);
});

test.each([
  'https://elsewhere.example/topics/world.atom',
  'https://wire.example.evil.example/topics/world.atom',
  `${publicUrl}/topics/world`,
  `${publicUrl}/topics/nothing.atom`,
  `${publicUrl}/topics/world.atom?x=1`,
  `${publicUrl}/topics/w%6Frld.atom`,
  `${publicUrl}/topics/../topics/world.pdf`,
  'http://wire.example/topics/world.atom',
  'world.atom',
])('§5.1 %s is no document of this hub', async (topic) => {
  const response = await hub.post(hub.toForm('/cb', { 'hub.topic': topic }));
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('hub.topic');
  expect(await hub.listRequests()).toHaveLength(0);
});

test('§5.1 parameters that the hub does not know are not looked at', async () => {
  expect((await hub.post(hub.toForm('/cb', { 'hub.verify': 'async', extra: '1' }))).status).toBe(202);
});

// §5.3: the subscriber's intent.

test('§5.3 a GET asks with mode, topic, challenge and lease; the echo makes the subscription active', async () => {
  await hub.subscribe('/cb?own=1', { 'hub.lease_seconds': '86400' });
  const [question] = hub.subscriber.questions;
  expect(question?.path).toMatch(/^\/cb\?own=1&hub\.mode=/);
  expect(Object.fromEntries(question?.query ?? [])).toEqual({
    own: '1',
    'hub.mode': 'subscribe',
    'hub.topic': topicUrl,
    'hub.challenge': expect.stringMatching(/^[\w-]{32}$/),
    'hub.lease_seconds': '86400',
  });
  expect(await hub.listSubscriptions()).toMatchObject([
    { callback_url: hub.subscriber.url('/cb?own=1'), expires_at: new Date(hub.now().getTime() + 86_400_000) },
  ]);
  expect(await hub.listRequests()).toHaveLength(0);
});

test('§5.3 each challenge is another', async () => {
  await hub.subscribe('/a');
  await hub.subscribe('/b');
  const [first, second] = hub.subscriber.questions.map(({ query }) => query.get('hub.challenge'));
  expect(first).not.toBe(second);
});

test.each([
  ['404', 404, ''],
  ['410', 410, ''],
  ['403 with the challenge', 403, 'echo'],
  ['200 with something else', 200, 'yes'],
  ['200 with nothing', 200, ''],
  ['200 with the challenge and more', 200, 'echo\n'],
  ['200 with a page that holds the challenge', 200, '<p>echo</p>'],
])('§5.3 %s is a no, and nobody asks again', async (_name, status, body) => {
  hub.subscriber.answer('/cb', (request, response) => {
    const challenge = new URL(request.url ?? '', 'http://x').searchParams.get('hub.challenge') ?? '';
    response.writeHead(status).end(body.replace('echo', challenge));
  });
  await hub.subscribe('/cb');
  hub.passSeconds(86_400);
  await hub.verify();
  hub.subscriber.behave('/cb');
  expect(hub.subscriber.questions).toHaveLength(1);
  expect(await hub.listSubscriptions()).toHaveLength(0);
  expect(await hub.listRequests()).toHaveLength(0);
});

test('§5.3 a redirect is a no and is not followed', async () => {
  hub.subscriber.answer('/cb', (request, response) => {
    response.writeHead(302, { location: (request.url ?? '').replace('/cb', '/other') }).end();
  });
  await hub.subscribe('/cb');
  hub.subscriber.behave('/cb');
  expect(hub.subscriber.questions.map(({ path }) => path.slice(0, 3))).toEqual(['/cb']);
  expect(await hub.listSubscriptions()).toHaveLength(0);
});

test('§5.3 a subscriber with trouble of its own is asked again, later and later, five times', async () => {
  hub.subscriber.answer('/cb', (_request, response) => void response.writeHead(503).end());
  await hub.subscribe('/cb');
  const asked: number[] = [];
  for (let tenSeconds = 0; tenSeconds < 60; tenSeconds++) {
    asked.push(hub.subscriber.questions.length);
    hub.passSeconds(10);
    await hub.verify();
  }
  hub.subscriber.behave('/cb');
  expect(asked[0]).toBe(1);
  expect(asked.at(-1)).toBe(5);
  expect(await hub.listRequests()).toHaveLength(0);
});

test('§5.3 a subscriber that is away for a moment is subscribed when it is back', async () => {
  hub.subscriber.answer('/cb', (request) => request.socket.destroy());
  await hub.subscribe('/cb');
  hub.subscriber.behave('/cb');
  expect(await hub.listSubscriptions()).toHaveLength(0);
  hub.passSeconds(15);
  await hub.verify();
  expect(await hub.listSubscriptions()).toHaveLength(1);
});

// §5.1: again, and no more.

test('§5.1 asking again extends the lease and replaces the secret, once it is confirmed', async () => {
  await hub.subscribe('/cb', { 'hub.secret': 'first', 'hub.lease_seconds': '7200' });
  hub.passSeconds(3_600);
  hub.subscriber.answer('/cb', (_request, response) => void response.writeHead(404).end());
  await hub.subscribe('/cb', { 'hub.secret': 'thief', 'hub.lease_seconds': '86400' });
  hub.subscriber.behave('/cb');
  const ends = (seconds: number) => new Date(hub.now().getTime() + seconds * 1_000);
  expect(await hub.listSubscriptions()).toMatchObject([{ secret: 'first', expires_at: ends(3_600) }]);
  await hub.subscribe('/cb', { 'hub.secret': 'second', 'hub.lease_seconds': '86400' });
  expect(await hub.listSubscriptions()).toMatchObject([{ secret: 'second', expires_at: ends(86_400) }]);
  await hub.subscribe('/cb');
  expect(await hub.listSubscriptions()).toMatchObject([{ secret: null }]);
});

test('§5.1 the last of several requests counts, also when it comes while the subscriber is asked', async () => {
  hub.subscriber.answer('/cb', (request, response) => {
    hub.subscriber.behave('/cb');
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    void Promise.resolve(hub.post(hub.toForm('/cb', { 'hub.secret': 'second' }))).then(() =>
      response.end(searchParams.get('hub.challenge')),
    );
  });
  await hub.subscribe('/cb', { 'hub.secret': 'first' });
  await hub.verify();
  expect(await hub.listSubscriptions()).toMatchObject([{ secret: 'second' }]);
  expect(hub.subscriber.questions).toHaveLength(2);
});

test('§5.1 one callback may have many topics and one topic many callbacks', async () => {
  await hub.subscribe('/a');
  await hub.subscribe('/b');
  await hub.subscribe('/a', { 'hub.topic': `${publicUrl}/topics/world.rss` });
  expect(await hub.listSubscriptions()).toHaveLength(3);
});

test('§5.1 unsubscribing ends it once the subscriber confirms, and not before', async () => {
  await hub.subscribe('/cb');
  hub.subscriber.answer('/cb', (_request, response) => void response.writeHead(404).end());
  await hub.subscribe('/cb', { 'hub.mode': 'unsubscribe' });
  hub.subscriber.behave('/cb');
  expect(await hub.listSubscriptions()).toHaveLength(1);
  await hub.subscribe('/cb', { 'hub.mode': 'unsubscribe' });
  expect(hub.subscriber.questions.at(-1)?.query.get('hub.mode')).toBe('unsubscribe');
  expect(await hub.listSubscriptions()).toHaveLength(0);
  await hub.change();
  await hub.deliver();
  expect(hub.subscriber.received).toHaveLength(0);
});

// §5.2: denied.

test('§5.2 subscribers of a topic that goes are told that they are denied, and why', async () => {
  await hub.subscribe('/cb');
  await hub.post(hub.toForm('/late'));
  await removeTopic(hub.db, hub.world.id);
  await hub.verify();
  const told = hub.subscriber.questions.slice(1).map(({ path, query }) => [path.slice(0, 4), ...query]);
  expect(told).toHaveLength(2);
  for (const [, ...query] of told) {
    expect(query).toEqual([
      ['hub.mode', 'denied'],
      ['hub.topic', topicUrl],
      ['hub.reason', expect.stringContaining('no more')],
    ]);
  }
  expect(await hub.listSubscriptions()).toHaveLength(0);
  expect(await hub.listRequests()).toHaveLength(0);
});

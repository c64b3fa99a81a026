import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { parseConfig } from '../../src/config.ts';
import { isSigned } from '../../src/websub/sign.ts';
import { seedSource, seedStory } from '../http/seed.ts';
import { spawnCli, toDatabaseUrl } from '../support/run-cli.ts';
import { useHub } from './hub.ts';

const hub = useHub();

async function until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await find();
    if (found) return found;
    await sleep(50);
  }
  throw new Error('it did not come to that within 30 s');
}

test('the product as it is started: discovered, subscribed, told of a change', async () => {
  const product = spawnCli(['start'], {
    DATABASE_URL: toDatabaseUrl(hub.address()),
    ALLOW_ADDRESSES: '127.0.0.0/8',
    PORT: '0',
    STARTER: 'off',
    LOG_LEVEL: 'silent',
  });
  let told = '';
  product.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const hasEnded = new Promise((resolve) => product.once('close', resolve));
  try {
    const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0]);
    const topic = `${url}/topics/world.atom`;
    const links = (await fetch(topic)).headers.get('link') ?? '';
    expect(links).toBe(`<${url}/hub>; rel="hub", <${topic}>; rel="self"`);
    const [, hubUrl = ''] = /<([^>]*)>; rel="hub"/.exec(links) ?? [];
    const body = new URLSearchParams(hub.toForm('/cb', { 'hub.topic': topic, 'hub.secret': 'sesame' }));
    expect((await fetch(hubUrl, { method: 'POST', body })).status).toBe(202);
    await until(async () => (await hub.listSubscriptions())[0]);
    const source = await seedSource(hub.db, { feedUrl: 'https://paper.example/feed', title: 'The Paper' });
    const entry = { title: 'Told to all', publishedAt: new Date() };
    await seedStory(hub.db, [hub.world], [{ source, entry }]);
    await markTopicsChanged(hub.db, [hub.world.id]);
    const received = await until(() =>
      hub.subscriber.received.find((one) => one.body.includes('Told to all')),
    );
    expect(received.headers.link).toBe(links);
    expect(isSigned(received.body, 'sesame', String(received.headers['x-hub-signature']))).toBe(true);
    expect(received.headers['user-agent']).toContain('Wireroom/');
  } finally {
    product.kill('SIGTERM');
    await hasEnded;
  }
});

test('the settings of the hub', () => {
  expect(parseConfig({})).toMatchObject({ HUB: 'on' });
  expect(parseConfig({}).HUB_URL).toBeUndefined();
  expect(parseConfig({ HUB_URL: 'https://hub.example/' })).toMatchObject({ HUB_URL: 'https://hub.example/' });
  for (const env of [{ HUB: 'maybe' }, { HUB_URL: 'hub.example' }, { HUB_URL: 'ftp://hub.example/' }]) {
    expect(() => parseConfig(env)).toThrow(expect.objectContaining({ code: 'bad-config' }));
  }
});

import { request } from 'node:http';
import { Hono } from 'hono';
import { afterEach, expect, test } from 'vitest';
import { clientAddress, toNetwork } from '../../../src/http/auth/client-address.ts';
import { serve } from '../../../src/http/serve.ts';

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

/** What a server takes for the address of a client that calls from 127.0.0.2. */
async function ask(trustProxy: boolean, headers: Record<string, string> = {}): Promise<string> {
  const app = new Hono();
  app.get('/', (c) => c.text(clientAddress(c, trustProxy)));
  const server = await serve({ host: '127.0.0.1', port: 0 }, () => app.fetch);
  stop = server.stop;
  return new Promise((resolve, reject) => {
    const asked = request(
      `${server.url}/`,
      { localAddress: '127.0.0.2', headers, agent: false },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve(text));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

test('is that of the connection, whatever a client writes', async () => {
  expect(await ask(false)).toBe('127.0.0.2');
  expect(await ask(false, { 'x-forwarded-for': '198.51.100.7' })).toBe('127.0.0.2');
});

test('is what a trusted proxy has added last', async () => {
  expect(await ask(true, { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' })).toBe('198.51.100.7');
  expect(await ask(true, { 'x-forwarded-for': 'nonsense' })).toBe('127.0.0.2');
});

test.each([
  ['198.51.100.7', '198.51.100.0/24'],
  ['::ffff:198.51.100.7', '198.51.100.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/56'],
  ['nonsense', 'unknown'],
])('%s is of the network %s', (address, network) => expect(toNetwork(address)).toBe(network));

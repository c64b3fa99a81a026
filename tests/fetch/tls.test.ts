import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFetcher } from '../../src/fetch/fetch-source.ts';
import { startOrigin } from '../support/origin.ts';
import { makeCertificate } from './make-certificate.ts';

const day = 86_400_000;
const now = Date.now();
const fetcher = createFetcher({
  userAgent: 'Wireroom-test',
  allowAddresses: ['127.0.0.1'],
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  limits: { totalMs: 5_000 },
});
const servers: Server[] = [];

async function startSecure(from: number, to: number): Promise<number> {
  const pair = makeCertificate('feed.example', new Date(now + from * day), new Date(now + to * day));
  const server = createServer(pair, (_request, response) => response.end('<rss/>'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterAll(async () => {
  await fetcher.close();
  for (const server of servers) server.close();
});

describe('https', () => {
  let valid = 0;
  beforeAll(async () => {
    valid = await startSecure(-1, 1);
  });

  test('a certificate that nobody signed is refused in words', async () => {
    const result = await fetcher.fetch({ url: `https://feed.example:${valid}/` });
    expect(result).toMatchObject({ outcome: 'failed', code: 'tls' });
    expect(result.outcome === 'failed' && result.message).toContain(`feed.example:${valid}`);
    expect(result.outcome === 'failed' && result.message).toContain('SELF_SIGNED');
  });

  test('one that has run out, too', async () => {
    const port = await startSecure(-3, -1);
    expect(await fetcher.fetch({ url: `https://feed.example:${port}/` })).toMatchObject({ code: 'tls' });
  });

  test('http on a port of https, and https on a port of http', async () => {
    const plain = await startOrigin({ '/': { body: '<rss/>' } });
    expect(await fetcher.fetch({ url: `https://feed.example:${plain.port}/` })).toMatchObject({
      code: 'tls',
    });
    expect(await fetcher.fetch({ url: `http://feed.example:${valid}/` })).toMatchObject({
      outcome: 'failed',
      code: 'network',
    });
    await plain.close();
  });

  test('a connection that ends or hangs within the handshake', async () => {
    const ends = createTcpServer((socket) =>
      socket.on('error', () => {}).once('data', () => socket.destroy()),
    );
    const hangs = createTcpServer((socket) => socket.on('error', () => {}).resume());
    for (const server of [ends, hangs]) await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
    const portOf = (server: typeof ends) => (server.address() as AddressInfo).port;
    const hasty = createFetcher({
      userAgent: 'x',
      allowAddresses: ['127.0.0.1'],
      limits: { connectMs: 200, totalMs: 5_000 },
    });
    expect(await hasty.fetch({ url: `https://127.0.0.1:${portOf(ends)}/` })).toMatchObject({
      code: 'network',
    });
    expect(await hasty.fetch({ url: `https://127.0.0.1:${portOf(hangs)}/` })).toMatchObject({
      code: 'timeout',
    });
    await hasty.close();
    ends.close();
    hangs.close();
  });
});

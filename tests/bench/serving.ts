import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import autocannon from 'autocannon';
import type { Db } from '../../db/connect.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import { createApp } from '../../src/http/app.tsx';
import type { OutgoingFeed, Publication } from '../../src/model/outgoing.ts';
import { deskless } from '../http/test-app.ts';
import { printTable, toMedian } from './support/table.ts';

const port = { ours: 18_091, bare: 18_092 };
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

/**
 * A 50-item topic served by the product's app, next to a bare node:http server that answers the same bytes, each in a
 * process of its own, in turn, in the same run. The document comes from memory, as it does after the first read.
 */
export async function run(): Promise<void> {
  if (process.env.BENCH_SERVER) return serve(process.env.BENCH_SERVER);
  const servers = [await startServer('ours'), await startServer('bare')];
  try {
    const rows: (string | number)[][] = [];
    for (const { name, headers, expects } of cases) {
      const ours: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await load(port.ours, headers, expects));
        bare.push(await load(port.bare, headers, expects));
      }
      const ratio = toMedian(ours.map((value, n) => value / (bare[n] ?? 1)));
      rows.push([name, toMedian(ours).toFixed(0), toMedian(bare).toFixed(0), ratio.toFixed(2)]);
    }
    console.log(
      `A document of ${(makePublication().body.length / 1000).toFixed(0)} kB, 32 connections, ${rounds} rounds of ${seconds} s, medians`,
    );
    printTable(['answer', 'Wireroom req/s', 'bare node:http req/s', 'ratio'], rows);
  } finally {
    for (const server of servers) server.disconnect();
  }
}

const etag = '"bench"';
const cases: { name: string; headers: Record<string, string>; expects: number }[] = [
  { name: '200 identity', headers: { 'accept-encoding': 'identity' }, expects: 200 },
  { name: '200 gzip', headers: { 'accept-encoding': 'gzip' }, expects: 200 },
  { name: '304', headers: { 'accept-encoding': 'gzip', 'if-none-match': '"bench-gzip"' }, expects: 304 },
];

async function load(onPort: number, headers: Record<string, string>, expects: number): Promise<number> {
  const url = `http://127.0.0.1:${onPort}/topics/world-news.rss`;
  const answer = await fetch(url, { headers });
  await answer.arrayBuffer();
  if (answer.status !== expects) throw new Error(`${url} answered ${answer.status} instead of ${expects}`);
  const result = await autocannon({ url, connections: 32, duration: seconds, headers });
  return result.requests.average;
}

async function startServer(which: 'ours' | 'bare'): Promise<ChildProcess> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'wireroom-serving-')), 'server.mjs');
  writeFileSync(file, `import(${JSON.stringify(import.meta.url)}).then((bench) => bench.run())`);
  const server = fork(file, { env: { ...process.env, BENCH_SERVER: which } });
  await new Promise((resolve, reject) => {
    server.once('message', resolve);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return server;
}

async function serve(which: string): Promise<void> {
  const publication = makePublication();
  const server =
    which === 'ours' ? createServer(serveOurs(publication)) : createServer(serveBare(publication));
  await new Promise<void>((resolve) =>
    server.listen(which === 'ours' ? port.ours : port.bare, '127.0.0.1', resolve),
  );
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

function serveOurs(publication: Publication) {
  const app = createApp({
    // Documents come from findPublication alone.
    db: undefined as unknown as Db,
    findPublication: async () => publication,
    siteName: 'Bench',
    publicUrl: `http://127.0.0.1:${port.ours}`,
    now: () => new Date(),
    log: { info() {}, warn() {}, error() {} },
    ...deskless(),
    version: '0',
  });
  return getRequestListener(app.fetch);
}

function serveBare({ body, gzip, lastModifiedAt }: Publication): Parameters<typeof createServer>[1] {
  const common = {
    'content-type': 'application/rss+xml; charset=utf-8',
    'last-modified': lastModifiedAt.toUTCString(),
    'cache-control': 'public, max-age=300',
    vary: 'Accept-Encoding',
  };
  return (request, response) => {
    if (request.headers['if-none-match'] === '"bench-gzip"') {
      response.writeHead(304, { ...common, etag: '"bench-gzip"' }).end();
      return;
    }
    const zipped = request.headers['accept-encoding'] === 'gzip';
    const bytes = zipped ? gzip : body;
    const coding = zipped ? { 'content-encoding': 'gzip', etag: '"bench-gzip"' } : { etag };
    response.writeHead(200, { ...common, ...coding, 'content-length': bytes.length }).end(bytes);
  };
}

function makePublication(): Publication {
  const body = Buffer.from(toRss(makeFeed()));
  return {
    topicId: '1',
    format: 'rss',
    body,
    gzip: gzipSync(body),
    brotli: brotliCompressSync(body),
    etag,
    lastModifiedAt: new Date('2026-02-16T09:00:00Z'),
  };
}

function makeFeed(): OutgoingFeed {
  const at = new Date('2026-02-16T09:00:00Z');
  const paragraph = (n: number) =>
    `<p>${createHash('sha256').update(`paragraph ${n}`).digest('hex').repeat(4)}</p>`;
  const items = Array.from({ length: 50 }, (_, n) => ({
    id: `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    url: `https://publisher.example/${n}`,
    pageUrl: `https://wire.example/stories/${n}`,
    title: `Headline number ${n} of the bench`,
    summary:
      'A summary of the usual length, which is about as long as this sentence and the one after it. There it ends.',
    contentHtml: Array.from({ length: 8 }, (_, p) => paragraph(n * 8 + p)).join(''),
    authors: [{ name: 'A. Writer' }],
    categories: ['World'],
    enclosures: [],
    publishedAt: at,
    updatedAt: at,
    source: {
      title: 'Publisher',
      feedUrl: 'https://publisher.example/feed',
      siteUrl: 'https://publisher.example/',
    },
    coverage: [],
    related: [],
  }));
  return {
    id: 'https://wire.example/topics/world-news',
    title: 'World News',
    description: 'The bench.',
    language: 'en',
    pageUrl: 'https://wire.example/topics/world-news',
    selfUrls: {
      rss: 'https://wire.example/topics/world-news.rss',
      atom: 'https://wire.example/topics/world-news.atom',
      json: 'https://wire.example/topics/world-news.json',
    },
    updatedAt: at,
    items,
  };
}

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { Db } from '../../../db/connect.ts';
import { createApp } from '../../../src/http/app.tsx';
import type { Publication } from '../../../src/model/outgoing.ts';
import { createReaderNotes } from '../../../src/newsroom/reader-notes.ts';
import { deskless } from '../../http/test-app.ts';
import { etag, makePublication } from './documents.ts';
import { listChildren, pin, toEnv } from './load.ts';

export type ServerName = 'ours' | 'uncounted' | 'bare' | 'nginx';
const ports: Record<ServerName, number> = { ours: 18_091, uncounted: 18_092, bare: 18_093, nginx: 18_094 };
const serverCore = 1;

export interface BenchServer {
  name: ServerName;
  url: string;
  /** Of what answers. */
  pids: number[];
  stop(): void;
}

/** Starts a server in a process of its own, on a core of its own. `entry`: the bundle whose run() is called in it. */
export async function startServer(name: Exclude<ServerName, 'nginx'>, entry: string): Promise<BenchServer> {
  const child = await forkServer(entry, name);
  return { name, url: toUrl(name), pids: [child.pid ?? 0], stop: () => child.disconnect() };
}

export async function forkServer(
  entry: string,
  name: string,
  env: Record<string, string> = {},
): Promise<ChildProcess> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'wireroom-serving-')), 'server.mjs');
  writeFileSync(file, `import(${JSON.stringify(entry)}).then((bench) => bench.run())`);
  const server = fork(file, { env: { ...process.env, ...env, BENCH_SERVER: name } });
  await new Promise((resolve, reject) => {
    server.once('message', resolve);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  pin(server.pid ?? 0, serverCore);
  return server;
}

/** nginx with one worker that serves the same bytes as a file, and its gzip beside it. */
export async function startNginx(): Promise<BenchServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-nginx-'));
  chmodSync(folder, 0o755);
  const { body, gzip } = makePublication();
  writeFileSync(path.join(folder, 'world-news.rss'), body);
  writeFileSync(path.join(folder, 'world-news.rss.gz'), gzip);
  writeFileSync(path.join(folder, 'nginx.conf'), toConfig(folder));
  const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', path.join(folder, 'error.log')], {
    env: toEnv(),
    stdio: 'inherit',
  });
  for (let tries = 0; tries < 50; tries++) {
    if ((await fetch(`${toUrl('nginx')}`).catch(() => undefined))?.ok) break;
    await sleep(100);
  }
  return {
    name: 'nginx',
    url: toUrl('nginx'),
    pids: listChildren(child.pid ?? 0),
    stop() {
      child.kill('SIGTERM');
      child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

function toConfig(folder: string): string {
  const account = process.getuid?.() === 0 ? 'user root;\n' : '';
  return `${account}daemon off;
worker_processes 1;
worker_cpu_affinity 10;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  gzip_static on; gzip_vary on;
  open_file_cache max=100;
  types { application/rss+xml rss; }
  server {
    listen 127.0.0.1:${ports.nginx};
    location /topics/ { alias ${folder}/; add_header Cache-Control "public, max-age=300"; }
  }
}
`;
}

function toUrl(name: ServerName): string {
  return `http://127.0.0.1:${ports[name]}/topics/world-news.rss`;
}

/** What a forked process does that is one of these servers. */
export async function serveInChild(name: Exclude<ServerName, 'nginx'>): Promise<void> {
  const publication = makePublication();
  const listener = name === 'bare' ? serveBare(publication) : serveOurs(publication, name === 'ours');
  await new Promise<void>((resolve) => createServer(listener).listen(ports[name], '127.0.0.1', resolve));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

function serveOurs(publication: Publication, isCounted: boolean): Parameters<typeof createServer>[1] {
  const log = { info() {}, warn() {}, error() {} };
  // Documents come from findPublication alone; nothing is flushed in the time of a bench.
  const db = undefined as unknown as Db;
  const app = createApp({
    db,
    findPublication: async () => publication,
    ...(isCounted ? { readers: createReaderNotes({ db, log, now: () => new Date() }) } : {}),
    siteName: 'Bench',
    publicUrl: `http://127.0.0.1:${ports.ours}`,
    now: () => new Date(),
    log,
    ...deskless(),
    version: '0',
  });
  const { signal: stopping } = new AbortController();
  return getRequestListener((request, { incoming }) => app.fetch(request, { incoming, stopping }));
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

import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** Answers one request in any way it likes. Errors it throws close the connection. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A ready answer: status 200 and no headers unless given. Content-Length is set from the body. */
export interface ReadyAnswer {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
}

export type Answer = Handler | ReadyAnswer;

/** A request as it came in. */
export interface RecordedRequest {
  method: string;
  /** Path and query, as on the wire. */
  path: string;
  /** By lower-case name; bytes as Latin-1 characters. */
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as on the wire. */
  rawHeaders: string[];
  /** `Date.now()` when its headers had come. */
  at: number;
}

export interface Origin {
  host: string;
  port: number;
  /** Every request, in the order in which they came; empty it with `requests.length = 0`. */
  requests: RecordedRequest[];
  /** Connections that were opened so far, and the most that were open at once. */
  connections: { opened: number; open: number; mostOpen: number };
  /** The absolute address of a path. `host` in place of the origin's own, for one that listens on all of 127.x. */
  url(path: string, host?: string): string;
  /** What a path answers from now on. Query and all must match; paths that were not set answer 404. */
  set(path: string, answer: Answer): void;
  /**
   * Puts a document at a path and answers as a good server does: 200 with the validators given, or 304 to
   * If-None-Match (lists, weak, `*`) and, without that, to If-Modified-Since. The type is RSS unless given.
   */
  document(
    path: string,
    body: string | Uint8Array,
    about?: { type?: string; etag?: string; lastModified?: string; headers?: Record<string, string> },
  ): void;
  /** Ends the server and all its connections, whatever they are doing. */
  close(): Promise<void>;
}

/**
 * Starts a local origin on 127.0.0.1 or another loopback address, on a free port unless given. Give it the answers by path, or one
 * handler for all paths that are not set, or nothing and use `set` and `document`.
 *
 *     const origin = await startOrigin();
 *     origin.document('/feed.xml', makeRss('Alpha', items), { etag: '"1"' });
 *     origin.set('/gone', { status: 410 });
 *     origin.set('/slow', dripBody('<rss/>', { everyMs: 50 }));
 *     await fetcher.fetch({ url: origin.url('/feed.xml') });
 *     expect(origin.requests).toHaveLength(1);
 *     await origin.close();
 *
 * Misbehaviour to set: neverAnswer, slowHeaders, dripBody, endlessBody, encodedBody, bomb, lyingLength, redirectTo,
 * resetMidBody, rawAnswer, manyHeaders.
 */
export async function startOrigin(
  routes: Record<string, Answer> | Handler = {},
  options: { host?: string; port?: number } = {},
): Promise<Origin> {
  const host = options.host ?? '127.0.0.1';
  const answers = new Map<string, Answer>(typeof routes === 'function' ? [] : Object.entries(routes));
  const fallback: Answer = typeof routes === 'function' ? routes : { status: 404, body: 'nothing here' };
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  const connections = { opened: 0, open: 0, mostOpen: 0 };

  const server = createServer({ maxHeaderSize: 1_048_576 }, (request, response) => {
    const { method = '', url: path = '', headers, rawHeaders } = request;
    requests.push({ method, path, headers, rawHeaders, at: Date.now() });
    response.on('error', () => {});
    Promise.resolve(reply(answers.get(path) ?? fallback, request, response)).catch(() =>
      request.socket.destroy(),
    );
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    connections.opened++;
    connections.open = sockets.size;
    connections.mostOpen = Math.max(connections.mostOpen, sockets.size);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      connections.open = sockets.size;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    host,
    port,
    requests,
    connections,
    url: (path, at = host) => `http://${at}:${port}${path}`,
    set: (path, answer) => void answers.set(path, answer),
    document: (path, body, about = {}) => void answers.set(path, toDocument(body, about)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function reply(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (typeof answer === 'function') return answer(request, response);
  const { status = 200, headers = {}, body = '' } = answer;
  // 204 and 304 have no body and so no length.
  const length = status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...length, ...headers });
  // As bytes: a text would draw the header lines into its own encoding.
  response.end(Buffer.from(body));
}

function toDocument(
  body: string | Uint8Array,
  about: { type?: string; etag?: string; lastModified?: string; headers?: Record<string, string> },
): Handler {
  const { type = 'application/rss+xml', etag, lastModified } = about;
  const headers: Record<string, string> = { 'content-type': type, ...about.headers };
  if (etag !== undefined) headers.etag = etag;
  if (lastModified !== undefined) headers['last-modified'] = lastModified;
  return (request, response) => {
    const status = isUnchanged(request.headers, etag, lastModified) ? 304 : 200;
    return reply({ status, headers, body: status === 304 ? '' : body }, request, response);
  };
}

/** RFC 9110 §13.2.2: If-None-Match comes first and, where given, alone. */
function isUnchanged(sent: IncomingHttpHeaders, etag?: string, lastModified?: string): boolean {
  const noneMatch = sent['if-none-match'];
  if (noneMatch !== undefined) {
    if (noneMatch === '*') return true;
    if (etag === undefined) return false;
    const strong = (tag: string) => tag.trim().replace(/^W\//, '');
    return noneMatch === etag || noneMatch.split(',').map(strong).includes(strong(etag));
  }
  const since = sent['if-modified-since'];
  if (since === undefined || lastModified === undefined) return false;
  return since === lastModified || Date.parse(since) >= Date.parse(lastModified);
}

/** Takes the request and says nothing, ever. */
export function neverAnswer(): Handler {
  return () => {};
}

/** Answers after a while. */
export function slowHeaders(milliseconds: number, answer: Answer): Handler {
  return async (request, response) => {
    await sleep(milliseconds);
    await reply(answer, request, response);
  };
}

/** Sends the headers at once and then the body byte by byte (or `size` bytes at a time). */
export function dripBody(
  body: string | Uint8Array,
  { everyMs, size = 1, headers = {} }: { everyMs: number; size?: number; headers?: Record<string, string> },
): Handler {
  return async (_request, response) => {
    const bytes = Buffer.from(body);
    response.writeHead(200, headers);
    for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
      response.write(bytes.subarray(at, at + size));
      await sleep(everyMs);
    }
    response.end();
  };
}

/** Sends a chunk again and again until the other side hangs up; `sent` counts the bytes. At most `most` bytes. */
export function endlessBody(
  chunk: Uint8Array = Buffer.alloc(65_536, 32),
  { most = 1_000_000_000, headers = {} }: { most?: number; headers?: Record<string, string> } = {},
): Handler & { sent: number } {
  const handler: Handler & { sent: number } = Object.assign(
    async (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, headers);
      while (!response.destroyed && handler.sent < most) {
        handler.sent += chunk.length;
        if (response.write(chunk)) await sleep(0);
        else await drained(response);
      }
      response.end();
    },
    { sent: 0 },
  );
  return handler;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}

const encoders = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  'deflate-raw': deflateRawSync,
};

/** A body under content codings, applied in turn; `deflate-raw` is labelled `deflate`. `label` says something else. */
export function encodedBody(
  body: string | Uint8Array,
  codings: (keyof typeof encoders)[],
  label = codings.map((coding) => coding.replace('-raw', '')).join(', '),
): ReadyAnswer {
  let bytes: Uint8Array = Buffer.from(body);
  for (const coding of codings) bytes = encoders[coding](bytes);
  return { headers: { 'content-type': 'application/rss+xml', 'content-encoding': label }, body: bytes };
}

/** Megabytes of blanks, very small on the wire. */
export function bomb(mebibytes: number, codings: (keyof typeof encoders)[] = ['gzip']): ReadyAnswer {
  return encodedBody(Buffer.alloc(mebibytes * 1_048_576, 32), codings);
}

/** Announces another length than the body has, and closes the connection (or keeps it open) after the body. */
export function lyingLength(
  body: string | Uint8Array,
  announced: number,
  { headers = {}, keepOpen = false }: { headers?: Record<string, string>; keepOpen?: boolean } = {},
): Handler {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${announced}\r\n${lines.join('')}\r\n`;
  return rawAnswer(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]), { keepOpen });
}

/** A redirect; without Location when that is undefined. */
export function redirectTo(status: number, location?: string): ReadyAnswer {
  return { status, headers: location === undefined ? {} : { location }, body: 'elsewhere' };
}

/** Sends a part of the body in chunked coding and resets the connection. */
export function resetMidBody(part: string | Uint8Array, headers: Record<string, string> = {}): Handler {
  return async (request, response) => {
    response.writeHead(200, headers);
    response.write(part);
    await sleep(20);
    request.socket.resetAndDestroy();
  };
}

/** Writes bytes to the connection as they stand, HTTP or not (a string as Latin-1), and closes it unless `keepOpen`. */
export function rawAnswer(
  bytes: string | Uint8Array,
  { keepOpen = false }: { keepOpen?: boolean } = {},
): Handler {
  return ({ socket }) => {
    const raw = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    if (keepOpen) socket.write(raw);
    else socket.end(raw);
  };
}

/** A good body behind about so many bytes of header lines. */
export function manyHeaders(bytes: number, body: string): Handler {
  const lines = Array.from({ length: Math.ceil(bytes / 1_000) }, (_, n) => `X-${n}: ${'x'.repeat(990)}\r\n`);
  return rawAnswer(`HTTP/1.1 200 OK\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n${body}`);
}

/** A strong ETag of a body, as servers make it. */
export function toEtag(body: string | Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
}

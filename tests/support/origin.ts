import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request as the origin saw it. */
export interface OriginRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

export type OriginHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface OriginAnswer {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
}

/** A publisher's server on loopback that can misbehave. */
export interface Origin {
  port: number;
  /** All requests, in the order in which they came. */
  requests: OriginRequest[];
  /** The absolute address of a path here. */
  url(path: string): string;
  /** Answers a path with something fixed, or by a function of your own. Unknown paths get 404. */
  set(path: string, answer: OriginAnswer | OriginHandler): void;
  /**
   * Serves a document as a proper server does: 304 to a conditional request that fits. Without `etag` and `lastModified` it
   * has no validators. A document set again is another version.
   */
  document(
    path: string,
    body: string | Uint8Array,
    about: { type: string; etag?: string; lastModified?: string },
  ): void;
  /** Ends the server and every connection. */
  close(): Promise<void>;
}

export async function startOrigin(options: { host?: string } = {}): Promise<Origin> {
  const host = options.host ?? '127.0.0.1';
  const routes = new Map<string, OriginHandler>();
  const requests: OriginRequest[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    requests.push({ method: request.method ?? '', path, headers: request.headers });
    const route = routes.get(path) ?? routes.get(path.split('?')[0] ?? '');
    if (route) await route(request, response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
  });
  const port = await listen(server, host);
  return {
    port,
    requests,
    url: (path) => `http://${host}:${port}${path}`,
    set: (path, answer) => void routes.set(path, typeof answer === 'function' ? answer : toHandler(answer)),
    document: (path, body, about) => void routes.set(path, toDocument(body, about)),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function toHandler({ status = 200, headers = {}, body = '' }: OriginAnswer): OriginHandler {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

function toDocument(
  body: string | Uint8Array,
  { type, etag, lastModified }: { type: string; etag?: string; lastModified?: string },
): OriginHandler {
  return (request, response) => {
    const validators = {
      ...(etag ? { etag } : {}),
      ...(lastModified ? { 'last-modified': lastModified } : {}),
    };
    const asked = request.headers['if-none-match'] ?? request.headers['if-modified-since'];
    if (asked !== undefined && (asked === etag || asked === lastModified))
      response.writeHead(304, validators).end();
    else response.writeHead(200, { 'content-type': type, ...validators }).end(body);
  };
}

/** Sends the headers at once and the body in pieces with a pause between them; `pieces` without an end is the caller's wish. */
export function drip(pieces: Iterable<string | Uint8Array>, pauseMs: number): OriginHandler {
  return async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/rss+xml' });
    for (const piece of pieces) {
      if (response.destroyed) return;
      response.write(piece);
      await sleep(pauseMs);
    }
    response.end();
  };
}

/** Answers nothing until the asker gives up, for ten seconds at most. */
export const silence: OriginHandler = async (_request, response) => {
  for (let n = 0; n < 100 && !response.destroyed; n++) await sleep(100);
  response.destroy();
};

/** Writes `text` as it stands to every connection and then closes it: for answers that no HTTP server would give. */
export async function startRawOrigin(
  text: string | Uint8Array,
  options: { reset?: boolean } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(text, () => (options.reset ? socket.resetAndDestroy() : socket.end()));
    });
  });
  const port = await listen(server, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server | TcpServer, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** A strong ETag of a body, as servers make it. */
export function toEtag(body: string | Uint8Array): string {
  return `"${createHash('sha1').update(body).digest('hex').slice(0, 16)}"`;
}

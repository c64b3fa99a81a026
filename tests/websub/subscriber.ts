import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A GET of the hub. */
export interface Question {
  path: string;
  query: URLSearchParams;
}

/** A POST of the hub. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  at: number;
}

/** A subscriber as WebSub wants it (§3.2), on 127.0.0.1 or another loopback address; `answer` makes it another. */
export interface Subscriber {
  url(path: string): string;
  questions: Question[];
  received: Received[];
  /** Takes requests to a path in place of what a good subscriber does. */
  answer(path: string, handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** Does again what a good subscriber does. */
  behave(path: string): void;
  close(): Promise<void>;
}

export async function startSubscriber(host = '127.0.0.1'): Promise<Subscriber> {
  const questions: Question[] = [];
  const received: Received[] = [];
  const handlers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://subscriber');
    const path = pathname;
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (request.method === 'GET') questions.push({ path: pathname + search, query: searchParams });
      else received.push({ path: pathname + search, headers: request.headers, body, at: performance.now() });
      const handler = handlers.get(path);
      if (handler) handler(request, response);
      else if (request.method === 'GET') response.end(searchParams.get('hub.challenge') ?? '');
      else response.writeHead(204).end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) => `http://${host}:${port}${path}`,
    questions,
    received,
    answer: (path, handler) => void handlers.set(path, handler),
    behave: (path) => void handlers.delete(path),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

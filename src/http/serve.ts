import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { AppError } from '../errors.ts';

/** What the server tells with each request: `stopping` is aborted when it is told to stop. */
interface ServerEnv {
  stopping: AbortSignal;
  /** By which getConnInfo knows where a request comes from. */
  incoming?: unknown;
}
type Fetch = (request: Request, env: ServerEnv) => Response | Promise<Response>;

export interface ServeOptions {
  host: string;
  /** 0: any free one. */
  port: number;
}

const keepAliveMs = 65_000;
/** How long answers under way may take when we are told to stop. */
const patienceMs = 5_000;
/** How often connections are looked for meanwhile that have come to rest. */
const sweepMs = 50;

/**
 * Listens and answers by what `toFetch` makes for the address that it listens on, until `stop`, which lets answers under
 * way come to their end. Throws AppError `port-taken` with what to do.
 */
export async function serve(
  options: ServeOptions,
  toFetch: (url: string) => Fetch,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer({ keepAliveTimeout: keepAliveMs });
  await listen(server, options);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const url = `http://${toUrlHost(options.host)}:${port}`;
  const fetch = toFetch(url);
  const stopping = new AbortController();
  // One for all answers that last: as many listen as are open.
  setMaxListeners(0, stopping.signal);
  server.on(
    'request',
    getRequestListener((request, { incoming }) => fetch(request, { incoming, stopping: stopping.signal })),
  );
  return { url, stop: () => close(server, stopping) };
}

/** Told to answers that last as long as they can; undefined where the app is called without a server. */
export function findStopping(env: unknown): AbortSignal | undefined {
  return (env as Partial<ServerEnv> | undefined)?.stopping;
}

async function close(server: Server, stopping: AbortController): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  stopping.abort();
  server.closeIdleConnections();
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(timer);
}

function toUrlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why: Record<string, string> = {
        EADDRINUSE: `Port ${port} on ${host} is taken by another program. Stop it, or set PORT to a free one.`,
        EACCES: `Port ${port} needs more rights than this user has. Set PORT to one above 1023.`,
        EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one that it has.`,
        ENOTFOUND: `There is no address for ${host}. Set HOST to an address of this machine.`,
      };
      const sentence = why[error.code ?? ''];
      reject(sentence ? new AppError('port-taken', sentence, { cause: error }) : error);
    });
    server.listen(port, host, () => resolve());
  });
}

import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { AppError } from '../src/errors.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;

/** Where Postgres is: a connection string, or the private socket of the embedded server. */
export type DatabaseAddress =
  | { url: string }
  | { host: string; port: number; user: string; database: string };

export interface ConnectOptions {
  /** Most connections at a time. */
  max?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Told of connections that broke while idle (the server went away); the pool replaces them by itself. */
  onIdleError?: (error: Error) => void;
}

/** The settings of pg for an address, with time-outs that keep a dead server from hanging a worker. */
export function toClientConfig(address: DatabaseAddress, applicationName = 'wireroom'): pg.ClientConfig {
  const where = 'url' in address ? { connectionString: address.url } : address;
  return { ...where, application_name: applicationName, connectionTimeoutMillis: 10_000, keepAlive: true };
}

/**
 * A pool of connections as Kysely. Connects on first use, so a server that is away shows there.
 * Close it with `db.destroy()`.
 */
export function connectDatabase(address: DatabaseAddress, options: ConnectOptions = {}): Db {
  const pool = new pg.Pool({
    ...toClientConfig(address, options.applicationName),
    max: options.max ?? 10,
    idleTimeoutMillis: 30_000,
    statement_timeout: 120_000,
    idle_in_transaction_session_timeout: 120_000,
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  // The pool listens to idle connections only: one that breaks while in use, between two queries of a transaction, would
  // end the process. Its next query fails, which is all that has to be known.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/** Whether the database answers. */
export async function pingDatabase(db: Db): Promise<boolean> {
  try {
    await sql`select 1`.execute(db);
    return true;
  } catch {
    return false;
  }
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ECONNRESET',
]);
const refusedStates: Record<string, string> = {
  '28P01': 'it refused the password',
  '28000': 'it refused the user',
  '3D000': 'it has no database of that name',
  '57P01': 'it is shutting down',
  '57P02': 'it has crashed and starts again',
  '57P03': 'it is starting up or shutting down',
  '53300': 'it has no connection free',
};

/** The AppError for a database that cannot be reached, or undefined when the error is about something else. */
export function findUnavailable(error: unknown): AppError | undefined {
  const code = (error as { code?: string } | undefined)?.code;
  const message = error instanceof Error ? error.message : String(error);
  const refused = code ? refusedStates[code] : undefined;
  const timedOut =
    message.includes('timeout exceeded when trying to connect') || message.includes('Connection terminated');
  if (!refused && !timedOut && !(code && unavailableCodes.has(code))) return undefined;
  const why = refused ?? (timedOut ? 'it did not answer in time' : message);
  return new AppError(
    'database-unavailable',
    `The database cannot be used: ${why}. Check DATABASE_URL and that the server is running.`,
    { cause: error },
  );
}

/** The AppError for a text that Postgres cannot keep (NUL, half a character), or undefined when the error is about something else. */
export function findUnstorable(error: unknown): AppError | undefined {
  const code = (error as { code?: string } | undefined)?.code;
  if (code !== '22021' && code !== '22P05') return undefined;
  return new AppError('bad-argument', 'A text holds a character that cannot be kept. Type it again.', {
    cause: error,
  });
}

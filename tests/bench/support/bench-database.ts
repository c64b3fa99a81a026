import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kysely, type LogEvent, PostgresDialect } from 'kysely';
import pg from 'pg';
import { type Db, toClientConfig } from '../../../db/connect.ts';
import { ensureEmbedded } from '../../../db/embedded.ts';
import { migrateToLatest } from '../../../db/migrate.ts';
import type { Database } from '../../../db/schema.ts';

export interface BenchDatabase {
  db: Db;
  /** Called after each statement while it is set. */
  watch(onQuery: ((event: LogEvent) => void) | undefined): void;
}

/** Runs the work beside an embedded server of its own, which is gone afterwards. */
export async function withServer<T>(work: (connection: ServerConnection) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-bench-'));
  // As root the server runs as somebody else, who has to get in.
  chmodSync(folder, 0o755);
  const log = { debug() {}, info() {}, warn: (line: string) => console.warn(line) };
  const server = await ensureEmbedded({ dataDir: path.join(folder, 'data'), projectDir: process.cwd(), log });
  try {
    return await work(server.connection);
  } finally {
    await server.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

type ServerConnection = Awaited<ReturnType<typeof ensureEmbedded>>['connection'];

/** Runs the work on a migrated, empty database of an embedded server of its own, which is gone afterwards. */
export async function withDatabase<T>(
  max: number,
  work: (database: BenchDatabase) => Promise<T>,
): Promise<T> {
  return withServer(async (connection) => {
    let onQuery: ((event: LogEvent) => void) | undefined;
    const pool = new pg.Pool({ ...toClientConfig(connection), max });
    const db = new Kysely<Database>({
      dialect: new PostgresDialect({ pool }),
      log: (event) => onQuery?.(event),
    });
    try {
      await migrateToLatest(db);
      return await work({
        db,
        watch(call) {
          onQuery = call;
        },
      });
    } finally {
      await db.destroy();
    }
  });
}

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { connectDatabase, type DatabaseAddress, toClientConfig } from '../../db/connect.ts';
import { ensureEmbedded } from '../../db/embedded.ts';
import { migrateToLatest } from '../../db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run, at its maintenance database. */
    testServer: DatabaseAddress;
    /** Name of the migrated database that test files clone. */
    testTemplate: string;
  }
}

/** One server for the whole run: TEST_DATABASE_URL, else our own in a temporary directory. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL;
  const { address, stop } = url ? { address: { url }, stop: async () => {} } : await startServer();
  const template = `wireroom_template_${randomBytes(4).toString('hex')}`;
  try {
    await runStatement(address, `create database ${template}`);
    const db = connectDatabase(toNamed(address, template), { max: 1 });
    await migrateToLatest(db).finally(() => db.destroy());
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('testServer', address);
  project.provide('testTemplate', template);
  return async () => {
    await runStatement(address, `drop database if exists ${template} with (force)`);
    await stop();
  };
}

async function startServer(): Promise<{ address: DatabaseAddress; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wireroom-test-'));
  // As root the server runs as somebody else, who has to get in.
  chmodSync(dataDir, 0o755);
  const say = (message: string): void => console.warn(message);
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    const server = await ensureEmbedded({
      dataDir: join(dataDir, 'data'),
      projectDir: process.cwd(),
      log: { info: say, warn: say, debug: () => {} },
    });
    const stop = async (): Promise<void> => {
      await server.release();
      remove();
    };
    return { address: server.connection, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The address of another database of the same server. */
export function toNamed(address: DatabaseAddress, database: string): DatabaseAddress {
  if (!('url' in address)) return { ...address, database };
  const url = new URL(address.url);
  url.pathname = `/${database}`;
  return { url: url.href };
}

/** Runs one statement outside of any transaction, on a connection of its own. */
export async function runStatement(address: DatabaseAddress, statement: string): Promise<void> {
  const client = new pg.Client(toClientConfig(address, 'wireroom-tests'));
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

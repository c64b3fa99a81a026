import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { connectDatabase, type DatabaseAddress, type Db } from '../../db/connect.ts';
import { runStatement, toNamed } from './global-setup.ts';

export interface TestDatabase {
  /** Kysely on the file's own database; there from beforeAll on. */
  readonly db: Db;
  /** For what makes connections of its own, such as a second process. */
  readonly address: DatabaseAddress;
}

/**
 * Gives the test file a migrated, empty database of its own, and drops it afterwards.
 * Call it at the top of the file or of a describe block, and read `db` inside of tests and hooks only.
 */
export function useDatabase(options: { max?: number } = {}): TestDatabase {
  const name = `wireroom_test_${randomBytes(6).toString('hex')}`;
  let db: Db | undefined;
  const address = (): DatabaseAddress => toNamed(inject('testServer'), name);
  beforeAll(async () => {
    await cloneTemplate(name);
    db = connectDatabase(address(), { max: options.max ?? 5 });
  });
  afterAll(async () => {
    await db?.destroy();
    await runStatement(inject('testServer'), `drop database if exists ${name} with (force)`);
  });
  return {
    get db() {
      if (!db) throw new Error('useDatabase: the database is there from beforeAll on');
      return db;
    },
    get address() {
      return address();
    },
  };
}

/** Postgres clones a template only while nobody is connected to it; autovacuum may be for a moment. */
async function cloneTemplate(name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runStatement(inject('testServer'), `create database ${name} template ${inject('testTemplate')}`);
      return;
    } catch (error) {
      const isInUse = error instanceof Error && 'code' in error && error.code === '55006';
      if (!isInUse || attempt >= 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

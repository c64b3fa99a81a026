import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connectDatabase, findUnavailable, pingDatabase } from '../../db/connect.ts';
import { runStatement } from '../support/global-setup.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();

test('a connection that breaks in the middle of a transaction fails its query, not the process', async () => {
  const db = connectDatabase(database.address, { max: 1, applicationName: 'breaking' });
  const broken = db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await runStatement(database.address, `select pg_terminate_backend(${rows[0]?.pid})`);
    // The news arrives while no query runs.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sql`select 1`.execute(tx);
  });
  await expect(broken).rejects.toThrow();
  expect(await pingDatabase(db)).toBe(true);
  await db.destroy();
});

test.each([
  [{ code: '57P01' }, true],
  [{ code: '57P02' }, true],
  [{ code: 'ECONNREFUSED' }, true],
  [new Error('Connection terminated unexpectedly'), true],
  [new Error('timeout exceeded when trying to connect'), true],
  [{ code: '42P01', message: 'relation does not exist' }, false],
  [new Error('boom'), false],
  [undefined, false],
])('findUnavailable(%j) is %s', (error, isUnavailable) => {
  expect(findUnavailable(error) !== undefined).toBe(isUnavailable);
});

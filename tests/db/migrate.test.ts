import { randomBytes } from 'node:crypto';
import { afterEach, expect, inject, test } from 'vitest';
import { connectDatabase, type Db, pingDatabase } from '../../db/connect.ts';
import { migrateToLatest } from '../../db/migrate.ts';
import { runStatement, toNamed } from '../support/global-setup.ts';

const names: string[] = [];
const open: Db[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((db) => db.destroy()));
  for (const name of names.splice(0))
    await runStatement(inject('testServer'), `drop database if exists ${name} with (force)`);
});

async function emptyDatabase(): Promise<() => Db> {
  const name = `wireroom_migrate_${randomBytes(4).toString('hex')}`;
  names.push(name);
  await runStatement(inject('testServer'), `create database ${name}`);
  return () => {
    const db = connectDatabase(toNamed(inject('testServer'), name), { max: 2 });
    open.push(db);
    return db;
  };
}

test('from empty, twice', async () => {
  const connect = await emptyDatabase();
  expect(await migrateToLatest(connect())).toEqual([
    '0001-wire',
    '0002-stories',
    '0003-dated-terms',
    '0004-editors',
    '0005-decisions',
    '0006-websub',
    '0007-history',
    '0008-readers',
  ]);
  expect(await migrateToLatest(connect())).toEqual([]);
});

test('five at once', async () => {
  const connect = await emptyDatabase();
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrateToLatest(connect())));
  expect(applied.flat()).toEqual([
    '0001-wire',
    '0002-stories',
    '0003-dated-terms',
    '0004-editors',
    '0005-decisions',
    '0006-websub',
    '0007-history',
    '0008-readers',
  ]);
});

test('a database that a newer version made is refused in words', async () => {
  const connect = await emptyDatabase();
  const db = connect();
  await migrateToLatest(db);
  await runOn(db, `insert into kysely_migration (name, timestamp) values ('9999-future', '2099-01-01')`);
  await expect(migrateToLatest(db)).rejects.toMatchObject({
    code: 'database-unavailable',
    message: expect.stringContaining('newer Wireroom'),
  });
});

test('a server that is not there is told in words, with what to check', async () => {
  const db = connectDatabase({ url: 'postgres://nobody@127.0.0.1:9/none' });
  open.push(db);
  expect(await pingDatabase(db)).toBe(false);
  await expect(migrateToLatest(db)).rejects.toMatchObject({
    code: 'database-unavailable',
    message: expect.stringContaining('DATABASE_URL'),
  });
});

async function runOn(db: Db, statement: string): Promise<void> {
  const { sql } = await import('kysely');
  await sql.raw(statement).execute(db);
}

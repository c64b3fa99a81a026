import { sql } from 'kysely';
import { connectDatabase, type Db } from '../../../db/connect.ts';
import { migrateToLatest } from '../../../db/migrate.ts';
import { withServer } from '../support/bench-database.ts';

/** Runs the work with so many migrated, empty databases of one server, all of which are gone afterwards. */
export async function withTemporaryPostgres<T>(
  databases: number,
  work: (dbs: Db[]) => Promise<T>,
): Promise<T> {
  return withServer(async (connection) => {
    const first = connectDatabase(connection, { max: 1 });
    const dbs: Db[] = [];
    try {
      for (let n = 1; n <= databases; n++) {
        const database = `lane_${n}`;
        await sql`create database ${sql.id(database)}`.execute(first);
        const db = connectDatabase({ ...connection, database }, { max: 1 });
        dbs.push(db);
        await migrateToLatest(db);
      }
      return await work(dbs);
    } finally {
      await Promise.all([first, ...dbs].map((db) => db.destroy()));
    }
  });
}

/** Does all the tasks, each on a database that no other one uses meanwhile; the answers in the order of the tasks. */
export async function spread<T, R>(
  dbs: Db[],
  tasks: T[],
  work: (db: Db, task: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  const waiting = [...tasks.entries()];
  await Promise.all(
    dbs.map(async (db) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        answers[next[0]] = await work(db, next[1]);
      }
    }),
  );
  return answers;
}

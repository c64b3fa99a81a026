import { type Migration, Migrator, sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import { type Db, findUnavailable } from './connect.ts';
import * as wire from './migrations/0001-wire.ts';
import * as stories from './migrations/0002-stories.ts';
import * as datedTerms from './migrations/0003-dated-terms.ts';
import * as editors from './migrations/0004-editors.ts';
import * as decisions from './migrations/0005-decisions.ts';
import * as websub from './migrations/0006-websub.ts';
import * as history from './migrations/0007-history.ts';
import * as readers from './migrations/0008-readers.ts';

/** In the order in which they are applied; append only. */
const migrations: Record<string, Migration> = {
  '0001-wire': wire,
  '0002-stories': stories,
  '0003-dated-terms': datedTerms,
  '0004-editors': editors,
  '0005-decisions': decisions,
  '0006-websub': websub,
  '0007-history': history,
  '0008-readers': readers,
};

const oldestPostgres = 15;

/**
 * Brings the database to the newest schema and returns the names of the migrations applied now, none when it was there.
 * Safe when several processes start at once (an advisory lock); each migration is one transaction.
 * Throws AppError `database-unavailable` when the server is away, too old, or newer than this program.
 */
export async function migrateToLatest(db: Db): Promise<string[]> {
  await checkServer(db);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (!error) return (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName);
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new AppError(
      'database-unavailable',
      `The database was made by a newer Wireroom than this one. Run that version, or use another database. (${error.message})`,
      { cause: error },
    );
  }
  throw findUnavailable(error) ?? error;
}

async function checkServer(db: Db): Promise<void> {
  let version: number;
  try {
    const { rows } = await sql<{
      version: string;
    }>`select current_setting('server_version_num') as version`.execute(db);
    version = Math.floor(Number(rows[0]?.version) / 10_000);
  } catch (error) {
    throw findUnavailable(error) ?? error;
  }
  if (version < oldestPostgres) {
    throw new AppError(
      'database-unavailable',
      `The database server is Postgres ${version}; Wireroom needs ${oldestPostgres} or newer.`,
    );
  }
}

import { type Selectable, sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import type { SavedSearch } from '../src/model/saved-search.ts';
import type { Db } from './connect.ts';
import { publicationChannel } from './publications.ts';
import type { SavedSearchesTable } from './schema.ts';

/** Stores a search. Throws AppError `search-exists` when its slug is taken. */
export async function createSavedSearch(
  db: Db,
  search: Pick<SavedSearch, 'slug' | 'name' | 'rule'>,
  now: Date,
): Promise<SavedSearch> {
  const row = await db
    .insertInto('saved_searches')
    .values({ ...search, created_at: now })
    .onConflict((oc) => oc.constraint('saved_searches_slug_key').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) {
    throw new AppError(
      'search-exists',
      `There is a search at /searches/${search.slug} already. Choose another name or slug, or remove that one.`,
    );
  }
  await tellChange(db);
  return toSavedSearch(row);
}

/** By name. */
export async function listSavedSearches(db: Db): Promise<SavedSearch[]> {
  const rows = await db
    .selectFrom('saved_searches')
    .selectAll()
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute();
  return rows.map(toSavedSearch);
}

export async function findSavedSearch(db: Db, slug: string): Promise<SavedSearch | undefined> {
  const row = await db.selectFrom('saved_searches').selectAll().where('slug', '=', slug).executeTakeFirst();
  return row && toSavedSearch(row);
}

/** False when there is none. */
export async function removeSavedSearch(db: Db, slug: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('saved_searches')
    .where('slug', '=', slug)
    .executeTakeFirst();
  await tellChange(db);
  return numDeletedRows > 0n;
}

/** What is held of documents in memory is asked for anew; no topic's slug is empty. */
async function tellChange(db: Db): Promise<void> {
  await sql`select pg_notify(${publicationChannel}, '')`.execute(db);
}

function toSavedSearch(row: Selectable<SavedSearchesTable>): SavedSearch {
  return {
    id: row.id,
    uuid: row.uuid,
    slug: row.slug,
    name: row.name,
    rule: row.rule,
    createdAt: row.created_at,
  };
}

import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** How often terms of a language were counted, as bytes of src/dedupe/term-counts.ts. */
export interface StoredTermCounts {
  entries: number;
  counts: Buffer;
}

/** The counts of a language; undefined when none are stored. */
export async function findTermCounts(db: Db, language: string): Promise<StoredTermCounts | undefined> {
  return db
    .selectFrom('term_counts')
    .select(['entries', 'counts'])
    .where('language', '=', language)
    .executeTakeFirst();
}

/** Whether anything was counted, in any language. */
export async function hasTermCounts(db: Db): Promise<boolean> {
  return (await db.selectFrom('term_counts').select('language').limit(1).executeTakeFirst()) !== undefined;
}

/**
 * Replaces the counts of a language by what `change` makes of those that are stored; others wait meanwhile, so that what
 * several processes count is added up. `change` gets undefined when none are stored.
 */
export async function changeTermCounts(
  db: Db,
  language: string,
  change: (stored: StoredTermCounts | undefined) => StoredTermCounts,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('wireroom.terms'), hashtext(${language}))`.execute(tx);
    const { entries, counts } = change(await findTermCounts(tx, language));
    await tx
      .insertInto('term_counts')
      .values({ language, entries, counts })
      .onConflict((oc) => oc.column('language').doUpdateSet({ entries, counts }))
      .execute();
  });
}

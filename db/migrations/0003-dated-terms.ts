import { type Kysely, sql } from 'kysely';

/** What an entry is compared by says whose it is and of when, so that grouping needs no other table for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table entry_terms add column source_id bigint, add column dated_at timestamptz`,
  `update entry_terms t set source_id = e.source_id, dated_at = e.dated_at from entries e where e.id = t.entry_id`,
  `alter table entry_terms alter column source_id set not null, alter column dated_at set not null`,
];

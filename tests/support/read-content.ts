import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';

/** When somebody was last seen is noted by whatever they do; all else is content. */
const unheeded: Record<string, string[]> = { sessions: ['seen_at'], api_tokens: ['used_at'] };

/** Number of rows and a checksum of all that they hold, by table. */
export async function readContent(db: Db): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%'
    order by tablename`.execute(db);
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ sum: string }>`
      select count(*) || ' ' || md5(coalesce(string_agg(line, E'\n' order by line), '')) as sum
      from (select (to_jsonb(t) - ${unheeded[name] ?? []}::text[])::text as line from ${sql.table(name)} t) lines
    `.execute(db);
    content[name] = rows[0]!.sum;
  }
  return content;
}

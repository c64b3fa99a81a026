import { sql } from 'kysely';
import type { Publication, PublicationFormat } from '../src/model/outgoing.ts';
import type { Db } from './connect.ts';

/** Channel of NOTIFY on which a topic's slug is told when its documents change. */
export const publicationChannel = 'wireroom_publications';

/** Stores a topic's documents; those whose bytes are the same as before are not written. Returns the formats that changed. */
export async function storePublications(
  db: Db,
  slug: string,
  publications: Publication[],
): Promise<PublicationFormat[]> {
  const changed: PublicationFormat[] = [];
  for (const p of publications) {
    const row = await db
      .insertInto('publications')
      .values({
        topic_id: p.topicId,
        format: p.format,
        body: Buffer.from(p.body),
        gzip: Buffer.from(p.gzip),
        brotli: Buffer.from(p.brotli),
        etag: p.etag,
        last_modified_at: p.lastModifiedAt,
      })
      .onConflict((oc) =>
        oc
          .constraint('publications_pkey')
          .doUpdateSet((eb) => ({
            body: eb.ref('excluded.body'),
            gzip: eb.ref('excluded.gzip'),
            brotli: eb.ref('excluded.brotli'),
            etag: eb.ref('excluded.etag'),
            // HTTP dates count in seconds: two changes within one must not look alike to If-Modified-Since.
            last_modified_at: sql<Date>`greatest(excluded.last_modified_at, publications.last_modified_at + interval '1 second')`,
          }))
          .whereRef('publications.etag', '<>', 'excluded.etag'),
      )
      .returning('format')
      .executeTakeFirst();
    if (row) changed.push(row.format);
  }
  if (changed.length > 0) await sql`select pg_notify(${publicationChannel}, ${slug})`.execute(db);
  return changed;
}

/** The ETags of a topic's documents, by format. */
export async function listPublicationEtags(db: Db, topicId: string): Promise<Map<PublicationFormat, string>> {
  const rows = await db
    .selectFrom('publications')
    .select(['format', 'etag'])
    .where('topic_id', '=', topicId)
    .execute();
  return new Map(rows.map((row) => [row.format, row.etag]));
}

/** The rendered document of a topic, undefined when there is no such topic or it is not rendered yet. */
export async function findPublication(
  db: Db,
  slug: string,
  format: PublicationFormat,
): Promise<Publication | undefined> {
  const row = await db
    .selectFrom('publications')
    .innerJoin('topics', 'topics.id', 'publications.topic_id')
    .selectAll('publications')
    .where('topics.slug', '=', slug)
    .where('publications.format', '=', format)
    .executeTakeFirst();
  return (
    row && {
      topicId: row.topic_id,
      format: row.format,
      body: row.body,
      gzip: row.gzip,
      brotli: row.brotli,
      etag: row.etag,
      lastModifiedAt: row.last_modified_at,
    }
  );
}

import { type Selectable, sql } from 'kysely';
import type { OutgoingItem, PublicationFormat } from '../src/model/outgoing.ts';
import type { Db } from './connect.ts';
import type { ArchiveDocumentsTable } from './schema.ts';

/** A closed archive of a topic; `items` as JSON has them, dates as text. */
export interface Archive {
  topicId: string;
  /** From 1, without gaps. */
  number: number;
  items: OutgoingItem[];
  /** What its links begin with. */
  publicUrl: string;
  closedAt: Date;
}

/** Rendered bytes of an archive in one format. */
export interface ArchiveDocument {
  topicId: string;
  number: number;
  format: PublicationFormat;
  body: Uint8Array;
  gzip: Uint8Array;
  brotli: Uint8Array;
  etag: string;
  lastModifiedAt: Date;
}

/** Number of the newest archive of a topic; 0 when it has none. */
export async function findLastArchive(db: Db, topicId: string): Promise<number> {
  const row = await db
    .selectFrom('archives')
    .select((eb) => eb.fn.max('number').as('last'))
    .where('topic_id', '=', topicId)
    .executeTakeFirst();
  return row?.last ?? 0;
}

/** Archives of a topic by number; with `otherThan`, those whose links begin with another address, at most `limit`. */
export async function listArchives(
  db: Db,
  topicId: string,
  which: { numbers: number[] } | { otherThan: string; limit: number },
): Promise<Archive[]> {
  const select = db.selectFrom('archives').selectAll().where('topic_id', '=', topicId).orderBy('number');
  const rows =
    'numbers' in which
      ? await select.where(sql<boolean>`number = any(${which.numbers}::integer[])`).execute()
      : await select.where('public_url', '<>', which.otherThan).limit(which.limit).execute();
  return rows.map((row) => ({
    topicId: row.topic_id,
    number: row.number,
    items: row.items,
    publicUrl: row.public_url,
    closedAt: row.closed_at,
  }));
}

/** Stores an archive with its documents, or what a retraction or another address of ours leaves of it. */
export async function storeArchive(tx: Db, archive: Archive, documents: ArchiveDocument[]): Promise<void> {
  const changed = { items: JSON.stringify(archive.items), public_url: archive.publicUrl };
  await tx
    .insertInto('archives')
    .values({
      topic_id: archive.topicId,
      number: archive.number,
      closed_at: archive.closedAt,
      ...changed,
    })
    .onConflict((oc) => oc.constraint('archives_pkey').doUpdateSet(changed))
    .execute();
  for (const document of documents) await storeDocument(tx, document);
}

async function storeDocument(tx: Db, document: ArchiveDocument): Promise<void> {
  await tx
    .insertInto('archive_documents')
    .values({
      topic_id: document.topicId,
      number: document.number,
      format: document.format,
      body: Buffer.from(document.body),
      gzip: Buffer.from(document.gzip),
      brotli: Buffer.from(document.brotli),
      etag: document.etag,
      last_modified_at: document.lastModifiedAt,
    })
    .onConflict((oc) =>
      oc.constraint('archive_documents_pkey').doUpdateSet((eb) => ({
        body: eb.ref('excluded.body'),
        gzip: eb.ref('excluded.gzip'),
        brotli: eb.ref('excluded.brotli'),
        etag: eb.ref('excluded.etag'),
        // As of publications: HTTP dates count in seconds.
        last_modified_at: sql<Date>`greatest(excluded.last_modified_at, archive_documents.last_modified_at + interval '1 second')`,
      })),
    )
    .execute();
}

/** A document of an archive; undefined when there is no such topic, or it has not closed that archive (yet). */
export async function findArchiveDocument(
  db: Db,
  slug: string,
  number: number,
  format: PublicationFormat,
): Promise<ArchiveDocument | undefined> {
  const row = await db
    .selectFrom('archive_documents')
    .innerJoin('topics', 'topics.id', 'archive_documents.topic_id')
    .selectAll('archive_documents')
    .where('topics.slug', '=', slug)
    .where('archive_documents.number', '=', number)
    .where('archive_documents.format', '=', format)
    .executeTakeFirst();
  return row && toDocument(row);
}

function toDocument(row: Selectable<ArchiveDocumentsTable>): ArchiveDocument {
  return {
    topicId: row.topic_id,
    number: row.number,
    format: row.format,
    body: row.body,
    gzip: row.gzip,
    brotli: row.brotli,
    etag: row.etag,
    lastModifiedAt: row.last_modified_at,
  };
}

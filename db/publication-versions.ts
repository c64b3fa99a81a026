import { sql } from 'kysely';
import type { PublicationFormat } from '../src/model/outgoing.ts';
import type { Db } from './connect.ts';

/** What a document held once. */
export interface PublicationVersion {
  topicId: string;
  format: 'rss' | 'atom';
  /** As in publications: of the identity coding. */
  etag: string;
  /** Sixteen hex digits an item. */
  itemHashes: string[];
}

/** Versions of a document that are remembered, with the newest. */
const mostVersions = 20;
const hashDigits = 16;

/** Remembers what documents hold now, and forgets what they held twenty versions ago. */
export async function storePublicationVersions(
  tx: Db,
  versions: PublicationVersion[],
  now: Date,
): Promise<void> {
  for (const { topicId, format, etag, itemHashes } of versions) {
    await sql`
      with kept as (
        insert into publication_versions (topic_id, format, etag, items, made_at)
        values (${topicId}, ${format}, ${etag}, ${Buffer.from(itemHashes.join(''), 'hex')}, ${now})
        on conflict on constraint publication_versions_pkey do update set made_at = excluded.made_at
      )
      delete from publication_versions where topic_id = ${topicId} and format = ${format} and etag in (
        select etag from publication_versions where topic_id = ${topicId} and format = ${format} and etag <> ${etag}
        order by made_at desc, etag offset ${mostVersions - 1})`.execute(tx);
  }
}

/** The hashes of the items that a document held, by its ETag then; the newest version first. */
export async function listPublicationVersions(
  db: Db,
  topicId: string,
  format: PublicationFormat,
): Promise<Map<string, Set<string>>> {
  if (format === 'json') return new Map();
  const rows = await db
    .selectFrom('publication_versions')
    .select(['etag', 'items'])
    .where('topic_id', '=', topicId)
    .where('format', '=', format)
    .orderBy('made_at', 'desc')
    .execute();
  return new Map(rows.map(({ etag, items }) => [etag, unpack(items)]));
}

function unpack(items: Buffer): Set<string> {
  const digits = items.toString('hex');
  const hashes = new Set<string>();
  for (let at = 0; at < digits.length; at += hashDigits) hashes.add(digits.slice(at, at + hashDigits));
  return hashes;
}

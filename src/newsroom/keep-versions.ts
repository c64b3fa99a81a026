import type { Db } from '../../db/connect.ts';
import { storePublicationVersions } from '../../db/publication-versions.ts';
import { cutItems } from '../feed/cut-items.ts';
import type { Publication } from '../model/outgoing.ts';

/** Remembers what these documents hold, in the transaction that stores them, so that any web server can tell a client what it lacks. */
export async function keepVersions(tx: Db, publications: Publication[], now: Date): Promise<void> {
  const versions = publications.flatMap(({ topicId, format, etag, body }) => {
    if (format === 'json') return [];
    const pieces = cutItems(Buffer.from(body).toString(), format);
    return [{ topicId, format, etag, itemHashes: pieces.flatMap(({ itemHash }) => itemHash ?? []) }];
  });
  await storePublicationVersions(tx, versions, now);
}

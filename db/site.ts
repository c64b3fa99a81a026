import type { Db } from './connect.ts';
import { markAllTopicsChanged } from './topic-changes.ts';

/** What links in documents begin with, undefined before any web server ran over this database. */
export async function findPublicUrl(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('site').select('public_url').executeTakeFirst();
  return row?.public_url;
}

/** Sets what links in documents begin with; when it is another than before, all documents are rendered anew. */
export async function storePublicUrl(db: Db, publicUrl: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const changed = await tx
      .insertInto('site')
      .values({ public_url: publicUrl })
      .onConflict((oc) =>
        oc
          .constraint('site_pkey')
          .doUpdateSet({ public_url: publicUrl })
          .where('site.public_url', '<>', publicUrl),
      )
      .returning('only_row')
      .executeTakeFirst();
    if (changed) await markAllTopicsChanged(tx);
  });
}

/** The name space of ids of documents that no topic has: made with the database, and kept for good. */
export async function getSiteIdentity(db: Db): Promise<{ uuid: string; madeAt: Date }> {
  const row = await db.selectFrom('site_identity').select(['uuid', 'made_at']).executeTakeFirstOrThrow();
  return { uuid: row.uuid, madeAt: row.made_at };
}

import { sql } from 'kysely';
import type { HubSetting } from '../src/model/subscription.ts';
import type { Db } from './connect.ts';
import { markAllTopicsChanged } from './topic-changes.ts';

/** Channel of NOTIFY on which workers are told that somebody waits to be asked or told. */
export const hubChannel = 'wireroom_hub';

/** The hub that documents name; our own unless a web server has stored another. */
export async function findHub(db: Db): Promise<HubSetting> {
  const row = await db.selectFrom('site').select('hub').executeTakeFirst();
  if (!row?.hub) return 'own';
  return row.hub === 'off' ? 'off' : { url: row.hub };
}

/** Sets the hub; when it is another than before, all documents are rendered anew. Does nothing before the site is stored. */
export async function storeHub(db: Db, setting: HubSetting): Promise<void> {
  const hub = setting === 'own' ? null : setting === 'off' ? 'off' : setting.url;
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql`
      update site set hub = ${hub} where hub is distinct from ${hub} returning only_row`.execute(tx);
    if (rows.length > 0) await markAllTopicsChanged(tx);
  });
}

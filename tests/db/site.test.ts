import { expect, test } from 'vitest';
import { findPublicUrl, storePublicUrl } from '../../db/site.ts';
import { createTopic, listChangedTopics } from '../../db/topics.ts';
import { makeTopic } from '../support/make-topic.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();

test('another public address renders all documents anew, the same one does not', async () => {
  expect(await findPublicUrl(database.db)).toBeUndefined();
  await createTopic(database.db, makeTopic('world'), new Date());
  const changes = async () => {
    const changed = await listChangedTopics(database.db);
    await database.db.deleteFrom('topic_changes').execute();
    return changed.length;
  };
  await changes();
  await storePublicUrl(database.db, 'https://one.example');
  expect(await changes()).toBe(1);
  await storePublicUrl(database.db, 'https://one.example');
  expect(await changes()).toBe(0);
  await storePublicUrl(database.db, 'https://two.example');
  expect([await changes(), await findPublicUrl(database.db)]).toEqual([1, 'https://two.example']);
});

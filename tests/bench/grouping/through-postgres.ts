import { sql } from 'kysely';
import type { Db } from '../../../db/connect.ts';
import { storeEntries } from '../../../db/entries.ts';
import { storeSources } from '../../../db/sources.ts';
import { transact } from '../../../db/transact.ts';
import type { Source } from '../../../src/model/source.ts';
import { type GroupContext, groupStored } from '../../../src/newsroom/group-stored.ts';
import { createTermBook } from '../../../src/newsroom/term-book.ts';
import { type CorpusEntry, type NewsCorpus, readAt } from './corpus.ts';
import type { Batch } from './orders.ts';
import { type Score, scoreClusters } from './score.ts';

/** What the product has when nobody configured it. */
export const groupHours = 72;

/** Empties the database and groups the batches one after the other as a refresh does: entry → id of its story. */
async function groupThroughPostgres(
  db: Db,
  { documents }: NewsCorpus,
  batches: Batch[],
): Promise<Map<CorpusEntry, string>> {
  await sql`truncate sources, stories, entry_keys, term_counts restart identity cascade`.execute(db);
  const context = { terms: createTermBook(), groupHours };
  const stored = await storeSources(db, documents, readAt);
  const sourceAt = new Map(stored.map(({ source }) => [source.feedUrl, source]));
  const idOf = new Map<CorpusEntry, string>();
  for (const batch of batches) {
    const source = sourceAt.get(batch.document.feedUrl);
    if (!source) throw new Error(`${batch.document.feedUrl} was not stored`);
    const ids = await storeBatch(db, context, source, batch);
    for (const entry of batch.entries) idOf.set(entry, ids.get(entry.entry.identity) ?? '');
  }
  const rows = await db.selectFrom('story_entries').select(['entry_id', 'story_id']).execute();
  const storyOf = new Map(rows.map((row) => [row.entry_id, row.story_id]));
  return new Map([...idOf].map(([entry, id]) => [entry, storyOf.get(id) ?? '']));
}

/** Groups the batches as `groupThroughPostgres` does, and scores the stories. */
export async function scoreThroughPostgres(db: Db, corpus: NewsCorpus, batches: Batch[]): Promise<Score> {
  const storyOf = await groupThroughPostgres(db, corpus, batches);
  const found = new Map([...storyOf].map(([{ item }, story]) => [item, story]));
  return scoreClusters(corpus.gold, (item) => found.get(item));
}

/** What src/newsroom/refresh-source.ts does of it; identity → id of the entry. */
async function storeBatch(
  db: Db,
  context: GroupContext,
  source: Source,
  { document, entries }: Batch,
): Promise<Map<string, string>> {
  const { stored, learned } = await transact(db, async (tx) => {
    // Nothing of it has to outlast a crash.
    await sql`set local synchronous_commit = off`.execute(tx);
    const given = entries.map(({ entry }) => entry);
    const { stored } = await storeEntries(tx, source.id, given, readAt);
    const grouped = await groupStored(tx, context, source, document.entries, stored, readAt);
    return { stored, learned: grouped.learned };
  });
  for (const { language, stories, hashes } of learned) context.terms.count(language, stories, hashes);
  return new Map(stored.map(({ identity, id }) => [identity, id]));
}

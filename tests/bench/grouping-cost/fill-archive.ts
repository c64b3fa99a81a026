import { sql } from 'kysely';
import type { Db } from '../../../db/connect.ts';
import { storeSources } from '../../../db/sources.ts';
import { chooseKeys } from '../../../src/dedupe/choose-keys.ts';
import { toComparable } from '../../../src/dedupe/compare.ts';
import { readTerms, type Term } from '../../../src/dedupe/entry-terms.ts';
import { packShingles, packTerms } from '../../../src/dedupe/pack-terms.ts';
import { TermCounts } from '../../../src/dedupe/term-counts.ts';
import { getVocabulary } from '../../../src/dedupe/vocabulary.ts';
import { createNews, type News, type Telling } from './synthetic-news.ts';

const batchSize = 10_000;
const poolSize = 20_000;
const sourceCount = 500;
const language = 'en';

/** A row of every table that grouping reads. */
interface ArchivedEntry {
  telling: Telling;
  terms: Buffer;
  shingles: Buffer;
  keys: number[];
}

/** An archive of synthetic news in the database, that grows in time. */
export async function createArchive(db: Db, perDay: number, startAt: Date) {
  const sources = await storeSources(
    db,
    Array.from({ length: sourceCount }, (_, n) => ({ feedUrl: `https://wire.example/feeds/${n}` })),
    startAt,
  );
  // Stories that are opened by grouping are numbered apart from those of the archive.
  await sql`alter sequence stories_id_seq restart with 100000000`.execute(db);
  const news = createNews({ perDay, startAt });
  const counts = new TermCounts(getVocabulary(language).shares);
  const backgrounds = createBackgrounds(news);
  let stored = 0;
  return {
    news,
    sources: sources.map(({ source }) => source),
    /** Adds entries until there are so many; then the statistics and the counts of terms are up to date. */
    async growTo(entries: number): Promise<void> {
      stored = await countStored(db);
      let storing = Promise.resolve();
      while (stored < entries) {
        const batch = writeBatch(news, backgrounds, counts, Math.min(batchSize, entries - stored));
        stored += batch.length;
        await storing;
        storing = storeBatch(db, batch);
      }
      await storing;
      await storeCounts(db, counts);
      await sql`vacuum analyze`.execute(db);
    },
  };
}
export type Archive = Awaited<ReturnType<typeof createArchive>>;

/** Terms of texts of common words, that entries of the archive share: reading each entry's own would take an hour. */
function createBackgrounds({ lexicon, now }: News): Term[][] {
  const write = (words: number) => Array.from({ length: words }, lexicon.pickCommon).join(' ');
  return Array.from({ length: poolSize }, () => {
    const text = { title: write(5), summary: write(24), text: write(20), language, datedAt: now };
    return readTerms(text).terms.map(({ hash, weight, titleWeight }) => ({ hash, weight, titleWeight }));
  });
}

function writeBatch(news: News, backgrounds: Term[][], counts: TermCounts, length: number): ArchivedEntry[] {
  const told = new Map<number, number>();
  let stories = 0;
  const batch = Array.from({ length }, () => {
    const telling = news.next();
    const terms = mergeTerms(telling, backgrounds[Math.floor(news.random() * poolSize)] ?? []);
    if (telling.isFirst) {
      stories++;
      for (const { hash } of terms) told.set(hash, (told.get(hash) ?? 0) + 1);
    }
    const shingles = toSketch(news, telling);
    const compared = { language, terms, shingles, days: [], entryId: '', sourceId: '', datedAt: telling.at };
    const keys = chooseKeys(toComparable(compared, counts), language).map(({ key }) => key);
    return { telling, terms: packTerms(terms), shingles: packShingles(shingles), keys };
  });
  counts.add(stories, told);
  return batch;
}

/** As readTerms weighs them: names a fifth more, title and summary by the root of their sum. */
function mergeTerms({ said }: Telling, background: Term[]): Term[] {
  const merged = new Map(background.map((term) => [term.hash, term]));
  for (const { word, inTitle, inSummary } of said) {
    const factor = word.isName ? 1.2 : 1;
    const weight = Math.sqrt((inTitle ? 2 : 0) + (inSummary ? 1 : 0)) * factor;
    merged.set(word.hash, { hash: word.hash, weight, titleWeight: inTitle ? factor : 0 });
  }
  return [...merged.values()].sort((a, b) => a.hash - b.hash);
}

/** The 48 smallest of 118 hashes: a text of 120 words. */
function toSketch({ random }: News, { event, isCopy }: Telling): Int32Array {
  if (isCopy && event.agencyText) return event.agencyText;
  const sketch = new Int32Array(48);
  let hash = 0;
  for (let at = 0; at < sketch.length; at++) {
    hash += 1 + (-Math.log(1 - random()) * 0xffffffff) / 118;
    sketch[at] = Math.min(hash, 0xffffffff);
  }
  event.agencyText = sketch;
  return sketch;
}

async function countStored(db: Db): Promise<number> {
  const { rows } = await sql<{ n: string }>`select count(*) as n from entries`.execute(db);
  return Number(rows[0]?.n ?? 0);
}

/** A summary and some HTML: what an entry's row is read past. */
const filler = sql.raw(`repeat('It was told in so many words. ', 12)`);

/** Stores a batch in one statement a table, as a refresh would have left it; ids follow those that were given before. */
async function storeBatch(db: Db, batch: ArchivedEntry[]): Promise<void> {
  const iso = batch.map(({ telling }) => telling.at.toISOString());
  await db.transaction().execute(async (tx) => {
    // References are sound as they are made: checking 50,000 of them one by one is not what is measured.
    await sql`set local session_replication_role = replica`.execute(tx);
    const { rows } = await sql<{ id: string }>`
      insert into entries (source_id, identity, content_hash, url, title, summary, content_html, authors, categories,
        enclosures, language, published_at, first_seen_at, dated_at, changed_at)
      select 1 + floor(random() * ${sourceCount})::bigint, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
        sha256(place::text::bytea), 'https://wire.example/' || gen_random_uuid(), left(${filler}, 70), left(${filler}, 200),
        ${filler}, '[]', '{}', '[]', ${language}, at, at, at, at
      from unnest(${iso}::timestamptz[]) with ordinality as t(at, place) order by place
      returning id`.execute(tx);
    const ids = rows.map((row) => row.id);
    await storeStories(tx, batch, ids, iso);
    await storeTerms(tx, batch, ids, iso);
  });
}

async function storeStories(tx: Db, batch: ArchivedEntry[], ids: string[], iso: string[]): Promise<void> {
  const opening = batch.flatMap(({ telling }, index) => (telling.isFirst ? [{ telling, index }] : []));
  await sql`
    insert into stories (id, lead_entry_id, first_at, updated_at) overriding system value
    select *, at from unnest(
      ${opening.map(({ telling }) => telling.event.storyId)}::bigint[], ${opening.map(({ index }) => ids[index])}::bigint[],
      ${opening.map(({ index }) => iso[index])}::timestamptz[]) as t(id, lead_entry_id, at)`.execute(tx);
  // Each is of one affair with a story of the hours before.
  await sql`
    insert into story_links (story_id, other_id, likeness)
    select s.id, t.id, 0.01 + random() * 0.5
    from unnest(
      ${opening.map(({ telling }) => telling.event.storyId)}::bigint[],
      ${opening.map(({ telling }) => telling.event.storyId - 1 - (telling.event.storyId % 300))}::bigint[]
    ) as t(id, earlier_id) join stories s on s.id = t.earlier_id
    on conflict do nothing`.execute(tx);
  // What measured documents showed to be one story with another leads there.
  await sql`
    with told as (
      select entry_id, coalesce(a.story_id, t.story_id) as story_id, at from unnest(
        ${ids}::bigint[], ${batch.map(({ telling }) => telling.event.storyId)}::bigint[], ${iso}::timestamptz[]
      ) as t(entry_id, story_id, at) left join story_aliases a on a.id = t.story_id
    ), members as (
      insert into story_entries (entry_id, story_id, joined_at) select * from told
    )
    insert into story_keys (key, story_id) select sha256(entry_id::text::bytea), story_id from told`.execute(
    tx,
  );
}

async function storeTerms(tx: Db, batch: ArchivedEntry[], ids: string[], iso: string[]): Promise<void> {
  await sql`
    with given as (
      select entry_id, at, terms, shingles, string_to_array(keys, ' ')::integer[] as keys
      from unnest(
        ${ids}::bigint[], ${iso}::timestamptz[], ${batch.map((e) => e.terms)}::bytea[],
        ${batch.map((e) => e.shingles)}::bytea[], ${batch.map((e) => e.keys.join(' '))}::text[]
      ) as t(entry_id, at, terms, shingles, keys)
    ), kept as (
      insert into entry_terms (entry_id, language, terms, shingles, days, keys, source_id, dated_at)
      select entry_id, ${language}, terms, shingles, '{}', keys, source_id, at from given join entries on id = entry_id
    )
    insert into entry_keys (key, dated_minute, entry_id)
    select key, floor(extract(epoch from at) / 60)::integer, entry_id from given, unnest(keys) as key
    order by key on conflict do nothing`.execute(tx);
}

async function storeCounts(db: Db, counts: TermCounts): Promise<void> {
  const stored = { language, ...counts.toStored() };
  await db
    .insertInto('term_counts')
    .values(stored)
    .onConflict((oc) => oc.column('language').doUpdateSet(stored))
    .execute();
}

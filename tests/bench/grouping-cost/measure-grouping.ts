import { performance } from 'node:perf_hooks';
import type { CompiledQuery } from 'kysely';
import { storeEntries } from '../../../db/entries.ts';
import { groupStored } from '../../../src/newsroom/group-stored.ts';
import { createTermBook } from '../../../src/newsroom/term-book.ts';
import type { BenchDatabase } from '../support/bench-database.ts';
import { type CpuTime, createCpuClock, toCpuBetween } from '../support/cpu-clock.ts';
import type { Archive } from './fill-archive.ts';
import { writeDocuments } from './write-documents.ts';

/** What grouping one document's new entries took, in milliseconds. */
export interface Measured {
  fresh: number;
  took: number;
  cpu: CpuTime;
  /** Of that, by what was done. */
  parts: Map<string, number>;
}

export interface Measurement {
  measured: Measured[];
  /** The statement that looked for near stories, as it was sent last. */
  nearQuery?: CompiledQuery;
}

/** What a statement is there for, by what is found in its text first. */
const purposes: [RegExp, string][] = [
  [/pg_advisory_xact_lock/, 'SQL: wait for others'],
  [/insert into entry_(terms|keys)|delete from entry_keys/, 'SQL: keep terms and keys'],
  [/from entry_keys/, 'SQL: near stories'],
  [/from entry_terms|as members/, 'SQL: terms of stories'],
  [/insert into stor(ies|y_keys)|k\.key in /, 'SQL: open stories'],
  [/insert into story_links as known/, 'SQL: link stories'],
  [/lead_entry_id|set updated_at = t\.at|"first_at" from "stories"/, 'SQL: leads and dates'],
];
/** Mostly what moves the things of stories that are taken up. */
const otherPurpose = 'SQL: merge stories, and the rest';
const readingPart = 'read terms';
const restPart = 'compare, and the rest of node';

/**
 * Stores documents as refreshes bring them, each in a transaction, and measures the grouping in it. `rounds` documents of
 * 30 new entries and twice as many with three.
 */
export async function measureGrouping(
  { db, watch }: BenchDatabase,
  { news, sources }: Archive,
  rounds: number,
): Promise<Measurement> {
  const terms = createTermBook();
  const readCpu = await createCpuClock(db);
  const measurement: Measurement = { measured: [] };
  for (const { source, entries, fresh } of writeDocuments(news, sources, rounds)) {
    const { learned, ...measured } = await db.transaction().execute(async (tx) => {
      const { stored } = await storeEntries(tx, source.id, entries, news.now);
      if (stored.length !== fresh) throw new Error(`${stored.length} of ${fresh} entries were stored`);
      const parts = new Map<string, number>();
      const add = (part: string, ms: number) => parts.set(part, (parts.get(part) ?? 0) + ms);
      const cpuBegan = readCpu();
      const began = performance.now();
      watch(({ query, queryDurationMillis: ms }) => {
        // Entries are read before anything is asked.
        if (parts.size === 0) add(readingPart, performance.now() - ms - began);
        const purpose = purposes.find(([text]) => text.test(query.sql))?.[1] ?? otherPurpose;
        if (purpose === 'SQL: near stories') measurement.nearQuery = query;
        add(purpose, ms);
      });
      const grouped = await groupStored(tx, { terms, groupHours: 72 }, source, entries, stored, news.now);
      const took = performance.now() - began;
      const cpu = toCpuBetween(cpuBegan, readCpu());
      watch(undefined);
      add(restPart, took - [...parts.values()].reduce((sum, ms) => sum + ms, 0));
      return { learned: grouped.learned, fresh, took, cpu, parts };
    });
    for (const { language, stories, hashes } of learned) terms.count(language, stories, hashes);
    measurement.measured.push(measured);
    news.skip(fresh);
  }
  return measurement;
}

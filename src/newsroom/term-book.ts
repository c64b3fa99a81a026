import type { Db } from '../../db/connect.ts';
import { changeTermCounts, findTermCounts } from '../../db/term-counts.ts';
import type { Comparable } from '../dedupe/compare.ts';
import { TermCounts } from '../dedupe/term-counts.ts';
import { getVocabulary } from '../dedupe/vocabulary.ts';

/** How common words are in what was read, by language: one for a process, shared through the database. */
export interface TermBook {
  /** The counts of a language, as stored and with what this process has counted since. */
  read(db: Db, language: string): Promise<TermCounts>;
  /** Counts one story more that has these terms, or terms that a story has gained (then `stories` is 0). */
  count(language: string, stories: number, hashes: Iterable<number>): void;
  /** Keeps an entry that was made ready to be compared: the same are wanted again and again. */
  remember(entry: Comparable, language: string): void;
  /** An entry that was kept; undefined when it was not, or when words have become commoner or rarer since. */
  recall(entryId: string): Comparable | undefined;
  /** The distinct terms of a text, by what stands for it: read once, since documents bring the same entries again and again. */
  readHashes(key: string, read: () => Iterable<number>): Int32Array;
  /** Adds what was counted to what is stored, when it is `least` stories or more (1 unless given). */
  flush(db: Db, least?: number): Promise<void>;
}

/** Entries that are kept ready: about 1 kB each. */
const mostKept = 8_000;
/** Texts whose terms are kept: about 200 bytes each. */
const mostTexts = 40_000;
/** What is kept is read again after this: another process may have changed it. */
const keptForMs = 600_000;
/** What is kept is weighed anew when so much more was counted, as a share. */
const growthFelt = 0.1;

interface Kept {
  entry: Comparable;
  counts: TermCounts;
  /** How much was counted when it was weighed. */
  counted: number;
  /** Milliseconds of a clock that only goes forward. */
  keptAt: number;
}

interface Page {
  counts: TermCounts;
  stories: number;
  pending: Map<number, number>;
}

export function createTermBook(): TermBook {
  const pages = new Map<string, Page>();
  const kept = new Map<string, Kept>();
  const texts = new Map<string, Int32Array>();
  const load = async (db: Db, language: string): Promise<Page> => {
    const counts = new TermCounts(getVocabulary(language).shares);
    const stored = await findTermCounts(db, language);
    if (stored) counts.restore(stored);
    // Another call may have been quicker: its page has counted already.
    const page = pages.get(language) ?? { counts, stories: 0, pending: new Map() };
    pages.set(language, page);
    return page;
  };
  return {
    async read(db, language) {
      return (pages.get(language) ?? (await load(db, language))).counts;
    },
    count(language, stories, hashes) {
      const page = pages.get(language);
      if (!page) return;
      const once = new Map([...hashes].map((hash) => [hash, 1]));
      page.counts.add(stories, once);
      page.stories += stories;
      for (const hash of once.keys()) page.pending.set(hash, (page.pending.get(hash) ?? 0) + 1);
    },
    remember(entry, language) {
      const page = pages.get(language);
      if (!page) return;
      kept.delete(entry.entryId);
      kept.set(entry.entryId, {
        entry,
        counts: page.counts,
        counted: page.counts.entries,
        keptAt: performance.now(),
      });
      if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? '');
    },
    recall(entryId) {
      const found = kept.get(entryId);
      if (!found) return undefined;
      const { entry, counts, counted, keptAt } = found;
      if (performance.now() - keptAt > keptForMs) return undefined;
      return Math.abs(counts.entries - counted) > 50 + counted * growthFelt ? undefined : entry;
    },
    readHashes(key, read) {
      const known = texts.get(key);
      const hashes = known ?? Int32Array.from(read());
      // The one that was wanted longest ago is forgotten first.
      if (known) texts.delete(key);
      texts.set(key, hashes);
      if (texts.size > mostTexts) texts.delete(texts.keys().next().value ?? '');
      return hashes;
    },
    async flush(db, least = 1) {
      for (const [language, page] of pages) {
        if (page.stories >= least) await flushPage(db, language, page);
      }
    },
  };
}

async function flushPage(db: Db, language: string, page: Page): Promise<void> {
  const { stories, pending } = page;
  page.stories = 0;
  page.pending = new Map();
  await changeTermCounts(db, language, (stored) => {
    const counts = new TermCounts(getVocabulary(language).shares);
    if (stored) counts.restore(stored);
    counts.add(stories, pending);
    const all = counts.toStored();
    page.counts.restore(all);
    page.counts.add(page.stories, page.pending);
    return all;
  });
}

import type { Db } from '../../db/connect.ts';
import { type PackedTerms, storeEntryTerms } from '../../db/entry-terms.ts';
import { listEntriesById, listTellingSince, type TellingEntry } from '../../db/regroup.ts';
import { hasTermCounts } from '../../db/term-counts.ts';
import { chooseKeys } from '../dedupe/choose-keys.ts';
import { toComparable } from '../dedupe/compare.ts';
import {
  countHabits,
  type EntryText,
  type EntryTokens,
  listHashes,
  readTerms,
  readTokens,
  type SourceHabits,
} from '../dedupe/entry-terms.ts';
import type { AnewEntry } from '../dedupe/group-anew.ts';
import { packTerms, unpackTerms } from '../dedupe/pack-terms.ts';
import type { Entry } from '../model/entry.ts';
import { comparedPerStory } from '../model/story.ts';
import { toLeadText } from '../normalise/lead-text.ts';
import { toChunks } from './chunks.ts';
import { toStoryKey } from './group-stored.ts';
import { toPackedTerms } from './load-clusters.ts';
import type { TermBook } from './term-book.ts';

/** Entries whose texts are in hand at a time. */
const chunkSize = 500;

/** A stored entry read anew, with the story that it tells so far. */
export interface ReadAnew extends AnewEntry {
  storyId: string;
  /** Whether it is grouped anew. */
  isInRange: boolean;
}

export interface ReadAnewOptions {
  /** Entries dated since then are grouped anew. */
  since: Date;
  /** Stories that have an entry dated since then are read, and are what entries may join. */
  nearSince: Date;
}

/**
 * Reads the entries of all stories that grouping has to look at once more, from their texts, and stores what they are
 * compared by. In the order of their dates. What a source always says is told from its entries dated since `nearSince`.
 */
export async function readAnew(
  tx: Db,
  terms: TermBook,
  { since, nearSince }: ReadAnewOptions,
): Promise<ReadAnew[]> {
  const telling = await listTellingSince(tx, nearSince);
  const near = new Set(telling.filter((one) => one.datedAt >= nearSince).map((one) => one.entryId));
  if (!(await hasTermCounts(tx))) await countTerms(tx, terms, [...near]);
  const read = new Map<string, AnewEntry>();
  for (const entryIds of groupBySource(telling)) {
    for (const one of await readSource(tx, terms, entryIds, near)) read.set(one.entryId, one);
  }
  const compared = chooseCompared(telling, since, near);
  return telling.flatMap(({ entryId, storyId, datedAt }) => {
    const one = read.get(entryId);
    if (!one) return [];
    const isInRange = datedAt >= since;
    const settledIn = isInRange ? undefined : storyId;
    return [{ ...one, storyId, isInRange, settledIn, isCompared: isInRange || compared.has(entryId) }];
  });
}

/** Where nothing was counted yet, as after an upgrade, all words would be equally rare: then these entries are counted. */
async function countTerms(tx: Db, terms: TermBook, entryIds: string[]): Promise<void> {
  for (const ids of toChunks(entryIds, chunkSize)) {
    for (const { tokens } of (await listEntriesById(tx, ids)).map(toReadText)) {
      const { language } = tokens.vocabulary;
      await terms.read(tx, language);
      terms.count(language, 1, listHashes(tokens));
    }
  }
}

function groupBySource(telling: TellingEntry[]): string[][] {
  const sources = new Map<string, string[]>();
  for (const { sourceId, entryId } of telling) {
    const list = sources.get(sourceId);
    if (list) list.push(entryId);
    else sources.set(sourceId, [entryId]);
  }
  return [...sources.values()];
}

/** What is read of an entry's texts, without its HTML. */
interface ReadText extends EntryText {
  entryId: string;
  sourceId: string;
  articleKey?: string;
  tokens: EntryTokens;
}

async function readSource(
  tx: Db,
  terms: TermBook,
  entryIds: string[],
  near: ReadonlySet<string>,
): Promise<AnewEntry[]> {
  const texts: ReadText[] = [];
  for (const ids of toChunks(entryIds, chunkSize)) {
    texts.push(...(await listEntriesById(tx, ids)).map(toReadText));
  }
  const habits = countHabits(
    texts.filter((text) => near.has(text.entryId)).map(({ tokens }) => listHashes(tokens)),
  );
  const read: AnewEntry[] = [];
  for (const chunk of toChunks(texts, chunkSize)) read.push(...(await keepTerms(tx, terms, chunk, habits)));
  return read;
}

function toReadText(entry: Entry): ReadText {
  const { id: entryId, sourceId, title, summary, language, datedAt } = entry;
  const text = toLeadText(entry.contentHtml);
  const tokens = readTokens(entry);
  return {
    entryId,
    sourceId,
    articleKey: toStoryKey(entry),
    title,
    summary,
    text,
    language,
    datedAt,
    tokens,
  };
}

async function keepTerms(
  tx: Db,
  terms: TermBook,
  texts: ReadText[],
  habits: SourceHabits,
): Promise<AnewEntry[]> {
  const read: AnewEntry[] = [];
  const packed: PackedTerms[] = [];
  for (const one of texts) {
    const { entryId, sourceId, articleKey, datedAt } = one;
    const own = readTerms(one, habits, one.tokens);
    const { language } = own;
    const counts = await terms.read(tx, language);
    // As it will be read by whoever compares it later: packed weights are rounded.
    const entry = toComparable(
      { ...own, terms: unpackTerms(packTerms(own.terms)), entryId, sourceId, datedAt },
      counts,
    );
    terms.remember(entry, language);
    const keys = chooseKeys(entry, language);
    read.push({ entryId, sourceId, articleKey, entry, keys, isCompared: true });
    packed.push(toPackedTerms({ entryId, sourceId, datedAt }, own, keys));
  }
  await storeEntryTerms(
    tx,
    packed,
    packed.map(({ entryId }) => entryId),
  );
  return read;
}

/** Of the stories that are settled but near enough to be joined, the newest entries. */
function chooseCompared(
  telling: TellingEntry[],
  since: Date,
  near: ReadonlySet<string>,
): ReadonlySet<string> {
  const settled = new Map<string, string[]>();
  const isNear = new Set<string>();
  for (const { entryId, storyId, datedAt } of telling) {
    if (datedAt >= since) continue;
    if (near.has(entryId)) isNear.add(storyId);
    const list = settled.get(storyId);
    if (list) list.push(entryId);
    else settled.set(storyId, [entryId]);
  }
  const newest = [...settled].flatMap(([storyId, ids]) =>
    isNear.has(storyId) ? ids.sort((a, b) => Number(b) - Number(a)).slice(0, comparedPerStory) : [],
  );
  return new Set(newest);
}

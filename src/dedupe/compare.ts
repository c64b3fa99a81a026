import type { EntryTerms } from './entry-terms.ts';
import { isNumberHash } from './hash-term.ts';
import type { TermCounts } from './term-counts.ts';

/** An entry made ready to be compared with many: its terms weighed by how rare they are. */
export interface Comparable {
  entryId: string;
  sourceId: string;
  /** Milliseconds since 1970. */
  datedAt: number;
  shingles: Int32Array;
  days: number[];
  /** Hashes, ascending; the arrays beside it go with it place by place. */
  hashes: Int32Array;
  /** Weight by rarity, in all texts; a unit vector. */
  all: Float32Array;
  /** The same of the title alone; a unit vector. */
  title: Float32Array;
  /** Rarity, less where the entry's source says the term often. */
  evidence: Float32Array;
  /** The terms themselves where they are known, for explanations. */
  words?: (string | undefined)[];
}

/** The facts of an entry that comparing needs besides its terms. */
export interface ComparedEntry extends EntryTerms {
  entryId: string;
  sourceId: string;
  datedAt: Date;
}

/** Weighs an entry's terms by how rare they are now. */
export function toComparable(entry: ComparedEntry, counts: TermCounts): Comparable {
  const { terms } = entry;
  const size = terms.length;
  const hashes = new Int32Array(size);
  const all = new Float32Array(size);
  const title = new Float32Array(size);
  const evidence = new Float32Array(size);
  let allSquare = 0;
  let titleSquare = 0;
  for (let place = 0; place < size; place++) {
    const term = terms[place];
    if (!term) continue;
    const rarity = counts.getRarity(term.hash);
    hashes[place] = term.hash;
    all[place] = term.weight * rarity;
    title[place] = term.titleWeight * rarity;
    evidence[place] = Math.min(1, term.weight) * rarity;
    allSquare += (term.weight * rarity) ** 2;
    titleSquare += (term.titleWeight * rarity) ** 2;
  }
  scale(all, allSquare);
  scale(title, titleSquare);
  const { entryId, sourceId, shingles, days } = entry;
  const words = terms[0]?.word === undefined ? undefined : terms.map(({ word }) => word);
  return {
    entryId,
    sourceId,
    datedAt: entry.datedAt.getTime(),
    shingles,
    days,
    hashes,
    all,
    title,
    evidence,
    words,
  };
}

/** Makes a vector of this squared length a unit vector. */
function scale(vector: Float32Array, square: number): void {
  if (square === 0) return;
  const factor = 1 / Math.sqrt(square);
  for (let place = 0; place < vector.length; place++) vector[place] = (vector[place] ?? 0) * factor;
}

/** What two entries have in common. */
export interface Common {
  /** Cosine of all texts, 0 to 1. */
  all: number;
  /** Cosine of the titles, 0 to 1. */
  title: number;
  /** Sum of the rarities of the terms that both have, 0 and more. */
  evidence: number;
  /** How many terms both have. */
  terms: number;
}

/** Compares two entries term by term: linear in the number of their terms. */
export function compareTerms(one: Comparable, other: Comparable): Common {
  const { hashes: a, all: allA, title: titleA, evidence: evidenceA } = one;
  const { hashes: b, all: allB, title: titleB, evidence: evidenceB } = other;
  let all = 0;
  let title = 0;
  let evidence = 0;
  let terms = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i] as number;
    const right = b[j] as number;
    if (left === right) {
      all += (allA[i] as number) * (allB[j] as number);
      title += (titleA[i] as number) * (titleB[j] as number);
      evidence += Math.min(evidenceA[i] as number, evidenceB[j] as number);
      terms++;
    }
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return { all, title, evidence, terms };
}

/** Calls back with the places of each term that both have. */
export function forEachCommon(
  one: Comparable,
  other: Comparable,
  call: (inOne: number, inOther: number) => void,
): void {
  const a = one.hashes;
  const b = other.hashes;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    if (left === right) call(i, j);
    if (left <= right) i++;
    if (right <= left) j++;
  }
}

/**
 * Whether two entries are parts of one source's series: their titles are the same but for their numbers ("Puzzle 211",
 * "Live: day 12").
 */
export function isSeries(one: Comparable, other: Comparable): boolean {
  if (one.sourceId !== other.sourceId) return false;
  const words = listTitleHashes(one, false);
  const otherWords = listTitleHashes(other, false);
  if (words.length === 0 || words.join() !== otherWords.join()) return false;
  return listTitleHashes(one, true).join() !== listTitleHashes(other, true).join();
}

/** Whether two titles have the same words and numbers. */
export function haveSameTitle(one: Comparable, other: Comparable): boolean {
  return [false, true].every(
    (numbers) => listTitleHashes(one, numbers).join() === listTitleHashes(other, numbers).join(),
  );
}

function listTitleHashes({ hashes, title }: Comparable, numbers: boolean): number[] {
  return [...hashes].filter((hash, place) => (title[place] ?? 0) > 0 && isNumberHash(hash) === numbers);
}

/** A term is of such rarity at least when it names what a text is about. */
const namingRarity = 4;

/** Whether an entry's title names something that another entry says nowhere. */
export function namesMore(one: Comparable, other: Comparable): boolean {
  const said = new Set(other.hashes);
  return one.hashes.some(
    (hash, place) =>
      (one.title[place] ?? 0) > 0 && (one.evidence[place] ?? 0) >= namingRarity && !said.has(hash),
  );
}

/** 1 when both name a day and one of them is the same, −1 when both name days and none is, else 0. */
export function compareDays(one: Comparable, other: Comparable): number {
  if (one.days.length === 0 || other.days.length === 0) return 0;
  return one.days.some((day) => other.days.includes(day)) ? 1 : -1;
}

import { mix } from './hash-term.ts';

/** Words in a row that make a shingle; letters, where the script has no spaces. */
const shingleLength = { words: 3, letters: 5 };
/** Words read of a text: a shortened copy keeps the beginning. */
const wordsRead = 120;
const charactersRead = 1_500;
/** Fewer words make no copy: formulas are as long. */
const leastWords = 14;
/** Shingles that are kept of a text: those with the smallest hashes. */
const sketchSize = 48;
/** Shingles that must be comparable for two texts to be called copies. */
const leastCompared = 8;

/**
 * The bottom sketch of a text (Broder 1997, "On the resemblance and containment of documents"): the 48 smallest hashes
 * of its three-word shingles, ascending. Read from the body, or the summary where that says more; empty for a text of
 * fewer than 14 words.
 */
export function toShingles({ summary, text }: { summary: string; text: string }): Int32Array {
  const body = text.length >= summary.length ? text : summary;
  const { words, count, isSpaced } = hashWords(body.slice(0, charactersRead).toLowerCase());
  if (count < leastWords) return new Int32Array();
  const length = isSpaced ? shingleLength.words : shingleLength.letters;
  const shingles = new Int32Array(Math.max(0, count - length + 1));
  for (let at = 0; at < shingles.length; at++) {
    let hash = 0;
    for (let place = at; place < at + length; place++) hash = mix(Math.imul(hash, 31) + (words[place] ?? 0));
    shingles[at] = hash;
  }
  return keepSmallest(shingles.sort());
}

/** The smallest of sorted hashes, each once. */
function keepSmallest(sorted: Int32Array): Int32Array {
  const kept = new Int32Array(Math.min(sketchSize, sorted.length));
  let count = 0;
  for (let at = 0; at < sorted.length && count < sketchSize; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) kept[count++] = sorted[at] ?? 0;
  }
  return kept.slice(0, count);
}

/** Kinds of characters, as coarse as telling copies allows. */
const Kind = {
  gap: 0,
  letter: 1,
  /** A letter of a script that sets no spaces: a word of its own. */ sign: 2,
} as const;

/** The hashes of the first words of a text; character by character, since this is done for every entry. */
function hashWords(text: string): { words: Int32Array; count: number; isSpaced: boolean } {
  const words = new Int32Array(wordsRead);
  let count = 0;
  let signs = 0;
  let hash = 0;
  let isOpen = false;
  for (let at = 0; at < text.length && count < wordsRead; at++) {
    const code = text.charCodeAt(at);
    const kind = toKind(code);
    if (kind === Kind.letter) {
      hash = Math.imul((isOpen ? hash : 0x811c9dc5) ^ code, 0x01000193);
      isOpen = true;
      continue;
    }
    if (isOpen) words[count++] = hash;
    isOpen = false;
    if (kind === Kind.sign && count < wordsRead) {
      words[count++] = code;
      signs++;
    }
  }
  if (isOpen && count < wordsRead) words[count++] = hash;
  return { words, count, isSpaced: signs * 2 < count };
}

function toKind(code: number): number {
  if (code < 0x80) {
    const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    return isLetter ? Kind.letter : Kind.gap;
  }
  if (code < 0xc0 || (code >= 0x2000 && code < 0x2c00) || (code >= 0x3000 && code < 0x3040)) return Kind.gap;
  const isSign =
    (code >= 0x2e80 && code < 0xa000) || (code >= 0xe00 && code < 0xf00) || (code >= 0xff66 && code < 0xffa0);
  if (isSign) return Kind.sign;
  return code >= 0xfe00 && code < 0xff10 ? Kind.gap : Kind.letter;
}

/**
 * What share of the shorter text's shingles the longer one has, 0 to 1, estimated from their sketches; 0 when too few
 * can be compared. Only hashes below both sketches' last ones are known of both texts.
 */
export function estimateContainment(one: Int32Array, other: Int32Array): number {
  const limit = Math.min(toLimit(one), toLimit(other));
  const inOne = countUpTo(one, limit);
  const inOther = countUpTo(other, limit);
  const compared = Math.min(inOne, inOther);
  if (compared < leastCompared) return 0;
  return countCommon(one, other, limit) / compared;
}

/** A sketch that isn't full is the whole text: all hashes are known of it. */
function toLimit(sketch: Int32Array): number {
  return sketch.length < sketchSize ? 0x7fffffff : (sketch[sketch.length - 1] ?? 0);
}

function countUpTo(sketch: Int32Array, limit: number): number {
  let count = 0;
  while (count < sketch.length && (sketch[count] ?? 0) <= limit) count++;
  return count;
}

function countCommon(one: Int32Array, other: Int32Array, limit: number): number {
  let common = 0;
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    const a = one[i] ?? 0;
    const b = other[j] ?? 0;
    if (a > limit || b > limit) break;
    if (a === b) common++;
    if (a <= b) i++;
    if (b <= a) j++;
  }
  return common;
}

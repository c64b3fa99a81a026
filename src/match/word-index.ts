import { isUnspaced } from '../text/words.ts';

/** Letters of a word's start that tell early that no word begins with a prefix. */
const startLength = 3;

/** Setting out the words costs as much as reading the line about ten times. */
const readsBeforeSet = 8;

/** Words to look for in a row; made by toNeedle. */
export interface Needle {
  /** What a word line must contain. */
  text: string;
  /** Words that must be there whole: quick to rule out by. */
  words: readonly string[];
  /** The first letters of the word that may go on. */
  start: string | undefined;
  /** It is one whole word: when that is there, it is a hit. */
  single: boolean;
}

/**
 * What to look for in word lines for the words of `line`. Edges that are no word's edge lose their space, because
 * scripts without spaces have words inside words, and a prefix goes on.
 * @param line as toWordLine gives it, not blank
 */
export function toNeedle(line: string, prefix: boolean): Needle {
  const parts = line.trim().split(' ');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const open = prefix || isUnspaced(last);
  const whole = prefix ? parts.slice(0, -1) : parts;
  return {
    text: line.slice(isUnspaced(first) ? 1 : 0, open ? line.length - 1 : line.length),
    words: whole.filter((word) => !isUnspaced(word)),
    start: prefix && !isUnspaced(last) && last.length >= startLength ? last.slice(0, startLength) : undefined,
    single: parts.length === 1 && !open,
  };
}

/** A word line that many needles are looked for in: after the first few, the words are set out for look-up. */
export class WordIndex {
  readonly #line: string;
  #reads = 0;
  #words: ReadonlySet<string> | undefined;
  #starts: ReadonlySet<string> | undefined;

  constructor(line: string) {
    this.#line = line;
  }

  has({ text, words, start, single }: Needle): boolean {
    if (this.#reads < readsBeforeSet) {
      this.#reads += 1;
      return this.#line.includes(text);
    }
    this.#words ??= new Set(this.#line.split(' '));
    for (const word of words) if (!this.#words.has(word)) return false;
    if (single) return true;
    if (start !== undefined) {
      this.#starts ??= new Set(Array.from(this.#words, (word) => word.slice(0, startLength)));
      if (!this.#starts.has(start)) return false;
    }
    return this.#line.includes(text);
  }
}

import { isNumberHash, mix } from './hash-term.ts';

/** Counters in a row; a power of two. */
const width = 1 << 16;
const rows = 2;
const salts = [0x9e3779b9, 0x7f4a7c15] as const;

/** What the vocabulary says counts as much as this many entries. */
const priorEntries = 400;
/** The share of entries that have a number, and a word that isn't among the common ones, before any was read. */
const usualShare = { number: 0.003, word: 0.0003 };
/** At this many entries all counts are halved: what was common long ago is forgotten. */
const mostEntries = 50_000;

/**
 * In how many entries of one language each term is: a count-min sketch (Cormode & Muthukrishnan 2005), so that its size
 * (256 kB) does not grow with the words there are. Starts from what is known of the language.
 */
export class TermCounts {
  #entries = 0;
  #counts = new Uint16Array(width * rows);
  readonly #shares: ReadonlyMap<number, number>;

  /** @param shares see Vocabulary.shares */
  constructor(shares: ReadonlyMap<number, number>) {
    this.#shares = shares;
  }

  /** How many entries were counted, recent ones in full. */
  get entries(): number {
    return this.#entries;
  }

  /** Counts entries that have these terms: `counts` says how many have each. */
  add(entries: number, counts: ReadonlyMap<number, number>): void {
    this.#entries += entries;
    for (const [hash, count] of counts) this.#raise(hash, this.#find(hash) + count);
    if (this.#entries > mostEntries) this.#halve();
  }

  /**
   * How rare a term is: −ln of the share of entries that have it, 0 for one that all have, about 8 at most while
   * nothing was counted.
   */
  getRarity(hash: number): number {
    const usual = this.#shares.get(hash) ?? (isNumberHash(hash) ? usualShare.number : usualShare.word);
    const share = (this.#find(hash) + priorEntries * usual) / (this.#entries + priorEntries);
    return Math.max(0, -Math.log(share));
  }

  /** What is to be stored. */
  toStored(): { entries: number; counts: Buffer } {
    const { buffer, byteOffset, byteLength } = this.#counts;
    return { entries: this.#entries, counts: Buffer.from(buffer, byteOffset, byteLength) };
  }

  /** Takes what was stored in place of its own; counts of another size are dropped: they will be counted anew. */
  restore(stored: { entries: number; counts: Buffer }): void {
    const isOurs = stored.counts.length === this.#counts.byteLength;
    this.#entries = isOurs ? stored.entries : 0;
    this.#counts = new Uint16Array(width * rows);
    if (isOurs) new Uint8Array(this.#counts.buffer).set(stored.counts);
  }

  #find(hash: number): number {
    return Math.min(this.#counts[toPlace(hash, 0)] ?? 0, this.#counts[toPlace(hash, 1)] ?? 0);
  }

  /** Only counters below the new count are raised: the others count another term too (conservative update). */
  #raise(hash: number, count: number): void {
    for (let row = 0; row < rows; row++) {
      const place = toPlace(hash, row);
      if ((this.#counts[place] ?? 0) < count) this.#counts[place] = Math.min(0xffff, count);
    }
  }

  #halve(): void {
    this.#entries >>= 1;
    for (let place = 0; place < this.#counts.length; place++) {
      this.#counts[place] = (this.#counts[place] ?? 0) >> 1;
    }
  }
}

function toPlace(hash: number, row: number): number {
  return row * width + (mix(hash ^ (salts[row] ?? 0)) & (width - 1));
}

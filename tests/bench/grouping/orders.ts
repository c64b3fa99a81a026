import { createRandom } from '../support/random.ts';
import type { CorpusDocument, CorpusEntry, NewsCorpus } from './corpus.ts';

/** The same things in an order that the seed decides (Fisher & Yates). */
export function shuffle<T>(things: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  const shuffled = [...things];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const place = Math.floor(random() * (last + 1));
    const [a, b] = [shuffled[last], shuffled[place]];
    if (a === undefined || b === undefined) continue;
    shuffled[last] = b;
    shuffled[place] = a;
  }
  return shuffled;
}

/** Entries by date, and then in `shuffles` other orders. */
export function listOrders(entries: readonly CorpusEntry[], shuffles: number): CorpusEntry[][] {
  const shuffled = Array.from({ length: shuffles }, (_, n) => shuffle(entries, n + 1));
  return [[...entries], ...shuffled];
}

/** Entries of one document that arrive together. */
export interface Batch {
  document: CorpusDocument;
  entries: CorpusEntry[];
}

/** Each entry alone. */
export function toSingleBatches(order: CorpusEntry[]): Batch[] {
  return order.map((entry) => ({ document: entry.document, entries: [entry] }));
}

/** Whole documents one after the other, as a first refresh brings them. */
export function toDocumentBatches({ documents, entries }: NewsCorpus, seed: number): Batch[] {
  return shuffle(documents, seed).map((document) => ({
    document,
    entries: entries.filter((entry) => entry.document === document),
  }));
}

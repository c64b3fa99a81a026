import type { Comparable } from './compare.ts';
import { fnv, mix } from './hash-term.ts';

/** What an entry may be found by when another one tells the same event. */
export interface Key {
  /** Signed 32 bits: the term or shingle together with the language. */
  key: number;
  /** How much of what the entry says is in it, 0 to 1; 1 for a shingle: who has it is a copy. */
  weight: number;
}

const termKeys = 6;
const shingleKeys = 2;
/** A term of the title is worth so much more: headlines name what the others name, too. */
const titleFactor = 2;

/**
 * The keys of an entry: its six weightiest terms by rarity, those of the title first, and the two smallest of its
 * shingles (MinHash: texts that share most of their shingles share one of these).
 */
export function chooseKeys(entry: Comparable, language: string): Key[] {
  const salt = fnv(language);
  const places = [...entry.hashes.keys()]
    .map((place) => ({ place, worth: toWorth(entry, place) }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, termKeys);
  const terms = places.map(({ place }) => ({
    key: mix((entry.hashes[place] ?? 0) ^ salt) | 0,
    weight: (entry.all[place] ?? 0) ** 2,
  }));
  const shingles = Array.from(entry.shingles.slice(0, shingleKeys), (hash) => ({
    key: mix(hash ^ salt ^ 0x5bd1e995) | 0,
    weight: 1,
  }));
  return [...terms, ...shingles];
}

function toWorth(entry: Comparable, place: number): number {
  const isInTitle = (entry.title[place] ?? 0) > 0;
  return (entry.evidence[place] ?? 0) * (isInTitle ? titleFactor : 1);
}

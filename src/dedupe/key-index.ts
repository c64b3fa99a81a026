import type { Key } from './choose-keys.ts';

/** As entries are looked up that are stored: a key that many have says little. */
const nearestPerKey = 20;
/** Entries that share less of what a seeker says are not looked at. */
const leastShared = 0.05;
const entriesPerSeeker = 8;

interface Posting {
  datedAt: number;
  entryId: string;
}

/**
 * Entries by their keys, held in memory: finds what may tell the same event as an entry does, as the index of stored
 * entries does. Entries are added in the order of their dates.
 */
export class KeyIndex {
  readonly #postings = new Map<number, Posting[]>();

  add(entryId: string, keys: Key[], datedAt: number): void {
    for (const { key } of keys) {
      const list = this.#postings.get(key);
      if (list) list.push({ datedAt, entryId });
      else this.#postings.set(key, [{ datedAt, entryId }]);
    }
  }

  /** The ids of the entries dated `since` or later that share most with these keys, 8 at most, the nearest first. */
  find(keys: Key[], since: number): string[] {
    const shares = new Map<string, number>();
    for (const { key, weight } of keys) {
      for (const { entryId } of this.#listNewest(key, since)) {
        shares.set(entryId, (shares.get(entryId) ?? 0) + weight);
      }
    }
    return [...shares]
      .filter(([, share]) => share >= leastShared)
      .sort(([one, share], [other, otherShare]) => otherShare - share || Number(other) - Number(one))
      .slice(0, entriesPerSeeker)
      .map(([entryId]) => entryId);
  }

  #listNewest(key: number, since: number): Posting[] {
    const newest = this.#postings.get(key)?.slice(-nearestPerKey) ?? [];
    return newest.filter(({ datedAt }) => datedAt >= since);
  }
}

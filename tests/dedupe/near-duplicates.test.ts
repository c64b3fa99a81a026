import { describe, expect, test } from 'vitest';
import { judgeDuplicates, readDuplicateCases } from '../bench/grouping/near-duplicates.ts';

/** Told as one by their words alone, not as copies; what would tell them apart is not read yet. */
const knownFaults = new Map([
  ['an obituary and an older interview with one quotation in common', 'one person, and no dates'],
]);

describe('near-duplicates', () => {
  for (const one of readDuplicateCases()) {
    const reason = knownFaults.get(one.name);
    const check = reason === undefined ? test : test.fails;
    check(`${one.same ? 'one article' : 'two articles'}: ${one.name}`, async () => {
      const verdict = await judgeDuplicates(one);
      expect(verdict, reason).toMatchObject({ isFound: one.same });
    });
  }
});

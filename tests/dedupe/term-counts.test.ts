import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashTerm } from '../../src/dedupe/hash-term.ts';
import { TermCounts } from '../../src/dedupe/term-counts.ts';

const [common, rare] = [hashTerm('government'), hashTerm('ostrava')];
const shares = new Map([[common, 0.2]]);
const newCounts = () => new TermCounts(shares);
/** How many entries a term would have if it were seen in this share of them: what its rarity says. */
const toCount = (counts: TermCounts, hash: number, usual = 0.0003) =>
  Math.exp(-counts.getRarity(hash)) * (counts.entries + 400) - 400 * usual;

describe('before anything was counted', () => {
  it('common words are commoner than numbers, and these than other words', () => {
    const counts = newCounts();
    expect(counts.getRarity(common)).toBeCloseTo(-Math.log(0.2));
    expect(counts.getRarity(hashTerm('2026'))).toBeCloseTo(-Math.log(0.003));
    expect(counts.getRarity(rare)).toBeCloseTo(-Math.log(0.0003));
  });
});

describe('counting', () => {
  it('what is counted often gets commoner, what is not rarer', () => {
    const counts = newCounts();
    const before = [counts.getRarity(rare), counts.getRarity(common)];
    for (let n = 0; n < 500; n++) counts.add(1, new Map([[rare, 1]]));
    expect(counts.entries).toBe(500);
    expect(counts.getRarity(rare)).toBeLessThan(before[0] ?? 0);
    expect(counts.getRarity(common)).toBeGreaterThan(before[1] ?? 0);
  });

  it('a term of all entries is not rare, nor less than that', () => {
    const counts = newCounts();
    counts.add(10_000, new Map([[rare, 10_000]]));
    expect(counts.getRarity(rare)).toBeLessThan(0.05);
    counts.add(0, new Map([[rare, 5_000]]));
    expect(counts.getRarity(rare)).toBe(0);
  });

  it('never says less than there was, however many terms share the counters', () => {
    const anyCounts = fc.array(
      fc.tuple(fc.integer({ min: -0x80000000, max: 0x7fffffff }), fc.integer({ min: 1, max: 30 })),
      {
        minLength: 1,
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(anyCounts, (given) => {
        const counts = newCounts();
        const exact = new Map<number, number>();
        for (const [hash, count] of given) {
          counts.add(1, new Map([[hash, count]]));
          exact.set(hash, (exact.get(hash) ?? 0) + count);
        }
        for (const [hash, count] of exact) {
          const usual = hash === common ? 0.2 : hash & 1 ? 0.003 : 0.0003;
          expect(toCount(counts, hash, usual)).toBeGreaterThan(count - 0.01);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('hardly ever says more, even of 20,000 terms', () => {
    const counts = newCounts();
    const hashes = Array.from({ length: 20_000 }, (_, n) => hashTerm(`term${n}`));
    for (const hash of hashes) counts.add(1, new Map([[hash, 1]]));
    const wrong = hashes.filter((hash) => toCount(counts, hash) > 1.5);
    expect(wrong.length).toBeLessThan(hashes.length * 0.1);
  });

  it('does not run over', () => {
    const counts = newCounts();
    for (let n = 0; n < 5; n++) counts.add(0, new Map([[rare, 40_000]]));
    counts.add(50_000, new Map());
    expect(counts.getRarity(rare)).toBe(0);
  });
});

describe('halving', () => {
  it('beyond 50,000 entries all is halved: shares stay, later ones count more', () => {
    const counts = newCounts();
    counts.add(50_000, new Map([[rare, 5_000]]));
    expect(counts.entries).toBe(50_000);
    const before = counts.getRarity(rare);
    counts.add(1, new Map());
    expect(counts.entries).toBe(25_000);
    expect(counts.getRarity(rare)).toBeCloseTo(before, 1);
    counts.add(20_000, new Map());
    expect(counts.getRarity(rare)).toBeGreaterThan(before);
  });

  it('what was counted once long ago is forgotten', () => {
    const counts = newCounts();
    counts.add(50_001, new Map([[rare, 1]]));
    expect(toCount(counts, rare)).toBeCloseTo(0);
  });

  it('never ends with more entries than are counted in full', () => {
    const counts = newCounts();
    for (let n = 0; n < 400; n++) counts.add(1_000, new Map([[rare, 100]]));
    expect(counts.entries).toBeLessThanOrEqual(50_000);
    expect(counts.getRarity(rare)).toBeCloseTo(-Math.log(0.1), 1);
  });
});

describe('storing', () => {
  it('what is restored says the same', () => {
    const counts = newCounts();
    counts.add(
      3,
      new Map([
        [rare, 2],
        [common, 3],
      ]),
    );
    const again = newCounts();
    again.add(9, new Map([[rare, 9]]));
    again.restore(counts.toStored());
    expect(again.entries).toBe(3);
    expect(again.toStored()).toEqual(counts.toStored());
    expect(again.getRarity(rare)).toBe(counts.getRarity(rare));
  });

  it('goes its own way afterwards', () => {
    const counts = newCounts();
    const stored = counts.toStored();
    const again = newCounts();
    again.restore({ ...stored, counts: Buffer.from(stored.counts) });
    again.add(1, new Map([[rare, 1]]));
    expect(toCount(counts, rare)).toBeCloseTo(0);
  });

  it.each([0, 1, 262_143, 262_145, 131_072, 524_288])('%i bytes are not ours: it begins anew', (length) => {
    const counts = newCounts();
    counts.add(5, new Map([[rare, 5]]));
    counts.restore({ entries: 77, counts: Buffer.alloc(length, 1) });
    expect(counts.entries).toBe(0);
    expect(counts.getRarity(rare)).toBeCloseTo(-Math.log(0.0003));
    expect(counts.toStored().counts).toHaveLength(262_144);
  });

  it('two that counted apart come to the same when the one is added to the other', () => {
    const day = (from: number) =>
      new Map(Array.from({ length: 200 }, (_, n) => [hashTerm(`term${(from + n) % 300}`), 1 + (n % 3)]));
    const [first, second] = [day(0), day(150)];
    const apart = newCounts();
    apart.add(50, first);
    const merged = newCounts();
    merged.restore(apart.toStored());
    merged.add(60, second);
    const together = newCounts();
    together.add(50, first);
    together.add(60, second);
    expect(merged.toStored()).toEqual(together.toStored());
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packShingles, packTerms, unpackShingles, unpackTerms } from '../../src/dedupe/pack-terms.ts';

const hash = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const weight = fc.double({ min: 0, max: 2.55, noNaN: true });

describe('terms', () => {
  it('come back with their hashes, and with their weights to half a hundredth', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ hash, weight, titleWeight: weight }), { maxLength: 200 }), (terms) => {
        const bytes = packTerms(terms);
        expect(bytes).toHaveLength(terms.length * 6);
        const back = unpackTerms(bytes);
        expect(back.map((term) => term.hash)).toEqual(terms.map((term) => term.hash));
        back.forEach((term, at) => {
          expect(Math.abs(term.weight - (terms[at]?.weight ?? 0))).toBeLessThanOrEqual(0.005001);
          expect(Math.abs(term.titleWeight - (terms[at]?.titleWeight ?? 0))).toBeLessThanOrEqual(0.005001);
        });
        expect(packTerms(back)).toEqual(bytes);
      }),
    );
  });

  it('heavier ones are 2.55, words are not kept', () => {
    expect(unpackTerms(packTerms([{ hash: 1, word: 'one', weight: 9, titleWeight: 2.56 }]))).toEqual([
      { hash: 1, weight: 2.55, titleWeight: 2.55 },
    ]);
  });

  it.each([
    [0, 0],
    [1, 0],
    [5, 0],
    [6, 1],
    [11, 1],
    [12, 2],
  ])('%i bytes are %i terms', (length, count) => {
    expect(unpackTerms(Buffer.alloc(length, 7))).toHaveLength(count);
  });

  it('reads bytes that lie inside of others', () => {
    const inside = Buffer.concat([
      Buffer.alloc(3),
      packTerms([{ hash: 77, weight: 1, titleWeight: 0 }]),
    ]).subarray(3);
    expect(unpackTerms(inside)).toEqual([{ hash: 77, weight: 1, titleWeight: 0 }]);
  });
});

describe('shingles', () => {
  it('come back', () => {
    fc.assert(
      fc.property(fc.int32Array({ maxLength: 48 }), (shingles) => {
        expect(unpackShingles(packShingles(shingles))).toEqual(shingles);
      }),
    );
  });

  it('a part of one at the end is left out', () => {
    expect(unpackShingles(Buffer.alloc(7, 1))).toEqual(Int32Array.of(0x01010101));
    expect(unpackShingles(Buffer.alloc(0))).toEqual(new Int32Array());
  });
});

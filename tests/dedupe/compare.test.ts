import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareDays,
  compareTerms,
  forEachCommon,
  isSeries,
  toComparable,
} from '../../src/dedupe/compare.ts';
import { packTerms, unpackTerms } from '../../src/dedupe/pack-terms.ts';
import { TermCounts } from '../../src/dedupe/term-counts.ts';
import { makeComparable } from '../support/make-comparable.ts';

const words = [
  'harbour',
  'vessel',
  'lantern',
  'quarry',
  'orchard',
  'Macron',
  'Hormuz',
  '12',
  '211',
  'treaty',
];
const anyText = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' '));
const anyEntry = fc
  .record({ title: anyText, summary: anyText, text: anyText })
  .map((telling) => makeComparable(telling));
const lengthOf = (vector: Float32Array) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

describe('toComparable', () => {
  it('vectors are of length 1, or 0 where there is nothing', () => {
    fc.assert(
      fc.property(anyEntry, ({ hashes, all, title, evidence }) => {
        expect([all.length, title.length, evidence.length]).toEqual(Array(3).fill(hashes.length));
        for (const vector of [all, title]) expect([0, 1]).toContain(Math.round(lengthOf(vector) * 1e5) / 1e5);
        expect([...evidence].every((value) => value >= 0)).toBe(true);
      }),
    );
  });

  it('a word that all entries have weighs nothing, and breaks nothing', () => {
    const counts = new TermCounts(new Map([[4, 1]]));
    const entry = toComparable(
      {
        entryId: '1',
        sourceId: '1',
        datedAt: new Date(0),
        language: 'en',
        terms: [{ hash: 4, weight: 1, titleWeight: 1 }],
        shingles: new Int32Array(),
        days: [],
      },
      counts,
    );
    expect([...entry.all, ...entry.title, ...entry.evidence]).toEqual([0, 0, 0]);
    expect(compareTerms(entry, entry)).toMatchObject({ all: 0, title: 0, evidence: 0 });
  });

  it('what is read back from bytes is the same but for a hundredth', () => {
    const title = 'Ministers meet Macron in the harbour of Hormuz';
    const fresh = makeComparable({ title });
    expect(fresh.words).toHaveLength(fresh.hashes.length);
    const counts = new TermCounts(new Map());
    const terms = [
      { hash: -7, weight: 1.734, titleWeight: 1 },
      { hash: 8, weight: 0.333, titleWeight: 0 },
    ];
    const about = {
      entryId: '1',
      sourceId: '1',
      datedAt: new Date(0),
      language: 'en',
      shingles: new Int32Array(),
      days: [],
    };
    const [one, back] = [terms, unpackTerms(packTerms(terms))].map((t) =>
      toComparable({ ...about, terms: t }, counts),
    );
    back?.all.forEach((value, place) => {
      expect(value).toBeCloseTo(one?.all[place] ?? 0, 2);
    });
  });
});

describe('compareTerms', () => {
  it('is the same either way, between 0 and 1, and 1 with itself', () => {
    fc.assert(
      fc.property(anyEntry, anyEntry, (one, other) => {
        const common = compareTerms(one, other);
        expect(common).toEqual(compareTerms(other, one));
        for (const cosine of [common.all, common.title]) {
          expect(cosine).toBeGreaterThanOrEqual(0);
          expect(cosine).toBeLessThanOrEqual(1.00001);
        }
        const self = compareTerms(one, one);
        expect(self.all).toBeCloseTo(one.hashes.length > 0 ? 1 : 0, 5);
        expect(self.evidence).toBeCloseTo(
          one.evidence.reduce((sum, value) => sum + value, 0),
          4,
        );
        expect(common.evidence).toBeLessThanOrEqual(self.evidence + 1e-4);
      }),
      { numRuns: 300 },
    );
  });

  it('finds exactly the terms that both have', () => {
    fc.assert(
      fc.property(anyEntry, anyEntry, (one, other) => {
        const found: number[] = [];
        forEachCommon(one, other, (i, j) => {
          expect(one.hashes[i]).toBe(other.hashes[j]);
          found.push(one.hashes[i] ?? 0);
        });
        expect(found).toEqual([...one.hashes].filter((hash) => other.hashes.includes(hash)));
      }),
    );
  });

  it('rare words are more evidence than common ones', () => {
    const evidence = (title: string) =>
      compareTerms(makeComparable({ title }), makeComparable({ title })).evidence;
    expect(evidence('the Hormuz')).toBeGreaterThan(evidence('the government'));
  });
});

describe('isSeries', () => {
  it.each<[string, string, string, string, boolean]>([
    ['two numbers of a puzzle', 'Puzzle 211', 'Puzzle 212', 'a', true],
    ['days of a live report', 'Live: harbour siege, day 12', 'Live: harbour siege, day 13', 'a', true],
    ['a number more', 'Puzzle', 'Puzzle 212', 'a', true],
    ['numbers inside', 'Ferry 7 of 9 sails', 'Ferry 8 of 9 sails', 'a', true],
    ['the same number', 'Puzzle 211', 'Puzzle 211', 'a', false],
    ['another source', 'Puzzle 211', 'Puzzle 212', 'b', false],
    ['other words', 'Puzzle 211', 'Crossword 212', 'a', false],
    ['only numbers', '211', '212', 'a', false],
    ['nothing', '', '', 'a', false],
  ])('%s', (_name, title, otherTitle, otherSource, expected) => {
    const one = makeComparable({ title, source: 'a' });
    const other = makeComparable({ title: otherTitle, source: otherSource });
    expect(isSeries(one, other)).toBe(expected);
    expect(isSeries(other, one)).toBe(expected);
  });

  it('numbers of the summary do not count', () => {
    const one = makeComparable({ title: 'Harbour blast', summary: '12 dead', source: 'a' });
    expect(isSeries(one, makeComparable({ title: 'Harbour blast', summary: '14 dead', source: 'a' }))).toBe(
      false,
    );
  });
});

describe('compareDays', () => {
  it.each([
    ['none', '', '', 0],
    ['one names none', 'on Monday', '', 0],
    ['the same', 'on Monday', 'Monday', 1],
    ['one of two', 'on Monday and Sunday', 'Sunday', 1],
    ['another', 'on Monday', 'on Sunday', -1],
  ])('%s', (_name, one, other, expected) => {
    const [a, b] = [makeComparable({ title: one }), makeComparable({ title: other })];
    expect(compareDays(a, b)).toBe(expected);
    expect(compareDays(b, a)).toBe(expected);
  });
});

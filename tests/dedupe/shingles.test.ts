import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateContainment, toShingles } from '../../src/dedupe/shingles.ts';

const words = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `w${from + n}`).join(' ');
const sketch = (text: string) => toShingles({ summary: '', text });

describe('toShingles', () => {
  it.each([
    ['nothing', '', 0],
    ['13 words', words(0, 13), 0],
    ['14 words', words(0, 14), 12],
    ['49 words', words(0, 49), 47],
    ['80 words', words(0, 80), 48],
    ['one word again and again', 'ha '.repeat(500), 1],
    ['signs only', '– … ! '.repeat(500), 0],
    ['control characters and halves', '\u0000\u0007\u001f '.repeat(500), 0],
  ])('%s', (_name, text, count) => {
    expect(sketch(text)).toHaveLength(count);
  });

  it('are ascending and distinct, and the same for the same words whatever the signs and the case', () => {
    const one = sketch(words(0, 60));
    expect([...one]).toEqual([...new Set(one)].sort((a, b) => a - b));
    expect(sketch(words(0, 60).toUpperCase().replaceAll(' ', ' – '))).toEqual(one);
  });

  it('reads the first 120 words', () => {
    expect(sketch(words(0, 120))).toEqual(sketch(`${words(0, 120)} ${words(500, 900)}`));
  });

  it('reads the summary where it says more than the text', () => {
    const summary = words(0, 40);
    expect(toShingles({ summary, text: 'Read on.' })).toEqual(sketch(summary));
  });

  it('scripts without spaces have shingles too', () => {
    expect(
      sketch('伊朗总统周二访问中国并会见了中国国家主席双方讨论了能源合作和地区安全问题').length,
    ).toBeGreaterThan(8);
  });

  it('long texts are read', () => {
    expect(sketch(`${words(0, 1_000)} `.repeat(150))).toHaveLength(48);
    expect(sketch('x'.repeat(500_000))).toHaveLength(0);
  });
});

describe('estimateContainment', () => {
  it.each<[string, string, string, number, number]>([
    ['the same text', words(0, 80), words(0, 80), 1, 1],
    ['other words', words(0, 80), words(200, 280), 0, 0.1],
    ['a shortened copy', words(0, 120), words(0, 60), 0.8, 1],
    ['a corrected one', words(0, 80), `${words(0, 40)} oops ${words(41, 80)}`, 0.8, 1],
    ['a dateline before it', words(0, 80), `geneva ap ${words(0, 78)}`, 0.8, 1],
    ['half of it', words(0, 80), `${words(0, 40)} ${words(300, 340)}`, 0.2, 0.59],
    ['a common phrase', `${words(0, 8)} ${words(100, 160)}`, `${words(0, 8)} ${words(300, 360)}`, 0, 0.3],
    ['against nothing', words(0, 80), '', 0, 0],
    ['nothing against nothing', '', '', 0, 0],
    ['a formula', 'ha '.repeat(200), 'ha '.repeat(200), 0, 0],
  ])('%s', (_name, one, other, least, most) => {
    const share = estimateContainment(sketch(one), sketch(other));
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
  });

  it('is exact where both sketches are whole', () => {
    for (const common of [0, 4, 13, 20, 28]) {
      const [one, other] = [sketch(words(0, 30)), sketch(words(28 - common, 58 - common))];
      expect(estimateContainment(one, other)).toBeCloseTo(common / 28, 10);
    }
  });

  it('is the same either way, a share, and 1 with itself from 8 shingles on', () => {
    const anySketch = fc
      .uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 48 })
      .map((hashes) => Int32Array.from(hashes, (hash) => (hash - 200) * 10_000_000).sort());
    fc.assert(
      fc.property(anySketch, anySketch, (one, other) => {
        const share = estimateContainment(one, other);
        expect(share).toBe(estimateContainment(other, one));
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(estimateContainment(one, one)).toBe(one.length >= 8 ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });
});

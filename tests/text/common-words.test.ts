import { describe, expect, it } from 'vitest';
import { estimateShare, listCommonWords } from '../../src/text/common-words.ts';
import { foldText } from '../../src/text/fold.ts';

describe('listCommonWords', () => {
  it.each([
    ['en', ['the', 'of', 'and']],
    ['de', ['die', 'der', 'und']],
    ['fr', ['de', 'la', 'le']],
    ['es', ['que', 'de', 'la']],
    ['ar', ['من', 'في']],
    ['ja', ['の', 'は', 'に']],
    ['zh', ['的', '了', '是']],
  ])('%s begins with the words that every text has', (language, words) => {
    expect(listCommonWords(language).slice(0, 20)).toEqual(expect.arrayContaining(words));
  });

  it.each(['en', 'de', 'fr', 'es', 'ar', 'ja', 'zh', 'ru', 'th', 'nb', 'nn', 'no', 'el', 'tr'])(
    '%s: folded, each once, 6,000 at most',
    (language) => {
      const words = listCommonWords(language);
      expect(words.length).toBeGreaterThan(500);
      expect(words.length).toBeLessThanOrEqual(6_000);
      expect(new Set(words).size).toBe(words.length);
      expect(words.filter((word) => word === '' || word !== foldText(word) || word !== word.trim())).toEqual(
        [],
      );
    },
  );

  it.each(['und', '', 'xx', 'EN', 'en-GB', '../english'])('%j has none', (language) => {
    expect(listCommonWords(language)).toEqual([]);
  });
});

describe('estimateShare', () => {
  it('falls with the rank and stays a share', () => {
    const shares = Array.from({ length: 6_000 }, (_, at) => estimateShare(at + 1));
    expect(shares[0]).toBeGreaterThan(0.9);
    expect(shares.at(-1)).toBeLessThan(0.002);
    expect(shares.every((share, at) => share > 0 && share < 1 && share < (shares[at - 1] ?? 1))).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { foldText } from '../../src/text/fold.ts';

describe('foldText', () => {
  it.each([
    ['', ''],
    ['ÉTÉ', 'ete'],
    ['e\u0301te\u0301', 'ete'],
    ['Straße STRASSE ẞ', 'strasse strasse ss'],
    ['ø Ø ł Đ ð Þ æ Œ ǿ', 'o o l d d th ae oe o'],
    ['İI ıi', 'ii ii'],
    ['ΟΔΟΣ οδός', 'οδοσ οδοσ'],
    ['Мой ёлка Й', 'мой елка й'],
    ['и\u0306', 'й'],
    ['Ｌｏｎｄｏｎ ﬁn №', 'london fin no'],
    ['x² ½', 'x2 1⁄2'],
    ['ｶﾞｰﾅ', 'ガーナ'],
    ['한국', '한국'],
    ['مُحَمَّد', 'محمد'],
    ['أحمد آمن', 'احمد امن'],
    ['مـــصر', 'مصر'],
    ['ایران کتاب', 'ايران كتاب'],
    ['שָׁלוֹם', 'שלום'],
    ['हिन्दी', 'हिन्दी'],
    ['เลือกตั้ง', 'เลือกตั้ง'],
    ['so\u00adft ze\u200bro \u200ero', 'soft zero ro'],
    ['it’s ‘so’ “said” a…b c\u2011d', "it's 'so'  said  a b c-d"],
    ['Genève’s', "geneve's"],
  ])('%j → %j', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it('folds what it folded to the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const once = foldText(text);
        expect(foldText(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  it('folds every character, alone and behind a letter that keeps its mark, once and for all', () => {
    const unstable: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      for (const text of [String.fromCodePoint(code), `и${String.fromCodePoint(code)}\u0306`]) {
        const once = foldText(text);
        if (foldText(once) !== once) unstable.push(code.toString(16));
      }
    }
    expect(unstable).toEqual([]);
  });

  it('does not tell case apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aÉßøŁœжЙσΩاи한中'), maxLength: 20 }), (text) => {
        expect(foldText(text.toUpperCase())).toBe(foldText(text));
      }),
    );
  });
});

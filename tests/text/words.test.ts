import { describe, expect, it } from 'vitest';

import { listSolidForms, toWordLine } from '../../src/text/words.ts';

describe('toWordLine', () => {
  it.each([
    ['', ' '],
    [' … - ', ' '],
    ['a', ' a '],
    ['--middle, east!', ' middle east '],
    ["trump's 10:30 u.s.", ' trump s 10 30 u s '],
    ['été – ça', ' été ça '],
    ['中国iphone手机 x', ' 中国 iphone 手机 x '],
    ['हिन्दी की', ' हिन्दी की '],
    ['한국 x_y', ' 한국 x y '],
  ])('%j → %j', (text, line) => {
    expect(toWordLine(text)).toBe(line);
  });
});

describe('listSolidForms', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['plain words only.', []],
    ['co-operation and covid-19', ['cooperation', 'covid19']],
    ['(mother-in-law)', ['motherinlaw']],
    ['-a- b- -c', []],
    ['2020-21', []],
    ["she'll", []],
    ['the u.s. and u.k', ['us', 'uk']],
    ['the n.a.t.o.-led (e.g.) u.s.', ['nato', 'eg', 'us']],
    ['abc.d a.bc 3.5 end.the', []],
    ['a-b c-d', ['ab', 'cd']],
    ['été-là', ['étélà']],
  ])('%j → %j', (text, forms) => {
    expect(listSolidForms(text)).toEqual(forms);
  });
});

import { describe, expect, it } from 'vitest';

import { matchRule } from '../../src/match/match-rule.ts';
import { parseRule } from '../../src/match/parse-rule.ts';
import { createSubject } from '../../src/match/subject.ts';

const million = 1_000_000;
const texts: [name: string, text: string][] = [
  ['one long word', 'a'.repeat(million)],
  ['hyphens', 'a-'.repeat(million / 2)],
  ['only hyphens', '-'.repeat(million)],
  ['initials', 'a.'.repeat(million / 2)],
  ['initials that are none', `${'a.'.repeat(million / 2)}aa`],
  ['dots', '.'.repeat(million)],
  ['different words', Array.from({ length: million / 8 }, (_, index) => index.toString(36)).join(' ')],
  ['initials of one each', 'a.b '.repeat(million / 4)],
  ['Chinese', '中国'.repeat(million / 2)],
  ['scripts in turn', 'a中'.repeat(million / 2)],
  ['marks', '\u0301'.repeat(million)],
  ['stacked marks', `a${'\u0301\u0323'.repeat(million / 4)}`],
  ['ligatures that grow', 'ﷺ'.repeat(million / 4)],
  ['white space', ' \n'.repeat(million / 2)],
  ['lone surrogates', '\ud800'.repeat(million)],
];
const rules = [
  'needle',
  '"needle in hay"',
  'needl*',
  '~needles',
  'co-needle',
  '针',
  '/(a+)+$/ needle',
  '/(a|aa)+!|(\\pL*\\pN?){20}!/',
  'title:needle OR author:needle OR category:needle OR source:needle OR url:needle OR lang:xx',
].map(parseRule);

describe('hostile entries', () => {
  it.each(texts)('a megabyte of %s matches nothing and ends', (_name, text) => {
    const subject = createSubject({
      title: text.slice(0, 100_000),
      text,
      authors: [text.slice(0, 100_000)],
      categories: [text.slice(0, 100_000)],
      sourceTitle: text.slice(0, 100_000),
      sourceUrl: text.slice(0, 10_000),
      language: text.slice(0, 10_000),
      url: `https://x.example/${text.slice(0, 10_000)}`,
    });
    for (const rule of rules) expect(matchRule(rule, subject), rule.text).toBeUndefined();
  });

  it('finds words up to the millionth character, and no further', () => {
    const text = `${'hay '.repeat(million / 4)}needle`;
    expect(matchRule(parseRule('needle'), createSubject({ title: '', text }))).toBeUndefined();
    expect(matchRule(parseRule('needle'), createSubject({ title: '', text: text.slice(8) }))).toBeDefined();
  });

  it('runs regular expressions that would explode elsewhere', () => {
    const subject = createSubject({ title: '', text: `${'a'.repeat(99_999)}!` });
    expect(matchRule(parseRule('/(a+)+$/'), subject)).toBeUndefined();
    expect(matchRule(parseRule('/^(a|a)*!$/'), subject)).toBeDefined();
    expect(matchRule(parseRule('/(.*)(.*)(.*)(.*)(.*)[^!]$/'), subject)).toBeUndefined();
    expect(matchRule(parseRule('/[ab]*a[ab]{900}$/'), subject)).toBeUndefined();
  });

  it('reads regular expressions over the first 100,000 characters', () => {
    const text = `${'a'.repeat(100_000)}!`;
    expect(matchRule(parseRule('/a!/'), createSubject({ title: '', text }))).toBeUndefined();
    expect(matchRule(parseRule('/a!/'), createSubject({ title: '', text: text.slice(1) }))).toBeDefined();
  });

  it('takes 500 terms', () => {
    const words = Array.from({ length: 500 }, (_, index) => `w${index}`);
    const subject = createSubject({ title: '', text: words.join(' ') });
    expect(matchRule(parseRule(words.join(' ')), subject)).toHaveLength(20);
    expect(matchRule(parseRule(words.map((word) => `-${word}`).join(' ')), subject)).toBeUndefined();
  });

  it('looks at the first 200 authors', () => {
    const authors = Array.from({ length: 100_000 }, (_, index) => `name${index}`);
    const subject = createSubject({ title: '', text: '', authors });
    expect(matchRule(parseRule('author:name199'), subject)).toBeDefined();
    expect(matchRule(parseRule('author:name200'), subject)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { listTokens } from '../../src/text/tokens.ts';

/** Words in a row, acronyms with `=` before them and other names with `*`. */
const show = (text: string, language: string) =>
  listTokens(text, language)
    .map(({ word, isName, isAcronym }) => (isAcronym ? '=' : isName ? '*' : '') + word)
    .join(' ');
const listWords = (text: string, language: string) => listTokens(text, language).map(({ word }) => word);

describe('words, names and acronyms', () => {
  it.each([
    ['nothing', '', ''],
    ['only signs', ' … – !?', ''],
    [
      'a capital where none is asked for',
      'The minister met Macron in Paris',
      'The minister met *Macron in *Paris',
    ],
    [
      'sentences open with a capital anyway',
      'He left. Rain fell: Floods came',
      'He left Rain fell Floods came',
    ],
    [
      'so do quotations',
      'He said “Peace is near” and "War is over"',
      'He said Peace is near and War is over',
    ],
    ['acronyms of two and three letters', 'WHO and EU and NATO warn', '=WHO and =EU and *NATO warn'],
    ['with full stops', 'U.S. envoys and the U.K. leave', '=US envoys and the =UK leave'],
    ['at the end of a sentence', 'They left the U.S.', 'They left the =US'],
    ['an abbreviation', 'fruit, e.g. pears', 'fruit eg pears'],
    ['a possessive', "In Iran's north the Hormuz’s coast", 'In *Iran north the *Hormuz coast'],
    ['of an acronym', "the US's plan", 'the =US plan'],
    ['of several', "the workers' vote", 'the workers vote'],
    ['an apostrophe inside', "met O'Brien, don't ask", "met *O'Brien don't ask"],
    ['a name of one letter', "Musk's X sues", 'Musk *X sues'],
    ['numbers', 'Day 12: 3.5 million, 10,000 dead, 2-1', 'Day 12 3 5 million 10 000 dead 2 1'],
    ['letters with digits', 'the G20 and covid-19', 'the =G20 and covid 19'],
    ['all capitals', 'IRAN TALKS END IN GENEVA, UN SAYS', 'IRAN TALKS END IN GENEVA UN SAYS'],
    [
      'title case',
      'Iran Talks End In Geneva As US Envoy Leaves',
      'Iran Talks End In Geneva As =US Envoy Leaves',
    ],
    ['too short to be title case', 'Iran Talks End', 'Iran *Talks *End'],
    ['control characters', 'a\u0000b\u0007c', 'a b c'],
    ['half a character', 'in Iran\ud83d war \udc00x', 'in *Iran war x'],
    ['only emoji', '😀🎉👨‍👩‍👧🇮🇷', ''],
    ['accents and marks', 'the São Tomé e\u0301lan', 'the *São *Tomé e\u0301lan'],
  ])('%s', (_name, text, shown) => {
    expect(show(text, 'en')).toBe(shown);
  });

  it('nouns of German have capitals and are no names, acronyms are', () => {
    expect(show('Der Kanzler trifft Macron in Paris, die EU wartet', 'de')).toBe(
      'Der Kanzler trifft Macron in Paris die =EU wartet',
    );
  });

  it.each([
    ['fr', "Les frappes sur l’Iran et l'Ukraine", 'Les frappes sur l *Iran et l *Ukraine'],
    ['fr', "Aujourd'hui", 'Aujourd hui'],
    ['it', 'un attacco all’Iran', 'un attacco all *Iran'],
    ['ca', "l'acord d'Iran", 'l acord d *Iran'],
    ['en', "the d'Estaing years", "the d'Estaing years"],
  ])('%s: articles are cut off where the language elides them: %s', (language, text, shown) => {
    expect(show(text, language)).toBe(shown);
  });

  it('Arabic is cut at its spaces and keeps its marks', () => {
    expect(listWords('الرئيس يزور مُحَمَّد، غدا', 'ar')).toEqual(['الرئيس', 'يزور', 'مُحَمَّد', 'غدا']);
  });
});

describe('scripts without spaces', () => {
  it.each([
    ['ja', '日本の首相がイランを訪問した', ['日本', '首相', 'イラン', '訪問']],
    ['zh', '伊朗总统周二访问中国', ['伊朗', '总统', '周二', '访问', '中国']],
    ['th', 'นายกรัฐมนตรีเดินทางไปปารีส', ['รัฐมนตรี', 'ปารีส']],
    ['ja', 'アップルがiPhone 16を発表', ['アップル', 'iPhone', '16', '発表']],
    ['und', '伊朗总统', ['伊朗', '总统']],
  ])('%s: %s', (language, text, words) => {
    expect(listWords(text, language)).toEqual(expect.arrayContaining(words));
  });

  it('they have no capitals, so no names', () => {
    expect(listTokens('日本のIMF総裁', 'ja').filter(({ isName, isAcronym }) => isName || isAcronym)).toEqual(
      [],
    );
  });

  it('a sentence mark is no word', () => {
    expect(listWords('。、「」', 'ja')).toEqual([]);
  });
});

// Each takes longer than a test may when the time grows with the square of the length and all of it is read.
describe('of a long text the beginning is read', () => {
  it.each<[string, string, string]>([
    ['one long word', 'a'.repeat(1_000_000), 'en'],
    ['full stops between letters', 'a.'.repeat(300_000), 'en'],
    ['apostrophes between letters', "a'".repeat(300_000), 'fr'],
    ['only capitals', 'AB '.repeat(120_000), 'en'],
    ['lines without end', `a${'\n'.repeat(280_000)}- b`, 'en'],
    ['blanks without end', `a.${' '.repeat(400_000)}- b`, 'en'],
    ['marks without end', `a${'\u0301'.repeat(400_000)} b`, 'en'],
    ['Chinese without a stop', '中国伊朗'.repeat(50_000), 'zh'],
    ['Thai without a space', 'ก'.repeat(220_000), 'th'],
    ['characters of two units', '𠀀'.repeat(200_000), 'zh'],
  ])('%s', (_name, text, language) => {
    const tokens = listTokens(text, language);
    expect(tokens).toEqual(listTokens(text.slice(0, 2_000), language));
    expect(tokens.length).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from 'vitest';
import { hashTerm } from '../../src/dedupe/hash-term.ts';
import { getVocabulary, toPrimaryLanguage } from '../../src/dedupe/vocabulary.ts';
import { listTokens } from '../../src/text/tokens.ts';

const listTerms = (text: string, language: string) =>
  listTokens(text, language).flatMap((token) => getVocabulary(language).toTerm(token)?.word ?? []);

describe('toPrimaryLanguage', () => {
  it.each([
    ['en', 'en'],
    ['EN-gb', 'en'],
    ['zh-Hant-TW', 'zh'],
    [undefined, 'und'],
    ['', 'und'],
    ['-x', 'und'],
  ])('%j → %s', (tag, language) => {
    expect(toPrimaryLanguage(tag)).toBe(language);
  });
});

describe('toTerm', () => {
  it.each([
    ['en', 'talks talk talking'],
    ['en', 'Elections election'],
    ['de', 'Wahlen Wahl'],
    ['fr', 'élections élection'],
    ['es', 'elecciones elección'],
    ['ar', 'الرئيس رئيس'],
  ])('%s: forms of one word are one term: %s', (language, text) => {
    expect(new Set(listTerms(text, language)).size).toBe(1);
  });

  it('the commonest words, weekdays and months tell nothing', () => {
    expect(listTerms('the of and Tuesday in February', 'en')).toEqual([]);
    expect(listTerms('der die und Dienstag im Februar', 'de')).toEqual([]);
    expect(listTerms('は の に 火曜日', 'ja')).toEqual([]);
  });

  it('an acronym is another term than the word of its letters', () => {
    const [acronym] = listTerms('envoys of the WHO', 'en').slice(-1);
    expect(acronym).toBe('=who');
    expect(listTerms('who says so', 'en')).not.toContain('=who');
    expect(listTerms('the US and the U.S. leave', 'en').filter((term) => term === '=us')).toHaveLength(2);
  });

  it('letters alone are skipped, but a name such as X; digits and Han letters are words', () => {
    expect(listTerms('the x of b', 'en')).toEqual([]);
    expect(listTerms('what K says', 'en')).toContain('=k');
    expect(listTerms('room 7', 'en')).toContain('7');
    expect(listTerms('核', 'zh')).toEqual(['核']);
  });

  it('X is a name', () => {
    expect(listTerms('a fine for X of Musk', 'en')).toContain('=x');
  });

  it.each([
    ['fr', 'Bruxelles'],
    ['fr', 'Belgique'],
    ['de', 'Berlin'],
    ['es', 'Madrid'],
    ['en', 'Brussels'],
  ])('%s: names of places say something: %s', (language, name) => {
    expect(listTerms(`— ${name}`, language)).toHaveLength(1);
  });

  it('accents are folded, case too', () => {
    expect(listTerms('Ormuz Órmuz ORMUZ', 'es')).toEqual(['ormuz', 'ormuz', 'ormuz']);
  });

  it('a language without a stemmer keeps its words', () => {
    expect(listTerms('wybory wyborów', 'pl')).toEqual(['wybory', 'wyborow']);
  });
});

describe('getVocabulary', () => {
  it('what is commoner has a larger share; a rare word has none', () => {
    const { shares, toTerm } = getVocabulary('en');
    const shareOf = (word: string) =>
      shares.get(toTerm({ word, isName: false, isAcronym: false })?.hash ?? 0) ?? 0;
    expect(shareOf('government')).toBeGreaterThan(shareOf('ceasefire'));
    expect(shareOf('hormuz')).toBe(0);
    expect([...shares.values()].every((share) => share > 0 && share <= 1)).toBe(true);
  });

  it('the hash of a term is that of its word, the same again and again, whatever was read meanwhile', () => {
    const { toTerm } = getVocabulary('en');
    const first = toTerm({ word: 'Harbour', isName: true, isAcronym: false });
    for (let n = 0; n < 45_000; n++) toTerm({ word: `w${n}`, isName: false, isAcronym: n % 2 === 0 });
    expect(first).toEqual({ word: 'harbour', hash: hashTerm('harbour') });
    expect(toTerm({ word: 'Harbour', isName: false, isAcronym: false })).toEqual(first);
    expect(toTerm({ word: 'WHO', isName: true, isAcronym: true })?.word).toBe('=who');
    expect(toTerm({ word: 'WHO', isName: false, isAcronym: false })?.word).not.toBe('=who');
  });

  it('is made once', () => {
    expect(getVocabulary('sv')).toBe(getVocabulary('sv'));
  });

  it.each(['und', 'xx', 'qaa', 'tlh'])('%s is read all the same', (language) => {
    expect(listTerms('Ghotuo harbour 12', language)).toHaveLength(3);
    expect(getVocabulary(language).stopWords.size).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import {
  countHabits as countOfHashes,
  type EntryText,
  listHashes,
  readTerms,
  readTokens,
} from '../../src/dedupe/entry-terms.ts';
import { hashTerm, isNumberHash } from '../../src/dedupe/hash-term.ts';

const datedAt = new Date('2026-02-17T10:00:00Z');
const read = (change: Partial<EntryText>, habits?: Parameters<typeof readTerms>[1]) =>
  readTerms({ title: '', summary: '', text: '', language: 'en', datedAt, ...change }, habits);
const countHabits = (entries: Parameters<typeof readTokens>[0][]) =>
  countOfHashes(entries.map((entry) => listHashes(readTokens(entry))));
const weightOf = (terms: ReturnType<typeof readTerms>, word: string) =>
  terms.terms.find((term) => term.word === word)?.weight ?? 0;
const manyWords = (count: number, seed = '') => Array.from({ length: count }, (_, n) => `${seed}qu${n}x`);

describe('readTerms', () => {
  it('weighs by the places: title, summary, lead text', () => {
    const terms = read({ title: 'harbour', summary: 'vessel', text: 'lantern' });
    expect(weightOf(terms, 'harbour')).toBeCloseTo(Math.SQRT2);
    expect(weightOf(terms, 'vessel')).toBeCloseTo(1);
    expect(weightOf(terms, 'lantern')).toBeCloseTo(Math.SQRT1_2);
    const everywhere = read({ title: 'harbour', summary: 'the harbour', text: 'a harbour' });
    expect(weightOf(everywhere, 'harbour')).toBeCloseTo(Math.sqrt(3.5));
  });

  it('a word counts once a place, however often it stands there', () => {
    expect(weightOf(read({ summary: 'vessel vessel vessel' }), 'vessel')).toBeCloseTo(1);
  });

  it('names weigh a fifth more; the title weight is that of the title alone', () => {
    const { terms } = read({ title: 'the envoy met Macron', summary: 'lantern' });
    expect(terms.find(({ word }) => word === 'macron')).toMatchObject({ titleWeight: 1.2 });
    expect(terms.find(({ word }) => word === 'envoy')).toMatchObject({ titleWeight: 1 });
    expect(terms.find(({ word }) => word === 'lantern')).toMatchObject({ titleWeight: 0 });
  });

  it('terms are distinct and ascending, at most 200, those of the title before those of the text', () => {
    const title = manyWords(300, 'ti').join(' ');
    const { terms } = read({ title, summary: manyWords(50, 'su').join(' ') });
    expect(terms).toHaveLength(200);
    const hashes = terms.map(({ hash }) => hash);
    expect(hashes).toEqual([...new Set(hashes)].sort((a, b) => a - b));
    expect(terms.every(({ titleWeight }) => titleWeight > 0)).toBe(true);
  });

  it('the lead is what follows the summary in the text, and only where the summary is short', () => {
    const summary = 'The vessel left the harbour before dawn.';
    expect(weightOf(read({ summary, text: `${summary} A lantern burned.` }), 'vessel')).toBeCloseTo(1);
    expect(weightOf(read({ summary, text: `${summary} A lantern burned.` }), 'lantern')).toBeCloseTo(
      Math.SQRT1_2,
    );
    expect(weightOf(read({ summary: 'long '.repeat(70), text: 'A lantern burned.' }), 'lantern')).toBe(0);
    expect(weightOf(read({ text: `${'so '.repeat(120)} lantern` }), 'lantern')).toBe(0);
  });

  it('a summary cut off with … is still told from the text that goes on', () => {
    const text = 'The vessel left the harbour before dawn and a lantern burned.';
    expect(weightOf(read({ summary: 'The vessel left the harbour before…', text }), 'vessel')).toBeCloseTo(1);
  });

  it.each([
    ['nothing', {}],
    ['only common words', { title: 'The of and', summary: 'to a in' }],
    ['only emoji', { title: '😀🎉', summary: '👨‍👩‍👧' }],
    ['control characters and halves', { title: '\u0000\u0007\ud83d', summary: '\udc00' }],
    ['punctuation', { title: '… – !?', summary: '---' }],
  ])('%s has no terms, no shingles and no days', (_name, change) => {
    expect(read(change)).toMatchObject({ terms: [], shingles: new Int32Array(), days: [] });
  });

  it.each([
    ['en-GB', 'en'],
    ['zh-Hant', 'zh'],
    [undefined, 'und'],
    ['tlh', 'und'],
  ])('language %s is %s', (language, primary) => {
    expect(read({ title: 'harbour', language }).language).toBe(primary);
  });

  it.each(['ja', 'zh', 'th'])('%s without spaces has several terms', (language) => {
    const title = { ja: '日本の首相がイランを訪問', zh: '伊朗总统访问中国', th: 'นายกรัฐมนตรีเดินทางไปปารีส' }[
      language
    ];
    expect(read({ title, language }).terms.length).toBeGreaterThanOrEqual(3);
  });

  it('numbers are told from words', () => {
    const { terms } = read({ title: 'Puzzle 211' });
    expect(terms.map(({ word, hash }) => [word, isNumberHash(hash)]).sort()).toEqual([
      ['211', true],
      ['puzzl', false],
    ]);
  });

  it('tokens that were read before come to the same', () => {
    const entry = {
      title: 'the envoy met Macron on Monday',
      summary: 'in the harbour',
      text: 'lantern',
      datedAt,
    };
    expect(readTerms(entry, undefined, readTokens(entry))).toEqual(readTerms(entry));
  });

  it('reads long texts', () => {
    const long = `${manyWords(20_000).join(' ')} `.repeat(2);
    expect(read({ title: long, summary: long, text: long }).terms).toHaveLength(200);
  });
});

describe('habits', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      title: `Ghana: ${manyWords(1, `h${'abcdefghijklmnop'[n]}`)[0]}`,
      summary: 'By our correspondent',
      language: 'en',
    }));

  it('count each term once an entry', () => {
    const habits = countHabits(entries(10).map((entry) => ({ ...entry, summary: 'Ghana Ghana' })));
    expect(habits.entries).toBe(10);
    expect(habits.counts.get(hashTerm('ghana'))).toBe(10);
  });

  it('what all entries say weighs next to nothing, what one says keeps its weight', () => {
    const habits = countHabits(entries(16));
    const [first] = entries(16);
    const [plain, reduced] = [read({ ...first }), read({ ...first }, habits)];
    expect(weightOf(reduced, 'ghana')).toBeLessThan(weightOf(plain, 'ghana') * 0.05);
    const own = plain.terms.find(({ word }) => word?.startsWith('haqu'))?.word ?? '';
    expect(weightOf(reduced, own)).toBeCloseTo(weightOf(plain, own));
  });

  it('falls with each entry that says it', () => {
    const all = entries(16);
    const factors = [1, 2, 4, 8, 16].map((count) => {
      const habits = countHabits(all.map((entry, n) => ({ ...entry, summary: n < count ? 'lantern' : '' })));
      return weightOf(read({ summary: 'lantern' }, habits), 'lantern');
    });
    expect(factors).toEqual([...factors].sort((a, b) => b - a));
    expect(new Set(factors).size).toBe(5);
  });

  it.each([0, 1, 7])('%i entries have no habits', (count) => {
    const habits = countHabits(entries(count));
    expect(read({ title: 'Ghana harbour' }, habits)).toEqual(read({ title: 'Ghana harbour' }));
  });
});

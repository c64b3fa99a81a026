import { describe, expect, it } from 'vitest';

import { toAlgorithm, toStem } from '../../src/text/stem.ts';

describe('toAlgorithm', () => {
  it.each([
    ['en', 'english'],
    ['en-GB', 'english'],
    ['DE-at', 'german'],
    ['nb', 'norwegian'],
    ['zh', 'english'],
    ['', 'english'],
    ['constructor', 'english'],
    [undefined, 'english'],
  ])('%s → %s', (language, algorithm) => {
    expect(toAlgorithm(language)).toBe(algorithm);
  });
});

describe('toStem', () => {
  it.each([
    ['de', 'wahl', 'wahlen'],
    ['de', 'baum', 'bäume'],
    ['en', 'election', 'elections'],
    ['fr', 'élection', 'élections'],
    ['es', 'elección', 'elecciones'],
    ['it', 'elezione', 'elezioni'],
    ['nl', 'verkiezing', 'verkiezingen'],
    ['pt', 'guerra', 'guerras'],
    ['ru', 'выбор', 'выборов'],
    ['sv', 'krig', 'krigen'],
  ])('%s: %s and %s share a stem', (language, one, other) => {
    expect(toStem(one, toAlgorithm(language))).toBe(toStem(other, toAlgorithm(language)));
  });

  it('leaves what is too long for a word as it is, but folded', () => {
    expect(toStem(`é${'elections'.repeat(5)}`, 'english')).toBe(`e${'elections'.repeat(5)}`);
  });

  it('stems more words than it keeps', () => {
    for (let index = 0; index < 25_000; index += 1) toStem(`w${index}s`, 'english');
    expect(toStem('elections', 'english')).toBe('elect');
  });
});

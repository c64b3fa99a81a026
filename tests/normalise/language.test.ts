import { describe, expect, it } from 'vitest';
import { detectLanguage, toLanguageTag, toTrustedLanguage } from '../../src/normalise/language.ts';

const german =
  'Die Regierung hat am Dienstag mitgeteilt, dass die Verhandlungen bis zum Ende des Jahres fortgesetzt werden sollen, obwohl die Opposition das Vorhaben ablehnt.';
const english =
  'The government said on Tuesday that the negotiations would go on until the end of the year, although the opposition rejects the plan altogether.';

describe('toLanguageTag', () => {
  it.each([
    ['en', 'en'],
    ['EN', 'en'],
    ['en-us', 'en-US'],
    ['en_US', 'en-US'],
    [' de-DE ', 'de-DE'],
    ['zh-hans-cn', 'zh-Hans-CN'],
    ['iw', 'he'],
    ['en-us, de', 'en-US'],
    ['en-us-x-private', 'en-US-x-private'],
    ['English', undefined],
    ['french', undefined],
    ['und', undefined],
    ['mul', undefined],
    ['', undefined],
    [' ', undefined],
    ['-', undefined],
    ['e', undefined],
    ['en--us', undefined],
    ['<b>', undefined],
    ['x'.repeat(1_000_000), undefined],
    [undefined, undefined],
  ])('reads %j as %j', (declared, expected) => {
    expect(toLanguageTag(declared)).toBe(expected);
  });
});

describe('detectLanguage', () => {
  it('knows a language when there is enough text', () => {
    expect(detectLanguage(german)).toBe('de');
    expect(detectLanguage(english)).toBe('en');
    expect(
      detectLanguage('Правительство заявило во вторник, что переговоры будут продолжены до конца года.'),
    ).toBe('ru');
  });

  it('says nothing about short texts and noise', () => {
    expect(detectLanguage('Talks go on')).toBeUndefined();
    expect(detectLanguage('')).toBeUndefined();
    expect(detectLanguage('1234567890 '.repeat(20))).toBeUndefined();
    expect(detectLanguage('— … !!! ??? '.repeat(20))).toBeUndefined();
  });
});

describe('toTrustedLanguage', () => {
  it('believes what is declared, also where the detector has no say or no certainty', () => {
    expect(toTrustedLanguage('de-AT', german)).toBe('de-AT');
    expect(toTrustedLanguage('nb', german)).toBe('nb');
    expect(toTrustedLanguage('en', 'too short')).toBe('en');
    expect(toTrustedLanguage('en', '12 34 '.repeat(50))).toBe('en');
  });

  it('does not let a near language outvote the publisher', () => {
    expect(
      toTrustedLanguage(
        'da',
        'Regjeringen sa tirsdag at forhandlingene skal fortsette til slutten av året, selv om opposisjonen er imot hele planen.',
      ),
    ).toBe('da');
  });

  it('drops a declaration that the text plainly refutes', () => {
    expect(toTrustedLanguage('en-US', german)).toBeUndefined();
    expect(
      toTrustedLanguage(
        'en-US',
        'Правительство заявило во вторник, что переговоры будут продолжены до конца года. '.repeat(2),
      ),
    ).toBeUndefined();
  });

  it('has nothing to say without a declaration', () => {
    expect(toTrustedLanguage(undefined, german)).toBeUndefined();
    expect(toTrustedLanguage('German', german)).toBeUndefined();
  });
});

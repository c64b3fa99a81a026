import { isUnspaced } from './words.ts';

/** A word as it stands in a text. */
export interface Token {
  /** With its case and accents; "U.S." is "US". */
  word: string;
  /** Begins with a capital letter where the text would not ask for one, or is all of capitals: likely a name. */
  isName: boolean;
  /** Two or three capitals: "US", "WHO". */
  isAcronym: boolean;
}

const pattern = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|['’.](?=\p{L}))*/gu;
const capital = /^\p{Lu}/u;
const capitals = /^\p{Lu}[\p{Lu}\p{N}]*$/u;
const hasSmall = /\p{Ll}/u;
const initials = /^\p{L}(?:\.\p{L})+$/u;
const possessive = /['’]s$/i;
const dotOrApostrophe = /['’.]/;
const sentenceEnd = /[.!?:;•|…"“”„«»‘(\n]\s{0,8}$/;

/** Languages whose articles and prepositions are written into the next word: "l'Iran", "dell'Iran". */
const eliding: ReadonlySet<string> = new Set(['ca', 'fr', 'it', 'oc']);
/** Languages that write all nouns with a capital. */
const capitalising: ReadonlySet<string> = new Set(['de', 'lb']);

/** A headline in which this share of the words has a capital is set in capitals: they say nothing of names. */
const titleCaseShare = 0.7;

/** UTF-16 units that are read of a text: titles and summaries are shorter, and segmenting takes more than linear time. */
const longestRead = 2_000;

const segmenters = new Map<string, Intl.Segmenter>();

/**
 * The words of the first 2,000 characters of a text in their order. Scripts without spaces are cut by the dictionary of Intl.Segmenter (UAX #29).
 * @param language primary subtag, or `und`
 */
export function listTokens(whole: string, language: string): Token[] {
  const text = whole.slice(0, longestRead);
  const found = [...text.matchAll(pattern)];
  const hasSmalls = hasSmall.test(text);
  const showsNames = hasSmalls && !capitalising.has(language) && !isTitleCase(found);
  const tokens: Token[] = [];
  let end = 0;
  for (const match of found) {
    const raw = match[0];
    const opens = end === 0 || sentenceEnd.test(text.slice(end, match.index));
    end = match.index + raw.length;
    if (isUnspaced(raw)) {
      for (const word of segment(raw, language)) tokens.push({ word, isName: false, isAcronym: false });
      continue;
    }
    for (const word of spell(raw, language)) {
      const isAcronym = hasSmalls && word.length > 1 && word.length <= 3 && capitals.test(word);
      tokens.push({ word, isName: isAcronym || (showsNames && !opens && capital.test(word)), isAcronym });
    }
  }
  return tokens;
}

/** "U.S." → "US", "Iran's" → "Iran", "end.The" → "end", "The", French "l'Iran" → "l", "Iran". */
function spell(raw: string, language: string): string[] {
  if (initials.test(raw)) return [raw.replaceAll('.', '')];
  const word = raw.replace(possessive, '');
  const parts = word.split(eliding.has(language) ? dotOrApostrophe : '.');
  return parts.length === 1 ? parts : parts.filter((part) => part !== '');
}

function isTitleCase(found: RegExpExecArray[] | RegExpMatchArray[]): boolean {
  const large = found.filter(([word]) => capital.test(word)).length;
  return found.length > 3 && large / found.length > titleCaseShare;
}

function* segment(run: string, language: string): Generator<string> {
  let segmenter = segmenters.get(language);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(language === 'und' ? undefined : language, { granularity: 'word' });
    segmenters.set(language, segmenter);
  }
  for (const { segment: word, isWordLike } of segmenter.segment(run)) if (isWordLike) yield word;
}

import { listTokens, type Token } from '../text/tokens.ts';
import { listDays } from './named-days.ts';
import { toShingles } from './shingles.ts';
import { getVocabulary, toPrimaryLanguage, type Vocabulary, type VocabularyTerm } from './vocabulary.ts';

/** The texts of an entry that grouping reads. */
export interface EntryText {
  title: string;
  summary: string;
  /** The beginning of the body as plain text; '' for none. */
  text: string;
  /** BCP 47 tag. */
  language?: string;
  datedAt: Date;
}

/** A term of an entry, with the weight that its places in the text give it: see readTerms. */
export interface Term {
  hash: number;
  /** In title, summary and lead text; 0 to about 2.3. */
  weight: number;
  /** In the title alone; 0 when it is not in it. */
  titleWeight: number;
  /** The term itself, for explanations; undefined when it was read from the database. */
  word?: string;
}

/** What an entry is compared by. */
export interface EntryTerms {
  /** Primary language subtag; `und` when it is unknown. Entries of different languages are not compared. */
  language: string;
  /** By hash, ascending, at most 200. */
  terms: Term[];
  /** Bottom sketch of the text: see toShingles. */
  shingles: Int32Array;
  /** Days that title and summary name, counted from 1970-01-01, ascending. */
  days: number[];
}

/** How often terms are found in the entries of one source: what a source always says, says nothing. */
export interface SourceHabits {
  entries: number;
  /** How many of them have a term, by hash. */
  counts: ReadonlyMap<number, number>;
}

const weights = { title: 2, summary: 1, lead: 0.5, name: 1.2 };
/** Lead text is read where the summary is shorter than this, up to so many UTF-16 units in all. */
const leadLength = 300;
const mostTerms = 200;
/** Fewer entries of a source have no habits. */
const leastEntries = 8;

/** The tokens of an entry's title and summary: read once, for its source's habits and for its terms. */
export interface EntryTokens {
  vocabulary: Vocabulary;
  title: Token[];
  summary: Token[];
}

export function readTokens({ title, summary, language }: Omit<EntryText, 'text' | 'datedAt'>): EntryTokens {
  const vocabulary = getVocabulary(toPrimaryLanguage(language));
  return {
    vocabulary,
    title: listTokens(title, vocabulary.language),
    summary: listTokens(summary, vocabulary.language),
  };
}

/**
 * Reads what an entry is compared by. A term weighs √(2 in the title + 1 in the summary + ½ in the lead text), names a
 * fifth more, and the less the more of its source's entries have it.
 */
export function readTerms(
  entry: EntryText,
  habits?: SourceHabits,
  tokens: EntryTokens = readTokens(entry),
): EntryTerms {
  const { vocabulary } = tokens;
  const terms: Term[] = [];
  for (const { hash, word, field, inTitle, isName } of collectTerms(entry, tokens)) {
    const share = (isName ? weights.name : 1) * toHabitFactor(hash, habits);
    if (share > 0) {
      terms.push({ hash, word, weight: Math.sqrt(field) * share, titleWeight: inTitle ? share : 0 });
    }
  }
  const kept =
    terms.length > mostTerms ? terms.sort((a, b) => b.weight - a.weight).slice(0, mostTerms) : terms;
  return {
    language: vocabulary.language,
    terms: kept.sort((a, b) => a.hash - b.hash),
    shingles: toShingles(entry),
    days: listDays([...tokens.title, ...tokens.summary], vocabulary, entry.datedAt),
  };
}

interface Found extends VocabularyTerm {
  field: number;
  /** The last field that it was found in. */
  seenIn: number;
  inTitle: boolean;
  isName: boolean;
}

function collectTerms(entry: EntryText, { vocabulary, title, summary }: EntryTokens): Iterable<Found> {
  const found = new Map<number, Found>();
  const lead = toLead(entry);
  const fields = [
    { tokens: title, weight: weights.title },
    { tokens: summary, weight: weights.summary },
    { tokens: lead === '' ? [] : listTokens(lead, vocabulary.language), weight: weights.lead },
  ];
  fields.forEach(({ tokens, weight }, place) => {
    for (const token of tokens) {
      const term = vocabulary.toTerm(token);
      if (term === undefined) continue;
      let known = found.get(term.hash);
      if (known === undefined) {
        known = {
          hash: term.hash,
          word: term.word,
          field: 0,
          seenIn: -1,
          inTitle: place === 0,
          isName: false,
        };
        found.set(term.hash, known);
      }
      if (known.seenIn !== place) known.field += weight;
      known.seenIn = place;
      known.isName ||= token.isName;
    }
  });
  return found.values();
}

/** What follows the summary in the text, where the summary is short. */
function toLead({ summary, text }: EntryText): string {
  const room = leadLength - summary.length;
  if (room <= 0 || text === '') return '';
  const start = summary.length > 20 && text.startsWith(summary.slice(0, -1)) ? summary.length : 0;
  return text.slice(start, start + room);
}

/** The distinct terms of an entry's title and summary. */
export function listHashes({ vocabulary, title, summary }: EntryTokens): Set<number> {
  const hashes = new Set<number>();
  for (const tokens of [title, summary]) {
    for (const token of tokens) {
      const term = vocabulary.toTerm(token);
      if (term !== undefined) hashes.add(term.hash);
    }
  }
  return hashes;
}

/** Counts in how many of a source's entries each term of title and summary is; of each entry its distinct terms. */
export function countHabits(entries: Iterable<number>[]): SourceHabits {
  const counts = new Map<number, number>();
  if (entries.length < leastEntries) return { entries: entries.length, counts };
  for (const entry of entries) {
    for (const hash of entry) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return { entries: entries.length, counts };
}

/** 1 for a term that one entry of the source has, 0 for one that all have, by the logarithm of their number. */
function toHabitFactor(hash: number, habits: SourceHabits | undefined): number {
  if (!habits || habits.entries < leastEntries) return 1;
  const count = habits.counts.get(hash) ?? 1;
  return Math.max(0, Math.log((habits.entries + 1) / count) / Math.log(habits.entries + 1));
}

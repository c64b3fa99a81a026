import { listTokens } from '../text/tokens.ts';
import { type Comparable, forEachCommon } from './compare.ts';
import { type EntryText, readTokens } from './entry-terms.ts';
import { isNumberHash } from './hash-term.ts';
import { copyFrom, type LikenessParts, likenessWeights, weighLikeness, weighRelation } from './likeness.ts';
import type { TermCounts } from './term-counts.ts';

/** A part of a likeness: what was measured, what it counts for, and what it adds to the sum. */
export interface ExplainedPart {
  part: 'text' | 'title' | 'evidence' | 'distance' | 'day';
  value: number;
  weight: number;
  adds: number;
}

/** A likeness with all that it is made of. */
export interface ExplainedLikeness {
  parts: ExplainedPart[];
  constant: number;
  /** Of the constant and what the parts add. */
  sum: number;
  /** The sum, unless a rule stands above it. */
  likeness: number;
  /** Two numbers of a series are never one event, and a copy always is, whatever the sum says. */
  rule?: 'copy' | 'series';
  /** See LikenessParts. */
  copy: number;
  /** How near they are as events of one affair: see weighRelation. */
  relation: number;
}

const names = ['text', 'title', 'evidence', 'distance', 'day'] as const;

/** Takes a likeness apart. */
export function explainParts(measured: LikenessParts): ExplainedLikeness {
  const { constant } = likenessWeights;
  const parts = names.map((part) => {
    const weight = likenessWeights[part];
    return { part, value: measured[part], weight, adds: weight * measured[part] };
  });
  const sum = parts.reduce((total, { adds }) => total + adds, constant);
  const rule = measured.isSeries ? 'series' : measured.copy >= copyFrom ? 'copy' : undefined;
  const { copy } = measured;
  return {
    parts,
    constant,
    sum,
    likeness: weighLikeness(measured),
    rule,
    copy,
    relation: weighRelation(measured),
  };
}

/** A term that two entries have in common. */
export interface SharedTerm {
  /** As it stands in one of the texts; undefined when it is in neither any more. */
  word?: string;
  kind: 'word' | 'name' | 'number';
  /** −ln of the share of entries that have it. */
  rarity: number;
  /** What it adds to the cosines of the texts and of the titles, 0 to 1. */
  text: number;
  title: number;
  /** What it adds to the evidence, before the logarithm is taken. */
  evidence: number;
}

/** The terms that both have, those first that add most. Words come from the texts themselves: see listSpokenWords. */
export function listSharedTerms(
  one: Comparable,
  other: Comparable,
  counts: TermCounts,
  spoken: ReadonlyMap<number, SpokenWord>,
): SharedTerm[] {
  const terms: SharedTerm[] = [];
  forEachCommon(one, other, (i, j) => {
    const hash = one.hashes[i] ?? 0;
    const { word, isName } = spoken.get(hash) ?? { word: undefined, isName: false };
    terms.push({
      word,
      kind: isNumberHash(hash) ? 'number' : isName ? 'name' : 'word',
      rarity: counts.getRarity(hash),
      text: (one.all[i] ?? 0) * (other.all[j] ?? 0),
      title: (one.title[i] ?? 0) * (other.title[j] ?? 0),
      evidence: Math.min(one.evidence[i] ?? 0, other.evidence[j] ?? 0),
    });
  });
  return terms.sort((a, b) => b.evidence - a.evidence || b.text - a.text);
}

/** A word as a text has it. */
export interface SpokenWord {
  word: string;
  isName: boolean;
}

/** The words of entries by the hashes of their terms, each as it stands where it is first. */
export function listSpokenWords(entries: EntryText[]): Map<number, SpokenWord> {
  const spoken = new Map<number, SpokenWord>();
  for (const entry of entries) {
    const { vocabulary, title, summary } = readTokens(entry);
    for (const token of [...title, ...summary, ...listTokens(entry.text, vocabulary.language)]) {
      const hash = vocabulary.toTerm(token)?.hash;
      if (hash === undefined) continue;
      const known = spoken.get(hash);
      if (!known) spoken.set(hash, { word: token.word, isName: token.isName });
      else known.isName ||= token.isName;
    }
  }
  return spoken;
}

import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { foldText } from '../text/fold.ts';
import { toSolidForm, toWordLine } from '../text/words.ts';
import { type FieldText, longestForRegex, toStemLine } from './field-text.ts';
import type { Term } from './rule.ts';
import type { Slip } from './rule-slip.ts';
import type { FieldName, RegexTree, TermTree, WordTree } from './rule-tree.ts';
import { toCanonicalLanguage } from './subject.ts';
import { type Needle, toNeedle } from './word-index.ts';

/** Throws the error of a slip at an offset of the rule. */
export type RaiseSlip = (slip: Slip, at: number, found?: string) => never;

type HitTest = (field: FieldText) => boolean;

/**
 * Compiles one term.
 * @param field where to look; undefined: in title and text, and everywhere for `*`
 * @returns the search, and the size of its regular expression's program (0 for others)
 */
export function compileTerm(
  tree: TermTree,
  field: FieldName | undefined,
  slip: RaiseSlip,
): Pick<Term, 'findHit'> & { instructions: number } {
  if (tree.kind === 'regex') {
    const regex = compileRegex(tree, slip);
    const test = (value: string) => regex.test(value.slice(0, longestForRegex));
    return {
      findHit: toFindHit((text) => text.values.some(test), field),
      instructions: regex.re2().numberOfInstructions(),
    };
  }
  if (tree.kind === 'everything') {
    const findHit = field === undefined ? () => 'all' as const : toFindHit(({ filled }) => filled, field);
    return { findHit, instructions: 0 };
  }
  const test = field === 'lang' ? compileLanguage(tree, slip) : compileWords(tree, slip);
  return { findHit: toFindHit(test, field), instructions: 0 };
}

function toFindHit(test: HitTest, field: FieldName | undefined): Term['findHit'] {
  if (field !== undefined) return (subject) => (test(subject[field]) ? field : undefined);
  return (subject) => (test(subject.title) ? 'title' : test(subject.text) ? 'text' : undefined);
}

function compileWords(tree: WordTree, slip: RaiseSlip): HitTest {
  const folded = foldText(tree.text);
  const line = toWordLine(folded);
  if (line === ' ') slip('no-word', tree.start, tree.text);
  if (tree.kind === 'word' && tree.text.includes('|')) {
    slip('foreign-operator', tree.start + tree.text.indexOf('|') + (tree.stem ? 1 : 0), '|');
  }
  const needle = toNeedle(line, tree.prefix);
  const solid = tree.kind === 'word' ? toSolidForm(folded) : undefined;
  const solidNeedle = solid === undefined ? undefined : toNeedle(toWordLine(solid), tree.prefix);
  if (tree.stem) return compileStem(tree.text, needle);
  if (solidNeedle !== undefined) return ({ words }) => words.has(needle) || words.has(solidNeedle);
  return ({ words }) => words.has(needle);
}

/** A stem hits wherever the word itself would, and wherever its stem by the subject's language does. */
function compileStem(text: string, plainNeedle: Needle): HitTest {
  const needles = new Map<string, Needle>();
  return (field) => {
    if (field.words.has(plainNeedle)) return true;
    let needle = needles.get(field.algorithm);
    if (needle === undefined) {
      needle = toNeedle(toStemLine(text, field.algorithm), false);
      needles.set(field.algorithm, needle);
    }
    return field.stems.has(needle);
  };
}

function compileLanguage(tree: WordTree, slip: RaiseSlip): HitTest {
  if (tree.stem) slip('stem-in-language', tree.start);
  const written = tree.text.trim();
  if (!languageCode.test(written)) slip('bad-language', tree.start, written);
  if (tree.prefix) {
    const start = written.toLowerCase().replaceAll('_', '-');
    return ({ values }) => values.some((value) => value.startsWith(start));
  }
  const tag = toCanonicalLanguage(written);
  return ({ values }) => values.some((value) => value === tag || value.startsWith(`${tag}-`));
}
const languageCode = /^[a-z]{1,3}(?:[-_][a-z0-9]{1,8}){0,6}[-_]?$/iu;

function compileRegex(tree: RegexTree, slip: RaiseSlip): RE2JS {
  if (tree.pattern.trim() === '') slip('empty-regex', tree.start);
  try {
    return RE2JS.compile(tree.pattern.normalize('NFC'), RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return slip('bad-regex', tree.start, toReason(error));
  }
}

function toReason(error: RE2JSException): string {
  if (!(error instanceof RE2JSSyntaxException)) return `${error.message}.`;
  const where = error
    .getPattern()
    ?.replace(/^\(\?i\)/, '')
    .slice(0, 60);
  const reason = where ? `${error.getDescription()} at ${where}.` : `${error.getDescription()}.`;
  const backtracking = where !== undefined && /^\(\?<?[=!]|^\\[1-9]/u.test(where);
  return backtracking ? `${reason} Look-around and back-references aren't available.` : reason;
}

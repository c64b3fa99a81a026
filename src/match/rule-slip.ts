import { AppError } from '../errors.ts';
import { findMeantField } from './meant-field.ts';
import { fieldNames } from './rule-tree.ts';

/** Sentences for the slips that we know by name; `found` is the piece of the rule that they are about. */
const sentences = {
  'lone-minus': () => 'expected a word, a "phrase" or "(" directly after "-", as in -sport.',
  'double-minus': () => 'expected a word, a "phrase" or "(" after "-", but found a second "-"; one excludes.',
  'minus-after-sign': () =>
    'expected a word here, but found "-". Write it in front of the whole term: -title:sport.',
  'unknown-field': (found) =>
    `there is no field "${found}:"${toSuggestion(found)} The fields are ${fieldList}. ` +
    'To look for the words themselves, put them in quotes.',
  'field-in-field': (found) =>
    `"${found}:" stands inside another field; a term is looked for in one field only.`,
  'no-value': () =>
    'expected a word, a "phrase", /a regular expression/ or "(" directly after the field\'s colon, without a space.',
  'operator-as-value': (found) => `${found} is an operator: put it in quotes to look for the word.`,
  'unclosed-group': () => 'this "(" is never closed: expected ")" before the end of the rule.',
  'empty-group': () => 'expected a word, a "phrase" or "(" inside the parentheses, but there is nothing.',
  'unclosed-quote': () => 'this quote is never closed: expected another " at the end of the phrase.',
  'lower-operator': (found) =>
    `operators are written in capitals: write ${found.toUpperCase()}, or "${found}" in quotes to look for the word.`,
  'leading-star': () => '"*" stands alone, meaning everything, or at the end of a word, as in elect*.',
  'inner-star': () => '"*" stands only once and only at the end of a word, as in elect*.',
  'lone-tilde': () => 'expected a word or a "phrase" directly after "~", as in ~election.',
  'double-tilde': () => 'expected a word after "~", but found a second "~".',
  'stem-and-prefix': () => '"~" and "*" exclude each other: write ~election or elect*.',
  'foreign-operator': (found) =>
    found.startsWith('|')
      ? `"${found}" is no operator here: write OR.`
      : `"${found}" is no operator here: write AND, or nothing, between terms. A name with "&" goes in quotes.`,
  'foreign-minus': (found) =>
    `"${found}" excludes nothing here: write "-" (a hyphen) or NOT in front of the term.`,
  'single-quote': () =>
    'phrases stand in double quotes: "middle east". A word that begins with \' goes in them too.',
  'unclosed-regex': () =>
    'this regular expression is never closed: expected another / at its end (write \\/ for a slash inside).',
  'regex-flags': (found) =>
    `expected a space after the regular expression's closing /, but found "${found}". Flags aren't needed: ` +
    'case is ignored; for exact case begin with (?-i); a slash inside is written \\/.',
  'empty-regex': () => 'this regular expression is empty: write what to look for between the slashes.',
  'bad-regex': (found) => `this regular expression can't be read: ${found}`,
  'large-regex': (found) =>
    `this regular expression is too large (${found}): use fewer or smaller repetitions.`,
  'too-deep': (found) => `parentheses and NOT stand more than ${found} deep here; write the rule flatter.`,
  'too-many-terms': (found) => `a rule may have at most ${found} terms, and here begins one more.`,
  'no-word': (found) =>
    `expected a word, but "${found}" has no letter or digit. To look for signs use a regular expression: /…/.`,
  'bad-language': (found) =>
    `expected a language code such as en or de-AT after "lang:", but found "${found}".`,
  'stem-in-language': () => '"~" has no meaning in "lang:"; "lang:en" takes en-GB in by itself.',
} as const satisfies Record<string, (found: string) => string>;

export type Slip = keyof typeof sentences;

const fieldList = fieldNames.map((name) => `${name}:`).join(' ');

/** Characters two columns wide in fixed-width type; the ideographic space is as wide. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;
/** Characters shown of a long line around the column. */
const shownBefore = 60;
const shownAfter = 40;
/** Characters of a rule that a sentence cites at most. */
const longestFound = 160;

/** The error for a slip at an offset of a rule. */
export function toSlipError(rule: string, slip: Slip, at: number, found: string): AppError {
  return toRuleError(rule, at, sentences[slip](shorten(found)));
}

/**
 * The error for an offset where the grammar knew no way on: there a term is missing or a ")" is too much.
 */
export function toSyntaxError(rule: string, at: number): AppError {
  const before = /(?:^|[\s()"“”„*])(AND|OR|NOT)$|(\()$/u.exec(rule.slice(0, at).trimEnd().slice(-10));
  const after = before?.[1] ?? before?.[2];
  if (rule[at] === ')' && after === undefined) {
    return toRuleError(rule, at, 'found ")" without a "(" before it.');
  }
  const place = after === undefined ? 'at the beginning' : `after ${after === '(' ? '"("' : after}`;
  const next = /^(?:AND|OR|NOT)(?![\p{L}\p{N}])|^./u.exec(rule.slice(at, at + 10))?.[0];
  const instead =
    next === undefined ? 'the rule ends here' : `found ${/^\w/u.test(next) ? next : `"${next}"`}`;
  const hint = next === 'AND' || next === 'OR' ? ` ${next} stands between two terms.` : '';
  return toRuleError(rule, at, `expected a word, a "phrase" or "(" ${place}, but ${instead}.${hint}`);
}

/** An error with the sentence, and below it the rule's line with a caret under the column (in characters, from 1). */
export function toRuleError(rule: string, at: number, sentence: string): AppError {
  const lineStart = Math.max(rule.lastIndexOf('\n', at - 1), rule.lastIndexOf('\r', at - 1)) + 1;
  const lineNumber = rule.slice(0, lineStart).split(/\r\n|\r|\n/).length;
  const line = rule.slice(lineStart).split(/[\r\n]/, 1)[0] ?? '';
  const before = [...line.slice(0, at - lineStart)];
  const after = [...line.slice(at - lineStart)];
  const shown = before.slice(-shownBefore);
  const lead = before.length > shownBefore ? '…' : '';
  const trail = after.length > shownAfter ? '…' : '';
  const place = lineNumber > 1 ? `Line ${lineNumber}, column` : 'Column';
  const excerpt = `${lead}${shown.join('')}${after.slice(0, shownAfter).join('')}${trail}`.replace(
    /\s/gu,
    ' ',
  );
  const indent = shown.map((character) => (wide.test(character) ? '\u3000' : ' ')).join('');
  const caret = `${' '.repeat(lead.length)}${indent}^`;
  return new AppError('bad-rule', `${place} ${before.length + 1}: ${sentence}\n${excerpt}\n${caret}`);
}
function shorten(found: string): string {
  const characters = [...found.replace(/\s+/gu, ' ')];
  return characters.length > longestFound
    ? `${characters.slice(0, longestFound).join('')}…`
    : characters.join('');
}

function toSuggestion(found: string): string {
  const meant = findMeantField(found);
  return meant === undefined ? '.' : ` — did you mean ${meant}:?`;
}

import { AppError } from '../errors.ts';
import { compileTerm, type RaiseSlip } from './compile-term.ts';
import type { Rule, RuleNode } from './rule.ts';
import { SyntaxError as GrammarError, parse } from './rule-grammar.js';
import { toSlipError, toSyntaxError } from './rule-slip.ts';
import { type FieldName, fieldNames, type RuleTree } from './rule-tree.ts';

/** What a rule may be at most; the regular expressions' programs are counted in RE2 instructions. */
export const ruleLimits = { characters: 4_000, depth: 50, terms: 500, regexInstructions: 1_000 } as const;

const longestClause = 200;

/**
 * Reads a topic's rule.
 * @throws AppError `bad-rule` for anything that is no rule; its message gives the column, what was expected there,
 * and on the two lines below the rule with a caret under the column
 */
export function parseRule(text: string): Rule {
  if (text.trim() === '') {
    throw new AppError('bad-rule', 'The rule is empty: write words to look for, or * for everything.');
  }
  if (text.length > ruleLimits.characters) {
    const message = `The rule has ${text.length} characters; at most ${ruleLimits.characters} are allowed.`;
    throw new AppError('bad-rule', message);
  }
  const slip: RaiseSlip = (code, at, found = '') => {
    throw toSlipError(text, code, at, found);
  };
  return { text, root: compile(readTree(text, slip), { text, slip, terms: 0, instructions: 0 }) };
}

function readTree(text: string, slip: RaiseSlip): RuleTree {
  try {
    return parse(text, {
      isField: (name: string) => isField(name.toLowerCase()),
      maxDepth: ruleLimits.depth,
      slip: (code: Parameters<RaiseSlip>[0], at: number, found?: string) =>
        slip(code, at, code === 'too-deep' ? String(ruleLimits.depth) : found),
    });
  } catch (error) {
    if (error instanceof GrammarError) throw toSyntaxError(text, error.location.start.offset);
    throw error;
  }
}

interface Compiling {
  text: string;
  slip: RaiseSlip;
  terms: number;
  instructions: number;
}

function compile(tree: RuleTree, state: Compiling, field?: FieldName): RuleNode {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return { kind: tree.kind, items: tree.items.map((item) => compile(item, state, field)) };
    case 'not':
      return { kind: 'not', item: compile(tree.item, state, field), clause: toClause(state, tree, field) };
    case 'field':
      if (field !== undefined) state.slip('field-in-field', tree.start, tree.name);
      return compile(tree.item, state, isField(tree.name) ? tree.name : undefined);
    default: {
      state.terms += 1;
      if (state.terms > ruleLimits.terms) state.slip('too-many-terms', tree.start, String(ruleLimits.terms));
      const { instructions, findHit } = compileTerm(tree, field, state.slip);
      state.instructions += instructions;
      if (state.instructions > ruleLimits.regexInstructions) {
        const sum = `${state.instructions} instructions, with those before it; at most ${ruleLimits.regexInstructions}`;
        state.slip('large-regex', tree.start, sum);
      }
      return { kind: 'term', clause: toClause(state, tree, field), findHit };
    }
  }
}

/** The text of a part of the rule; inside a field's parentheses the field's name is set before it. */
function toClause(
  { text }: Compiling,
  { start, end }: { start: number; end: number },
  field?: FieldName,
): string {
  const written = text.slice(start, end);
  const clause = field === undefined ? written : `${field}:${written}`;
  const characters = [...clause];
  return characters.length > longestClause ? `${characters.slice(0, longestClause - 1).join('')}…` : clause;
}

function isField(name: string): name is FieldName {
  return fieldNames.some((field) => field === name);
}

/** The fields that a rule can name. */
export const fieldNames = ['title', 'text', 'author', 'category', 'source', 'lang', 'url'] as const;
export type FieldName = (typeof fieldNames)[number];

/** Where a piece of a rule stands in its text: offsets in UTF-16 units, the end exclusive. */
interface Span {
  start: number;
  end: number;
}

export interface WordTree extends Span {
  kind: 'word' | 'phrase';
  text: string;
  /** `*` follows: the last word may go on. */
  prefix: boolean;
  /** `~` precedes. */
  stem: boolean;
}

export interface RegexTree extends Span {
  kind: 'regex';
  pattern: string;
}

export interface EverythingTree extends Span {
  kind: 'everything';
}

export type TermTree = WordTree | RegexTree | EverythingTree;

/** A rule as rule-grammar.peggy reads it: shape only, nothing folded or compiled. */
export type RuleTree =
  | TermTree
  | { kind: 'and' | 'or'; items: RuleTree[] }
  | ({ kind: 'not'; item: RuleTree } & Span)
  | ({ kind: 'field'; name: string; item: RuleTree } & Span);

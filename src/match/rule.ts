import type { FieldName } from './rule-tree.ts';
import type { MatchSubject } from './subject.ts';

/** One word, phrase, regular expression or `*` of a rule, ready to be looked for. */
export interface Term {
  kind: 'term';
  /** As written, with its field, at most 200 characters. */
  clause: string;
  /** The field in which it hits (`all` for a bare `*`); undefined when it doesn't. */
  findHit(subject: MatchSubject): FieldName | 'all' | undefined;
}

export type RuleNode =
  | Term
  | { kind: 'and' | 'or'; items: readonly RuleNode[] }
  | { kind: 'not'; item: RuleNode; clause: string };

/** A topic's rule, read and compiled; may be kept and used for any number of subjects. */
export interface Rule {
  /** As written. */
  text: string;
  root: RuleNode;
}

import type { MatchReason } from '../model/placement.ts';
import type { Rule, RuleNode } from './rule.ts';
import type { MatchSubject } from './subject.ts';

const mostReasons = 20;

/**
 * Whether a subject is what a rule asks for, and why.
 * @returns undefined when it isn't; else the clauses that hit and made it so, each once and at most 20; when only
 * exclusions did (`-sport`), these, with the field `all`. Never empty.
 */
export function matchRule(rule: Rule, subject: MatchSubject): MatchReason[] | undefined {
  if (!holds(rule.root, subject)) return undefined;
  const { hits, exclusions } = explain(rule.root, subject);
  const reasons = new Map<string, MatchReason>();
  for (const reason of hits.length > 0 ? hits : exclusions) {
    if (reasons.size >= mostReasons) break;
    reasons.set(`${reason.field} ${reason.clause}`, reason);
  }
  return [...reasons.values()];
}

function holds(node: RuleNode, subject: MatchSubject): boolean {
  switch (node.kind) {
    case 'term':
      return node.findHit(subject) !== undefined;
    case 'and':
      return node.items.every((item) => holds(item, subject));
    case 'or':
      return node.items.some((item) => holds(item, subject));
    case 'not':
      return !holds(node.item, subject);
  }
}

interface Explained {
  holds: boolean;
  /** The clauses that hit and made `holds` what it is. */
  hits: MatchReason[];
  /** The outermost negations that hold. */
  exclusions: MatchReason[];
}

/** As `holds`, but looks at every clause. */
function explain(node: RuleNode, subject: MatchSubject): Explained {
  if (node.kind === 'term') {
    const field = node.findHit(subject);
    if (field === undefined) return { holds: false, hits: [], exclusions: [] };
    return { holds: true, hits: [{ clause: node.clause, field }], exclusions: [] };
  }
  if (node.kind === 'not') {
    const inner = explain(node.item, subject);
    const exclusions = inner.holds ? [] : [{ clause: node.clause, field: 'all' }];
    return { holds: !inner.holds, hits: inner.hits, exclusions };
  }
  const items = node.items.map((item) => explain(item, subject));
  const all = node.kind === 'and';
  const result = all ? items.every((item) => item.holds) : items.some((item) => item.holds);
  const speaking = items.filter((item) => item.holds === result);
  return {
    holds: result,
    hits: speaking.flatMap(({ hits }) => hits),
    exclusions: speaking.flatMap(({ exclusions }) => exclusions),
  };
}

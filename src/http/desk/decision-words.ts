import type { ActName, Decision } from '../../model/decision.ts';

export const actWords: Record<ActName, string> = {
  publish: 'published it',
  hold: 'held it',
  spike: 'spiked it',
  release: 'put it back among the candidates',
  pin: 'pinned it',
  unpin: 'unpinned it',
  edit: 'edited headline or standfirst',
  correct: 'corrected it in public',
  lead: 'chose the lead',
  schedule: 'scheduled it',
  place: 'placed it here',
  merge: 'merged another story into it',
  undo: 'took a decision back',
};

/** "Ana Torres published it". */
export function toDecisionWords({ editorName, act }: Pick<Decision, 'editorName' | 'act'>): string {
  return `${editorName} ${actWords[act]}`;
}

import type { ActName, Decision } from './decision.ts';

/** What an act is called once it is done, and how an editor asks for it again. */
const words: Record<ActName, { done: string; again: string }> = {
  publish: { done: 'published this', again: 'Press p again to publish it all the same.' },
  hold: { done: 'held this', again: 'Press h again to hold it all the same.' },
  spike: { done: 'spiked this', again: 'Press x again to spike it all the same.' },
  release: { done: 'put this back among the candidates', again: 'Do it again to put it back all the same.' },
  pin: { done: 'pinned this', again: 'Press i again to pin it all the same.' },
  unpin: { done: 'unpinned this', again: 'Press i again to unpin it all the same.' },
  edit: { done: 'edited this', again: 'Save again to have your words all the same.' },
  correct: { done: 'corrected this', again: 'Send it again to correct it all the same.' },
  lead: { done: 'chose the lead of this', again: 'Choose again to have your lead all the same.' },
  schedule: { done: 'scheduled this', again: 'Save again to have your times all the same.' },
  place: { done: 'placed this', again: 'Press t again to place it all the same.' },
  merge: { done: 'merged this', again: 'Press m again to merge it all the same.' },
  undo: { done: 'took back a decision on this', again: 'Press u again to undo it all the same.' },
};

/** "Ana spiked this 12 seconds ago". */
export function describeDecision(decision: Decision, now: Date): string {
  const { editorId, editorName, act, madeAt } = decision;
  return `${editorId === undefined ? `The ${editorName}` : editorName} ${words[act].done} ${toAgo(madeAt, now)}`;
}

/** How an editor asks for it again. */
export function toAgain(act: ActName): string {
  return words[act].again;
}

function toAgo(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  if (seconds < 1) return 'just now';
  if (seconds < 90) return count(seconds, 'second');
  if (seconds < 5_400) return count(Math.round(seconds / 60), 'minute');
  return seconds < 172_800
    ? count(Math.round(seconds / 3_600), 'hour')
    : count(Math.round(seconds / 86_400), 'day');
}

function count(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`} ago`;
}

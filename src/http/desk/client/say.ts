import { get } from './page.ts';

/** Says to a screen reader what happened; `now`: before whatever it is reading. */
export function announce(words: string, when: 'polite' | 'now' = 'polite'): void {
  const region = get(when === 'now' ? 'said-now' : 'said');
  region.textContent = '';
  // In a turn of its own, or the same words twice would be no change.
  requestAnimationFrame(() => {
    region.textContent = words;
  });
}

/** The line at the bottom: what was done, with Undo, or what could not be. */
export function showLastAct(words: string, kind: 'done' | 'undone' | 'problem' = 'done'): void {
  const line = get('last-act');
  line.hidden = false;
  line.dataset.kind = kind;
  get('last-act-words').textContent = words;
  get('last-act-undo').hidden = kind !== 'done';
  announce(words, kind === 'problem' ? 'now' : 'polite');
}

export function hideLastAct(): void {
  get('last-act').hidden = true;
}

import type { WireAct } from './delivery.ts';

const pastWords: Record<WireAct['act'], string> = {
  publish: 'Published',
  hold: 'Held',
  spike: 'Spiked',
  release: 'Put back among the candidates:',
  pin: 'Pinned',
  unpin: 'Unpinned',
  edit: 'Edited',
  correct: 'Corrected',
  lead: 'Chose the lead of',
  schedule: 'Scheduled',
  place: 'Placed',
  merge: 'Merged',
  undo: 'Undone:',
};

/** What was done, to what: "Published “Ferry strike ends”", "Spiked 5 stories". */
export function toSaid(act: WireAct['act'], headlines: readonly string[], where = ''): string {
  const [first = '', ...others] = headlines;
  const what = others.length === 0 ? `“${shorten(first)}”` : `${headlines.length} stories`;
  return `${pastWords[act]} ${what}${where}`;
}

/** "Ana published this": what another one's act is called in a row. */
export function toOthersWords(name: string, act: WireAct['act']): string {
  const words: Record<WireAct['act'], string> = {
    publish: 'published this',
    hold: 'held this',
    spike: 'spiked this',
    release: 'put this back',
    pin: 'pinned this',
    unpin: 'unpinned this',
    edit: 'edited this',
    correct: 'corrected this',
    lead: 'chose another lead',
    schedule: 'scheduled this',
    place: 'placed this here',
    merge: 'merged this with another story',
    undo: 'took a decision on this back',
  };
  return `${name} ${words[act]}`;
}

/** The state that an act leaves a story in; undefined when it does not change it. */
export function toStateAfter(act: WireAct['act']): string | undefined {
  const states: Partial<Record<WireAct['act'], string>> = {
    publish: 'published',
    hold: 'held',
    spike: 'spiked',
    release: 'candidate',
  };
  return states[act];
}

/** The same of an act with all that was asked: what has an hour to be published at is held until then. */
export function toStateAfterAct(act: WireAct): string | undefined {
  return act.act === 'schedule' && act.publishAt ? 'held' : toStateAfter(act.act);
}

export function shorten(text: string, length = 72): string {
  const characters = [...text];
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

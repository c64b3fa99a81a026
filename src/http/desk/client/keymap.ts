/** What a key stands for at the desk. */
export type Command =
  | 'next'
  | 'previous'
  | 'extend-next'
  | 'extend-previous'
  | 'first'
  | 'last'
  | 'preview'
  | 'source'
  | 'publish'
  | 'hold'
  | 'spike'
  | 'release'
  | 'pin'
  | 'edit'
  | 'correct'
  | 'original'
  | 'lead'
  | 'merge'
  | 'place'
  | 'schedule'
  | 'undo'
  | 'reason'
  | 'search'
  | 'arrivals'
  | 'clear'
  | 'help'
  | `topic-${number}`
  | `list-${'candidate' | 'published' | 'held' | 'spiked'}`;

/** A key press without modifiers, but for Shift where the key says so. As tinykeys writes it. */
export const singleKeys: Record<string, Command> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  'Shift+j': 'extend-next',
  'Shift+ArrowDown': 'extend-next',
  'Shift+k': 'extend-previous',
  'Shift+ArrowUp': 'extend-previous',
  Home: 'first',
  End: 'last',
  o: 'preview',
  Enter: 'preview',
  s: 'source',
  p: 'publish',
  h: 'hold',
  x: 'spike',
  b: 'release',
  i: 'pin',
  e: 'edit',
  w: 'correct',
  'Shift+e': 'original',
  l: 'lead',
  m: 'merge',
  t: 'place',
  c: 'schedule',
  u: 'undo',
  r: 'reason',
  '/': 'search',
  n: 'arrivals',
  Escape: 'clear',
  'Shift+?': 'help',
  '?': 'help',
};

/** After `g`: go to a topic by its number, or to one of the topic's lists. */
export const goKeys: Record<string, Command> = {
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, index): [string, Command] => [String(index + 1), `topic-${index + 1}`]),
  ),
  c: 'list-candidate',
  p: 'list-published',
  h: 'list-held',
  x: 'list-spiked',
};

/** Where the focus is when a key goes down. */
export interface KeyPlace {
  /** In a field that takes text, or a list of choices. */
  isTyping: boolean;
  isDialogOpen: boolean;
  /** An input method puts a character together. */
  isComposing: boolean;
  /** On a link or button outside of the list, which has a use for Enter itself. */
  isOnControl: boolean;
  /** In a pane that scrolls by the arrows itself, or anywhere else outside of the list. */
  isOutside: boolean;
  /** Single letters are switched off (WCAG 2.1.4): they act on the list alone, when it has the focus. */
  isQuiet: boolean;
}

const listKeys = new Set(['ArrowDown', 'ArrowUp', 'Shift+ArrowDown', 'Shift+ArrowUp', 'Home', 'End']);
const goTimeoutMs = 1500;

export interface Keymap {
  /** The command of a press, undefined when the key is not ours now. `atMs`: any clock that goes forward. */
  press(key: string, place: KeyPlace, atMs: number): Command | undefined;
  /** Whether a `g` waits for what follows. */
  isGoing(atMs: number): boolean;
}

export function createKeymap(): Keymap {
  let goneAtMs = Number.NEGATIVE_INFINITY;
  const isGoing = (atMs: number) => atMs - goneAtMs < goTimeoutMs;
  return {
    isGoing,
    press(key, place, atMs) {
      if (place.isComposing || place.isDialogOpen || place.isTyping) return undefined;
      if (place.isQuiet && place.isOutside) return undefined;
      if (isGoing(atMs)) {
        goneAtMs = Number.NEGATIVE_INFINITY;
        return goKeys[key];
      }
      if (key === 'g') {
        goneAtMs = atMs;
        return undefined;
      }
      if (place.isOnControl && key === 'Enter') return undefined;
      if (place.isOutside && listKeys.has(key)) return undefined;
      return singleKeys[key];
    },
  };
}

/** Every key that has to be listened for. */
export const listenedKeys: readonly string[] = [
  ...new Set([...Object.keys(singleKeys), ...Object.keys(goKeys), 'g']),
];

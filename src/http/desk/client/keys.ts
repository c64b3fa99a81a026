import { tinykeys } from 'tinykeys';
import { run } from './commands.ts';
import { isDialogOpen } from './dialog.ts';
import { createKeymap, type KeyPlace, listenedKeys } from './keymap.ts';
import { get, page } from './page.ts';
import { focusCursor, getSelected } from './rows.ts';

const quietKey = 'desk-quiet-keys';

/** Listens to the keys of the queue. What is typed, composed, or pressed with Ctrl, Alt or Meta is left alone. */
export function startKeys(): void {
  const keymap = createKeymap();
  // While a dialog waits for what it is to show, what is typed is meant for its fields: it must not act on the list.
  let isOpening = false;
  const bindings = listenedKeys.map((key): [string, (event: KeyboardEvent) => void] => [
    key,
    (event) => {
      if (event.defaultPrevented || (event.repeat && !isMove(key))) return;
      const command = keymap.press(key, toPlace(event), event.timeStamp);
      showKeys(keymap.isGoing(event.timeStamp));
      if (!command) return;
      event.preventDefault();
      if (isOpening && !isMove(key)) return;
      isOpening = true;
      void run(command).finally(() => {
        isOpening = false;
      });
    },
  ]);
  tinykeys(window, Object.fromEntries(bindings));
  const search = get<HTMLInputElement>('search');
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    search.value = search.defaultValue;
    focusCursor();
  });
  const quiet = get<HTMLInputElement>('quiet-keys');
  quiet.checked = localStorage.getItem(quietKey) === 'yes';
  quiet.addEventListener('change', () => localStorage.setItem(quietKey, quiet.checked ? 'yes' : 'no'));
  document.addEventListener('focusin', () => showKeys(false));
  showKeys(false);
}

function isMove(key: string): boolean {
  return /^(?:Shift\+)?(?:j|k|Arrow.*)$/.test(key);
}

function toPlace(event: KeyboardEvent): KeyPlace {
  const target = event.target as HTMLElement;
  const isRow = target.matches('a.row');
  const isBody = target === document.body || target.id === 'main';
  return {
    isTyping: target.matches('input:not([type=checkbox]), textarea, select') || target.isContentEditable,
    isDialogOpen: isDialogOpen(),
    isComposing: event.isComposing || event.keyCode === 229,
    isOnControl: !isRow && target.matches('a, button, summary'),
    isOutside: !isRow && !isBody,
    isQuiet: localStorage.getItem(quietKey) === 'yes',
  };
}

const reading = ['j k:move', 'o:read', 's:source', '/:search', 'g:go to'];
const deciding = [
  'p:publish',
  'h:hold',
  'x:spike',
  'i:pin',
  'e:edit',
  'l:lead',
  'm:merge',
  't:place',
  'c:schedule',
  'u:undo',
];
const onRange = [
  'p:publish all',
  'h:hold all',
  'x:spike all',
  'i:pin all',
  't:place all',
  'c:schedule all',
  'Esc:end the range',
];
const going = ['1 – 9:topic', 'c:candidates', 'p:published', 'h:held', 'x:spiked'];

/** The foot of the page: the keys that work now. */
export function showKeys(isGoing: boolean): void {
  const count = getSelected().length;
  const whole = page.mayDecide ? [...reading.slice(0, 3), ...deciding, ...reading.slice(3)] : reading;
  const keys = isGoing ? going : count > 1 && page.mayDecide ? onRange : whole;
  const text = keys.join('|') + (count > 1 ? count : '');
  const line = get('keys');
  if (line.dataset.text === text) return;
  line.dataset.text = text;
  line.replaceChildren(
    ...(count > 1 ? [toWords(`${count} selected`)] : []),
    ...keys.map((pair) => {
      const [key = '', words = ''] = pair.split(':');
      const item = document.createElement('span');
      for (const one of key.split(' ').filter((part) => key !== '1 – 9' || part === key))
        item.append(toKbd(one));
      if (key === '1 – 9') item.append(toKbd(key));
      item.append(` ${words}`);
      return item;
    }),
  );
}

function toKbd(key: string): HTMLElement {
  const kbd = document.createElement('kbd');
  kbd.textContent = key;
  return kbd;
}

function toWords(words: string): HTMLElement {
  const item = document.createElement('b');
  item.textContent = words;
  return item;
}

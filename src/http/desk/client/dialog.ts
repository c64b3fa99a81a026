import { get } from './page.ts';
import { focusCursor } from './rows.ts';

/** Opens a dialog over the page; `submit` hears of its button and of Ctrl+Enter. The focus goes back to the list in the end. */
export function openDialog(id: string, submit?: () => boolean | undefined): HTMLDialogElement {
  const dialog = get<HTMLDialogElement>(id);
  const end = new AbortController();
  const options = { signal: end.signal };
  dialog.addEventListener(
    'submit',
    (event) => {
      event.preventDefault();
      if (submit?.() !== false) dialog.close();
    },
    options,
  );
  dialog.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Enter' || event.shiftKey || !(event.ctrlKey || event.metaKey) || event.isComposing)
        return;
      event.preventDefault();
      dialog.querySelector('form')?.requestSubmit();
    },
    options,
  );
  dialog.addEventListener(
    'click',
    ({ target }) => {
      if (target === dialog || (target as HTMLElement).closest('[data-close]')) dialog.close();
    },
    options,
  );
  dialog.addEventListener(
    'close',
    () => {
      end.abort();
      focusCursor();
    },
    options,
  );
  dialog.showModal();
  return dialog;
}

export function isDialogOpen(): boolean {
  return document.querySelector('dialog[open]') !== null;
}

/** Which story a dialog is about. */
export function sayStory(dialog: HTMLElement, headline: string): void {
  const place = dialog.querySelector('.dialog-story');
  if (place) place.textContent = headline;
}

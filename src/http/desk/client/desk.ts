import htmx from 'htmx.org';
import { startActs } from './acts.ts';
import { run } from './commands.ts';
import type { Command } from './keymap.ts';
import { showKeys, startKeys } from './keys.ts';
import { leaveRows, startLive } from './live.ts';
import { get, isNarrow, page } from './page.ts';
import { enterPreview, keepFirstPreview, showPreview } from './preview-pane.ts';
import { focusCursor, goTo, readRows, startRows, wantMore } from './rows.ts';
import { signInAgain } from './sign-in-dialog.ts';
import { startTables } from './tables.ts';
import { refreshTimes } from './times.ts';

function startQueue(): void {
  keepFirstPreview();
  startRows((id) => {
    leaveRows();
    void showPreview(id);
    wantMore();
    showKeys(false);
  });
  startActs();
  startKeys();
  startLive();
  listenToMouse();
  if (!isNarrow()) focusCursor();
  document.body.addEventListener('htmx:afterSettle', () => readRows());
}

function listenToMouse(): void {
  get('rows').addEventListener('click', (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('a.row');
    if (!row || event.ctrlKey || event.metaKey || event.button !== 0) return;
    event.preventDefault();
    goTo(row.dataset.story ?? '', event.shiftKey);
    if (isNarrow()) enterPreview();
  });
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('button[data-command]');
    if (!button) return;
    event.preventDefault();
    void run(button.dataset.command as Command);
  });
}

// A fragment that htmx asked for after the session had ended: asked for again after the sign-in.
document.body.addEventListener('htmx:responseError', (event) => {
  const { xhr, elt } = (event as CustomEvent<{ xhr: XMLHttpRequest; elt: HTMLElement }>).detail;
  if (xhr.status !== 401 || !document.getElementById('sign-in-dialog')) return;
  signInAgain().then(
    () => htmx.trigger(elt, 'find'),
    () => undefined,
  );
});

document.documentElement.classList.add('has-script');
refreshTimes();
setInterval(refreshTimes, 60_000);
startTables();
if (page.isQueue) startQueue();

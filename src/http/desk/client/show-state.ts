import type { OutboxState } from './outbox.ts';
import { get } from './page.ts';
import { announce } from './say.ts';
import { signInAgain } from './sign-in-dialog.ts';

let lastState: OutboxState = 'idle';

/** Says quietly what keeps acts from being delivered, and asks for a sign-in when that is it. */
export function showState(state: OutboxState, waiting: number): void {
  const line = get('connection');
  const waits = `${waiting} ${waiting === 1 ? 'act waits' : 'acts wait'}`;
  if (state === 'offline') line.textContent = `No connection: ${waits} and will be sent`;
  else if (state === 'signed-out') line.textContent = `Signed out: ${waits}`;
  else if (state === 'idle') line.textContent = '';
  if (state === 'signed-out') signInAgain().catch(() => undefined);
  if (state === 'idle' && lastState === 'offline') announce('Connected again. Everything is sent.');
  if (state !== 'sending' || lastState === 'idle') lastState = state;
}

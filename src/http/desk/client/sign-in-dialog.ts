import { get, page, setCsrf } from './page.ts';

let pending: Promise<void> | undefined;
const listeners: (() => void)[] = [];

/** Calls back after each new sign-in. */
export function onSignedIn(listener: () => void): void {
  listeners.push(listener);
}

/** Asks for the password over the page, once however many ask; done when somebody has signed in. */
export function signInAgain(): Promise<void> {
  pending ??= open().finally(() => {
    pending = undefined;
  });
  return pending;
}

function open(): Promise<void> {
  const dialog = get<HTMLDialogElement>('sign-in-dialog');
  const password = get<HTMLInputElement>('sign-in-password');
  const error = get('sign-in-error');
  password.value = '';
  error.textContent = '';
  if (!dialog.open) dialog.showModal();
  password.focus();
  return new Promise((resolve, reject) => {
    const form = dialog.querySelector('form');
    const onSubmit = async (event: Event): Promise<void> => {
      event.preventDefault();
      const failure = await trySignIn(get<HTMLInputElement>('sign-in-login').value, password.value);
      if (failure) {
        error.textContent = failure;
        password.select();
        return;
      }
      stop();
      dialog.close();
      resolve();
      for (const listener of listeners) listener();
    };
    const onClose = (): void => {
      stop();
      reject(new Error('You are signed out. What you did is kept; reload the page to sign in.'));
    };
    const stop = (): void => {
      form?.removeEventListener('submit', onSubmit);
      dialog.removeEventListener('close', onClose);
    };
    form?.addEventListener('submit', onSubmit);
    dialog.addEventListener('close', onClose);
  });
}

/** What went wrong, in words; undefined when it went well. */
async function trySignIn(login: string, password: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${page.base}/desk/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ login, password }),
    });
    const answer = await response.json();
    if (!response.ok) return answer.detail ?? 'That did not work.';
    setCsrf(answer.csrf);
    // Someone else must not go on with what this editor has begun.
    if (String(answer.editor.id) !== page.editorId) location.reload();
    return undefined;
  } catch {
    return 'The server cannot be reached. Try again in a moment.';
  }
}

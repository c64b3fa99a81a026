import { createSecret, isSameSecret, signText } from './secrets.ts';

/**
 * What a browser keeps to be known again as one that has signed in as this login (OWASP's device cookie). The hash of the
 * password is the key it is signed with: nobody outside has it, and another password makes all browsers strangers.
 */
export function toDevice(login: string, passwordHash: string): string {
  const nonce = createSecret();
  return `${nonce}.${sign(login, nonce, passwordHash)}`;
}

/** Whether a browser signed in as this login before, with the password that holds now. */
export function isKnownDevice(device: string, login: string, passwordHash: string): boolean {
  // In one form only: failures are counted by the text, so another spelling would be another count.
  const [, nonce, mark] = /^([\w-]{43})\.([\w-]{43})$/.exec(device) ?? [];
  return nonce !== undefined && mark !== undefined && isSameSecret(mark, sign(login, nonce, passwordHash));
}

function sign(login: string, nonce: string, passwordHash: string): string {
  return signText(passwordHash, `device ${nonce} ${login}`);
}

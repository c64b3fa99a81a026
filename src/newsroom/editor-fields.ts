import { AppError } from '../errors.ts';
import { type Role, roles } from '../model/editor.ts';

/** Longer ones are not looked at: to normalise a megabyte takes a minute. */
const mostUnits = 1_000;

/** Whether an editor can have this login; lower case, without white space around it. */
export function isLogin(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}$/u.test(text);
}

/** Lower case, as it is stored. Throws AppError `bad-argument` for what cannot be a login. */
export function parseLogin(text: string): string {
  const login = text.trim().toLowerCase();
  if (isLogin(login)) return login;
  throw new AppError(
    'bad-argument',
    'A login is made of letters, digits and . _ @ + -, begins with a letter or digit, and is 100 characters at most.',
  );
}

/** What decisions are signed with. Throws AppError `bad-argument` when it is empty or too long. */
export function parseName(text: string): string {
  const name = (text.length > mostUnits ? '' : text)
    .normalize('NFC')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  if (name !== '' && [...name].length <= 100) return name;
  throw new AppError('bad-argument', 'A name has 1 to 100 characters; decisions are signed with it.');
}

/** Throws AppError `bad-argument` for a word that is no role. */
export function parseRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role) return role;
  throw new AppError('bad-argument', `“${text.slice(0, 40)}” is no role. Take one of: ${roles.join(', ')}.`);
}

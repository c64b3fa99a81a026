import { createRequire } from 'node:module';
import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import { createSecret } from './secrets.ts';

/** Native code, which a bundle cannot hold: Node.js loads it from where it is installed. */
const { hash, parseOptions, verify }: typeof import('@node-rs/argon2') = createRequire(import.meta.url)(
  '@node-rs/argon2',
);

const shortestPassword = 10;
const longestPassword = 200;
/** In UTF-16 units, of which a character has two at most. */
const mostUnits = 2 * longestPassword;

/** argon2id; beyond what OWASP asks for at least (19 MiB, 2 passes). Changing these rehashes at the next sign-in. */
const cost = { memoryCost: 32_768, timeCost: 2, parallelism: 1 };

/**
 * Each takes 32 MiB and one of the four threads that Node.js also compresses pages with: a flood of attempts waits in line
 * instead of taking the machine.
 */
const inTurn = pLimit(2);

/** Those of ten characters and more that come first in lists of leaked passwords. */
const commonPasswords = new Set(
  `1234567890 0123456789 12345678910 0987654321 9876543210 1234567891 1234512345 123456789a a123456789 1q2w3e4r5t
  1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 asdfghjkl1 zxcvbnm123 password12 password123
  password1234 password12345 password01 passw0rd123 passwordpassword mypassword letmein123 letmein1234 welcome123
  welcome1234 iloveyou12 iloveyou123 abcdefghij abcd123456 abc1234567 football123 baseball123 sunshine123
  princess123 superman123 michael123 changeme123 administrator admin12345 admin123456 secret1234 testtest123
  trustno1234 dragon1234 monkey1234 correcthorsebatterystaple wireroom123 wireroom1234`.split(/\s+/),
);

/** Throws AppError `bad-password` with what is wrong: too short, too long, the login, or one that is tried first. */
export function checkPassword(password: string, login: string): void {
  const length = [...password].length;
  if (length < shortestPassword) {
    throw new AppError(
      'bad-password',
      `The password has ${length} of at least ${shortestPassword} characters. A few words in a row are easy to keep in mind.`,
    );
  }
  if (length > longestPassword) {
    throw new AppError(
      'bad-password',
      `The password is longer than ${longestPassword} characters. Take a shorter one.`,
    );
  }
  const folded = password.toLowerCase();
  const isLogin = login !== '' && folded.replaceAll(login, '').length < 4;
  if (isLogin) {
    throw new AppError('bad-password', 'The password is little more than the login. Take another one.');
  }
  if (commonPasswords.has(folded) || new Set(folded).size < 3) {
    throw new AppError(
      'bad-password',
      'This password is among those that are tried first. Take another one.',
    );
  }
}

/** The hash of a password, in PHC form. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(toBytes(password), cost));
}

/** Whether it is the password; without a hash it never is, and finding that out takes as long. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const known = passwordHash ?? (await getNobodysHash());
  // Nobody has a longer one; and to normalise a megabyte of accents would hold up everything for a minute.
  const isPossible = password.length <= mostUnits;
  const isRight = await inTurn(() => verify(known, toBytes(isPossible ? password : '')));
  return isRight && isPossible && passwordHash !== undefined;
}

/** Whether a hash was made at another cost than new ones are. */
export function needsRehash(passwordHash: string): boolean {
  const made = parseOptions(passwordHash);
  return (
    made.memoryCost !== cost.memoryCost ||
    made.timeCost !== cost.timeCost ||
    made.parallelism !== cost.parallelism
  );
}

let nobodysHash: Promise<string> | undefined;

function getNobodysHash(): Promise<string> {
  nobodysHash ??= hashPassword(createSecret());
  return nobodysHash;
}

/** One person's ä is typed as one sign, another's as two. */
function toBytes(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'));
}

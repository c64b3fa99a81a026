import type { Db } from '../../db/connect.ts';
import { type EditorWithPassword, findEditorByLogin, storePasswordHash } from '../../db/editors.ts';
import { countAttempt, type FailureCount, forgiveAttempt } from '../../db/sign-in-failures.ts';
import { AppError } from '../errors.ts';
import type { Editor } from '../model/editor.ts';
import { isLogin } from './editor-fields.ts';
import { isKnownDevice, toDevice } from './known-device.ts';
import { hashPassword, needsRehash, verifyPassword } from './passwords.ts';
import { hashSecret } from './secrets.ts';
import { type SessionStart, startSession, wrongSignIn } from './session.ts';
import { TooManyAttempts } from './too-many-attempts.ts';

export interface SignInAttempt {
  login: string;
  password: string;
  /** Where the attempt came from: a network, such as 192.0.2.0/24. */
  network: string;
  /** What the browser was given when it signed in the last time. */
  device?: string;
  userAgent: string;
}

/** What one may mistype before waiting begins. */
const freeSlips = 2;
/** Of one login from everywhere: an attack from many networks is slowed down, and keeps nobody out for long. */
const freeSlipsOverall = 20;
const mostWaitSeconds = 300;
const mostWaitOverallSeconds = 10;
/** Strangers that are looked at together, about two seconds' work; those beyond come again. */
const mostStrangers = 50;
const crowdWaitSeconds = 5;
let strangers = 0;

/**
 * Signs an editor in by password; the session is a new one, and `device` is for the browser to keep. An unknown login, a wrong
 * password and a closed editor are one answer, in the same time: AppError `bad-sign-in`. Throws TooManyAttempts while there
 * is a wait, without looking at the password.
 */
export async function signIn(
  db: Db,
  attempt: SignInAttempt,
  now: Date,
): Promise<SessionStart & { device: string }> {
  const login = attempt.login.trim().toLowerCase();
  // Others are not asked for: Postgres takes no text with a NUL in it.
  const editor = isLogin(login) ? await findEditorByLogin(db, login) : undefined;
  const secret = editor?.passwordHash;
  const { device } = attempt;
  const isKnown = device !== undefined && secret !== undefined && isKnownDevice(device, login, secret);
  const place = isKnown ? `device ${device}` : `network ${attempt.network}`;
  const counts = toCounts(login, place, isKnown);
  const check = () => checkAttempt(db, editor, attempt.password, counts, now);
  const { person, passwordHash } = await (isKnown ? check() : amongStrangers(now, check));
  const start = await startSession(db, person, attempt.userAgent, now, passwordHash);
  const current = await refreshHash(db, person.id, passwordHash, attempt.password);
  return { ...start, device: toDevice(login, current) };
}

/** Whom the password lets in, and the hash that it belongs to. Throws as `signIn` does. */
async function checkAttempt(
  db: Db,
  editor: EditorWithPassword | undefined,
  password: string,
  { own, shared }: ReturnType<typeof toCounts>,
  now: Date,
): Promise<{ person: Editor; passwordHash: string }> {
  const waitUntil = await countAttempt(db, [...own, ...shared], now);
  if (waitUntil) throw new TooManyAttempts(waitUntil, now);
  const isRight = await verifyPassword(editor?.passwordHash, password);
  if (!isRight || editor?.passwordHash === undefined || editor.closedAt) {
    throw new AppError('bad-sign-in', wrongSignIn);
  }
  await forgiveAttempt(db, own.map(toKey), shared.map(toKey), now);
  const { passwordHash, ...person } = editor;
  return { person, passwordHash };
}

/** A flood of strangers makes strangers wait, and leaves room in the line for browsers that were here before. */
async function amongStrangers<T>(now: Date, check: () => Promise<T>): Promise<T> {
  if (strangers >= mostStrangers) {
    throw new TooManyAttempts(new Date(now.getTime() + crowdWaitSeconds * 1000), now);
  }
  strangers += 1;
  try {
    return await check();
  } finally {
    strangers -= 1;
  }
}

/** A browser that was here before is counted alone: what others do to the login does not reach it. */
function toCounts(login: string, place: string, isKnown: boolean) {
  const count = (what: string, freeFailures: number, most: number): FailureCount => ({
    key: hashSecret(`${what}\n${login}`),
    freeFailures,
    mostWaitSeconds: most,
  });
  return {
    own: [count(place, freeSlips, mostWaitSeconds)],
    shared: isKnown ? [] : [count('overall', freeSlipsOverall, mostWaitOverallSeconds)],
  };
}

function toKey({ key }: FailureCount): Buffer {
  return key;
}

/** The hash that is valid now: a new one when the cost has changed since it was made. */
async function refreshHash(db: Db, editorId: string, former: string, password: string): Promise<string> {
  if (!needsRehash(former)) return former;
  const renewed = await hashPassword(password);
  await storePasswordHash(db, editorId, renewed, former);
  return renewed;
}

/** Checks the password of someone who is signed in, slowed down in the same way. Throws AppError `bad-sign-in`, TooManyAttempts. */
export async function confirmPassword(
  db: Db,
  editor: { login: string; passwordHash?: string },
  password: string,
  now: Date,
): Promise<void> {
  const { own } = toCounts(editor.login, 'signed in', true);
  const waitUntil = await countAttempt(db, own, now);
  if (waitUntil) throw new TooManyAttempts(waitUntil, now);
  if (!(await verifyPassword(editor.passwordHash, password))) {
    throw new AppError('bad-sign-in', 'That is not the present password.');
  }
  await forgiveAttempt(db, own.map(toKey), [], now);
}

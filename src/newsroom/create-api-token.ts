import { storeApiToken } from '../../db/api-tokens.ts';
import type { Db } from '../../db/connect.ts';
import { AppError } from '../errors.ts';
import { type Scope, scopes } from '../model/editor.ts';
import { parseName } from './editor-fields.ts';
import { toExpiry } from './invite-editor.ts';
import { createSecret, hashSecret } from './secrets.ts';

/** Days that a token may be made for; 0: until it is revoked. */
export const tokenDays = [7, 30, 90, 365, 0] as const;

/** What tokens begin with, so that they are known for what they are wherever they turn up. */
const tokenPrefix = 'wireroom_';

/**
 * Makes an API token; what is returned is stored nowhere and shown once.
 * Throws AppError `bad-argument` for a name, scope or number of days that cannot be.
 */
export async function createApiToken(
  db: Db,
  wanted: { editorId: string; name: string; scopes: string[]; days: number },
  now: Date,
): Promise<string> {
  const chosen: Scope[] = scopes.filter((scope) => wanted.scopes.includes(scope));
  if (chosen.length === 0 || chosen.length !== new Set(wanted.scopes).size) {
    throw new AppError('bad-argument', `Say what the token may do: ${scopes.join(', ')}, one at least.`);
  }
  if (!tokenDays.some((days) => days === wanted.days)) {
    throw new AppError('bad-argument', 'Say how long the token works: choose one of the times offered.');
  }
  const token = `${tokenPrefix}${createSecret()}`;
  const stored = {
    tokenHash: hashSecret(token),
    editorId: wanted.editorId,
    name: parseName(wanted.name),
    scopes: chosen,
    expiresAt: wanted.days === 0 ? undefined : toExpiry(now, wanted.days),
  };
  await storeApiToken(db, stored, now);
  return token;
}

import type { Db } from '../../db/connect.ts';
import { storeFirstInvitation } from '../../db/invitations.ts';
import { invitationDays, toExpiry, toWelcomeUrl } from './invite-editor.ts';
import { createSecret, hashSecret } from './secrets.ts';

/**
 * The link by which the first chief comes in, undefined as soon as there is one. Each new link replaces those before it that
 * were not used.
 */
export async function inviteFirstChief(db: Db, publicUrl: string, now: Date): Promise<string | undefined> {
  const token = createSecret();
  const invitation = { tokenHash: hashSecret(token), expiresAt: toExpiry(now, invitationDays) };
  const isStored = await storeFirstInvitation(db, invitation, now);
  return isStored ? toWelcomeUrl(publicUrl, token) : undefined;
}

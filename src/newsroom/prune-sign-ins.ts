import type { Db } from '../../db/connect.ts';
import { pruneInvitations } from '../../db/invitations.ts';
import { pruneSessions } from '../../db/sessions.ts';
import { pruneSignInFailures } from '../../db/sign-in-failures.ts';
import { toSeenAfter } from './session.ts';

/** Removes sessions, links and counts of failures that mean nothing any more. */
export async function pruneSignIns(db: Db, now: Date): Promise<void> {
  await pruneSessions(db, now, toSeenAfter(now));
  await pruneInvitations(db, now);
  await pruneSignInFailures(db, now);
}

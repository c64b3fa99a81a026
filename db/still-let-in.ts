import type { Db } from './connect.ts';

/** Whether an editor is let in still, and the session (if it is one) has not ended. */
export async function isStillLetIn(
  db: Db,
  { editorId, sessionId }: { editorId: string; sessionId?: string },
  now: Date,
): Promise<boolean> {
  let query = db
    .selectFrom('editors')
    .select('editors.id')
    .where('editors.id', '=', editorId)
    .where('closed_at', 'is', null);
  if (sessionId !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('sessions')
          .where('sessions.id', '=', sessionId)
          .where('expires_at', '>', now)
          .select('id'),
      ),
    );
  }
  return (await query.executeTakeFirst()) !== undefined;
}

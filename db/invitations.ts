import { type Selectable, sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import type { Editor, Role } from '../src/model/editor.ts';
import type { Db } from './connect.ts';
import { toEditor, toLoginTaken } from './editors.ts';
import type { EditorsTable } from './schema.ts';
import { transact } from './transact.ts';

export interface NewInvitation {
  /** SHA-256 of the token in the link. */
  tokenHash: Buffer;
  /** Whom it lets in; undefined: whoever comes becomes a new editor. */
  editorId?: string;
  role: Role;
  expiresAt: Date;
}

/** A link that still lets someone in. */
export interface Invitation {
  role: Role;
  /** Undefined: for a new editor. */
  editor?: Editor;
}

/** Stores a link; those for the same editor that were not used yet are void from now on. */
export async function storeInvitation(db: Db, invitation: NewInvitation, now: Date): Promise<void> {
  await sql`
    with replaced as (
      delete from invitations where editor_id = ${invitation.editorId ?? null}::bigint and used_at is null
    )
    insert into invitations (token_hash, editor_id, role, created_at, expires_at)
    values (${invitation.tokenHash}, ${invitation.editorId ?? null}::bigint, ${invitation.role}, ${now}, ${invitation.expiresAt})`.execute(
    db,
  );
}

/**
 * Stores the link for the first chief, in place of those before; false, and nothing done, when there is an open chief.
 */
export async function storeFirstInvitation(
  db: Db,
  { tokenHash, expiresAt }: Pick<NewInvitation, 'tokenHash' | 'expiresAt'>,
  now: Date,
): Promise<boolean> {
  return transact(db, async (tx) => {
    // Two servers that start at once leave one link.
    await sql`select pg_advisory_xact_lock(hashtext('wireroom.first-chief'))`.execute(tx);
    const { rows } = await sql`
      with nobody as (
        select where not exists (select from editors where role = 'chief' and closed_at is null)
      ), replaced as (
        delete from invitations where editor_id is null and role = 'chief' and used_at is null
          and exists (select from nobody)
      )
      insert into invitations (token_hash, role, created_at, expires_at)
      select ${tokenHash}, 'chief', ${now}, ${expiresAt} from nobody
      returning role`.execute(tx);
    return rows.length > 0;
  });
}

/** What a link is for; undefined when it was used, has expired, was replaced, or its editor is closed. */
export async function findInvitation(db: Db, tokenHash: Buffer, now: Date): Promise<Invitation | undefined> {
  const { rows } = await sql<Selectable<EditorsTable> & { invited_role: Role; editor_id: string | null }>`
    select e.*, i.role as invited_role, i.editor_id
    from invitations i left join editors e on e.id = i.editor_id
    where i.token_hash = ${tokenHash} and ${isOpen(now)} and e.closed_at is null`.execute(db);
  const row = rows[0];
  return row && { role: row.invited_role, editor: row.editor_id === null ? undefined : toEditor(row) };
}

/**
 * Takes up a link for a new editor: of two at once, one gets it. Undefined when it lets nobody in (any more).
 * Throws AppError `login-taken`, and leaves the link as it was.
 */
export async function claimForNew(
  db: Db,
  tokenHash: Buffer,
  editor: { login: string; name: string; passwordHash: string },
  now: Date,
): Promise<Editor | undefined> {
  try {
    const { rows } = await sql<Selectable<EditorsTable>>`
      with claimed as (
        update invitations i set used_at = ${now}
        where token_hash = ${tokenHash} and editor_id is null and ${isOpen(now)}
        returning role
      )
      insert into editors (login, name, role, password_hash, created_at)
      select ${editor.login}, ${editor.name}, role, ${editor.passwordHash}, ${now} from claimed
      returning *`.execute(db);
    return rows[0] && toEditor(rows[0]);
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== 'editors_login_key') throw error;
    throw new AppError('login-taken', toLoginTaken(editor.login), { cause: error });
  }
}

/** Takes up a link for an editor who is there: sets the password and ends all sessions. Undefined as in `claimForNew`. */
export async function claimForEditor(
  db: Db,
  tokenHash: Buffer,
  passwordHash: string,
  now: Date,
): Promise<Editor | undefined> {
  const { rows } = await sql<Selectable<EditorsTable>>`
    with claimed as (
      update invitations i set used_at = ${now} from editors e
      where token_hash = ${tokenHash} and e.id = i.editor_id and e.closed_at is null and ${isOpen(now)}
      returning e.id
    ), ended as (
      delete from sessions using claimed where editor_id = claimed.id
    )
    update editors set password_hash = ${passwordHash} from claimed where editors.id = claimed.id
    returning editors.*`.execute(db);
  return rows[0] && toEditor(rows[0]);
}

/** Removes links that have expired. */
export async function pruneInvitations(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('invitations').where('expires_at', '<=', now).execute();
}

/**
 * The link for the first chief is void as soon as someone else became one: a chief's invitation holds while nobody is chief,
 * or when a chief was there before it.
 */
const isOpen = (now: Date) => sql`
  i.used_at is null and i.expires_at > ${now} and (
    i.role <> 'chief' or i.editor_id is not null
    or not exists (select from editors c where c.role = 'chief' and c.closed_at is null)
    or exists (
      select from editors c where c.role = 'chief' and c.created_at <= i.created_at
        and (c.closed_at is null or c.closed_at > i.created_at)
    )
  )`;

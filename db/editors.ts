import { type Selectable, sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import type { Editor, Role } from '../src/model/editor.ts';
import type { Db } from './connect.ts';
import type { EditorsTable } from './schema.ts';

export interface NewEditor {
  /** Lower case. */
  login: string;
  name: string;
  role: Role;
  passwordHash?: string;
}

/** An editor with what a password is checked against; without a hash, no password lets in. */
export type EditorWithPassword = Editor & { passwordHash?: string };

/** An editor as the list of editors shows one. */
export interface ListedEditor {
  editor: Editor;
  /** Of the sessions that are still there. */
  seenAt?: Date;
  hasPassword: boolean;
  /** Whether a one-time link for this editor waits to be used. */
  hasLink: boolean;
}

/** Adds an editor. Throws AppError `login-taken`. */
export async function createEditor(db: Db, editor: NewEditor, now: Date): Promise<Editor> {
  const row = await db
    .insertInto('editors')
    .values({
      login: editor.login,
      name: editor.name,
      role: editor.role,
      password_hash: editor.passwordHash ?? null,
      created_at: now,
    })
    .onConflict((oc) => oc.constraint('editors_login_key').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row) return toEditor(row);
  throw new AppError('login-taken', toLoginTaken(editor.login));
}

/** The sentence for a login that another editor has. */
export function toLoginTaken(login: string): string {
  return `Another editor signs in as “${login}”. Take another login.`;
}

/** With the hash of the password; closed editors too. */
export async function findEditorByLogin(db: Db, login: string): Promise<EditorWithPassword | undefined> {
  const row = await db.selectFrom('editors').selectAll().where('login', '=', login).executeTakeFirst();
  return row && { ...toEditor(row), passwordHash: row.password_hash ?? undefined };
}

/** With the hash of the password; closed editors too. */
export async function findEditorById(db: Db, id: string): Promise<EditorWithPassword | undefined> {
  const row = await db.selectFrom('editors').selectAll().where('id', '=', id).executeTakeFirst();
  return row && { ...toEditor(row), passwordHash: row.password_hash ?? undefined };
}

/** The open editor whom a provider knows by this subject. */
export async function findEditorBySubject(
  db: Db,
  issuer: string,
  subject: string,
): Promise<Editor | undefined> {
  const row = await db
    .selectFrom('editors')
    .selectAll()
    .where('oidc_issuer', '=', issuer)
    .where('oidc_subject', '=', subject)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return row && toEditor(row);
}

/** Binds an open editor who is bound to no subject yet; undefined when there is none with that login. */
export async function bindSubject(
  db: Db,
  login: string,
  issuer: string,
  subject: string,
): Promise<Editor | undefined> {
  const row = await db
    .updateTable('editors')
    .set({ oidc_issuer: issuer, oidc_subject: subject })
    .where('login', '=', login)
    .where('oidc_subject', 'is', null)
    .where('closed_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('editors as other')
            .select('other.id')
            .where('other.oidc_issuer', '=', issuer)
            .where('other.oidc_subject', '=', subject),
        ),
      ),
    )
    .returningAll()
    .executeTakeFirst();
  return row && toEditor(row);
}

/** All editors, the open ones first, by name. */
export async function listEditors(db: Db, now: Date): Promise<ListedEditor[]> {
  const { rows } = await sql<Selectable<EditorsTable> & { seen_at: Date | null; has_link: boolean }>`
    select e.*, (select max(s.seen_at) from sessions s where s.editor_id = e.id) as seen_at,
      exists (select from invitations i where i.editor_id = e.id and i.used_at is null and i.expires_at > ${now}) as has_link
    from editors e order by e.closed_at is not null, lower(e.name), e.id`.execute(db);
  return rows.map((row) => ({
    editor: toEditor(row),
    seenAt: row.seen_at ?? undefined,
    hasPassword: row.password_hash !== null,
    hasLink: row.has_link,
  }));
}

/** Replaces the hash; false, and nothing done, when it is another than `former` by now (undefined: when there is one). */
export async function storePasswordHash(
  db: Db,
  editorId: string,
  passwordHash: string,
  former: string | undefined,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editors')
    .set({ password_hash: passwordHash })
    .where('id', '=', editorId)
    .where('password_hash', 'is not distinct from', former ?? null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function renameEditor(db: Db, editorId: string, name: string): Promise<void> {
  await db.updateTable('editors').set({ name }).where('id', '=', editorId).execute();
}

export async function reopenEditor(db: Db, editorId: string): Promise<void> {
  await db.updateTable('editors').set({ closed_at: null }).where('id', '=', editorId).execute();
}

/**
 * Changes the role; false, and nothing done, when that would leave no open chief. Who is chief no more may have kept links:
 * all that wait are void. All open chiefs are locked first, in one
 * order, so two who demote each other at once do not both succeed.
 */
export async function storeRole(db: Db, editorId: string, role: Role): Promise<boolean> {
  const { rows } = await sql`
    with chiefs as (${lockOpenChiefs}), changed as (
      update editors set role = ${role} where id = ${editorId}
        and (${role} = 'chief' or (select count(*) from chiefs where id <> ${editorId}) > 0
          or id not in (select id from chiefs))
      returning id
    ), links_gone as (
      delete from invitations using changed
      where ${role} <> 'chief' and changed.id in (select id from chiefs) and used_at is null
    )
    select id from changed`.execute(db);
  return rows.length > 0;
}

/**
 * Closes an editor and ends all that lets in: sessions, tokens, links; of a chief, who may have kept some, all links that
 * wait for anyone. False, and nothing done, for the last open chief.
 */
export async function markEditorClosed(db: Db, editorId: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    with chiefs as (${lockOpenChiefs}), closed as (
      update editors set closed_at = coalesce(closed_at, ${now}) where id = ${editorId}
        and ((select count(*) from chiefs where id <> ${editorId}) > 0 or id not in (select id from chiefs))
      returning id
    ), sessions_ended as (
      delete from sessions using closed where editor_id = closed.id
    ), links_gone as (
      delete from invitations using closed
      where (editor_id = closed.id or closed.id in (select id from chiefs)) and used_at is null
    ), tokens_revoked as (
      update api_tokens set revoked_at = ${now} from closed where editor_id = closed.id and revoked_at is null
    )
    select id from closed`.execute(db);
  return rows.length > 0;
}

const lockOpenChiefs = sql`
  select id from editors where role = 'chief' and closed_at is null order by id for update`;

export function toEditor(row: Selectable<EditorsTable>): Editor {
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
  };
}

import { type Selectable, sql } from 'kysely';
import type { Editor, Scope } from '../src/model/editor.ts';
import type { Db } from './connect.ts';
import { toEditor } from './editors.ts';
import type { EditorsTable } from './schema.ts';

export interface NewApiToken {
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  editorId: string;
  name: string;
  scopes: Scope[];
  /** Undefined: works until it is revoked. */
  expiresAt?: Date;
}

/** A token as its editor sees it: what it is, never itself. */
export interface ApiToken {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: Date;
  usedAt?: Date;
  expiresAt?: Date;
}

export async function storeApiToken(db: Db, token: NewApiToken, now: Date): Promise<void> {
  await db
    .insertInto('api_tokens')
    .values({
      token_hash: token.tokenHash,
      editor_id: token.editorId,
      name: token.name,
      scopes: token.scopes,
      created_at: now,
      expires_at: token.expiresAt ?? null,
    })
    .execute();
}

/** The open editor whose token it is, and what it may do; undefined when it is revoked, expired or unknown. */
export async function findApiToken(
  db: Db,
  tokenHash: Buffer,
  now: Date,
): Promise<{ id: string; scopes: Scope[]; usedAt?: Date; editor: Editor } | undefined> {
  const { rows } = await sql<
    Selectable<EditorsTable> & { token_id: string; scopes: Scope[]; used_at: Date | null }
  >`
    select e.*, t.id as token_id, t.scopes, t.used_at from api_tokens t join editors e on e.id = t.editor_id
    where t.token_hash = ${tokenHash} and t.revoked_at is null and (t.expires_at is null or t.expires_at > ${now})
      and e.closed_at is null`.execute(db);
  const row = rows[0];
  return (
    row && { id: row.token_id, scopes: row.scopes, usedAt: row.used_at ?? undefined, editor: toEditor(row) }
  );
}

/** Notes that a token is in use. */
export async function markApiTokenUsed(db: Db, tokenId: string, now: Date): Promise<void> {
  await sql`update api_tokens set used_at = greatest(used_at, ${now}) where id = ${tokenId}`.execute(db);
}

/** The tokens of an editor that still work, the newest first. */
export async function listApiTokens(db: Db, editorId: string, now: Date): Promise<ApiToken[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .selectAll()
    .where('editor_id', '=', editorId)
    .where('revoked_at', 'is', null)
    .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at,
    usedAt: row.used_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
  }));
}

/** Ends one token of an editor; another's stays. */
export async function revokeApiToken(db: Db, editorId: string, tokenId: string, now: Date): Promise<void> {
  await db
    .updateTable('api_tokens')
    .set({ revoked_at: now })
    .where('id', '=', tokenId)
    .where('editor_id', '=', editorId)
    .where('revoked_at', 'is', null)
    .execute();
}

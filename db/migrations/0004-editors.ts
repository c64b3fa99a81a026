import { type Kysely, sql } from 'kysely';

/** Who may sit at the desk: editors, their sessions and tokens, and failed attempts to sign in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Editors are never deleted, for decisions name them; one who has left is closed.
  `create table editors (
    id bigint generated always as identity constraint editors_pkey primary key,
    login text not null constraint editors_login_key unique constraint editors_login_check check (login = lower(login) and length(login) between 1 and 100),
    name text not null constraint editors_name_check check (length(name) between 1 and 100),
    role text not null constraint editors_role_check check (role in ('reader', 'editor', 'chief')),
    password_hash text,
    oidc_issuer text,
    oidc_subject text,
    created_at timestamptz not null,
    closed_at timestamptz,
    constraint editors_oidc_key unique (oidc_issuer, oidc_subject)
  )`,
  // Links that let someone in once: to become the first chief, to take up an invitation, to choose a new password.
  `create table invitations (
    token_hash bytea constraint invitations_pkey primary key,
    editor_id bigint constraint invitations_editor_id_fkey references editors on delete cascade,
    role text not null constraint invitations_role_check check (role in ('reader', 'editor', 'chief')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  `create index invitations_editor_id_idx on invitations (editor_id)`,
  `create table sessions (
    id bigint generated always as identity constraint sessions_pkey primary key,
    token_hash bytea not null constraint sessions_token_hash_key unique,
    editor_id bigint not null constraint sessions_editor_id_fkey references editors on delete cascade,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    user_agent text not null
  )`,
  `create index sessions_editor_id_idx on sessions (editor_id)`,
  `create index sessions_expires_at_idx on sessions (expires_at)`,
  `create table api_tokens (
    id bigint generated always as identity constraint api_tokens_pkey primary key,
    token_hash bytea not null constraint api_tokens_token_hash_key unique,
    editor_id bigint not null constraint api_tokens_editor_id_fkey references editors on delete cascade,
    name text not null constraint api_tokens_name_check check (length(name) between 1 and 100),
    scopes text[] not null constraint api_tokens_scopes_check check (scopes <@ array['read', 'decide', 'manage']),
    created_at timestamptz not null,
    used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz
  )`,
  `create index api_tokens_editor_id_idx on api_tokens (editor_id)`,
  // By login and where the attempt came from (both hashed), so that failures elsewhere keep nobody out.
  `create table sign_in_failures (
    key bytea constraint sign_in_failures_pkey primary key,
    failures integer not null,
    failed_at timestamptz not null,
    wait_until timestamptz not null
  )`,
  `create index sign_in_failures_failed_at_idx on sign_in_failures (failed_at)`,
];

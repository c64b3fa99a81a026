import { type Kysely, sql } from 'kysely';

/** WebSub: who is told of changed documents, who has asked to be, and what is on its way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Null: the hub of our own; else `off` or the address of another.
  `alter table site add column hub text`,

  // A topic that goes leaves its subscriptions behind, for their subscribers are told.
  `create table subscriptions (
    id bigint generated always as identity constraint subscriptions_pkey primary key,
    key bytea not null constraint subscriptions_key_key unique,
    callback_url text not null,
    callback_site text not null,
    topic_url text not null,
    topic_id bigint constraint subscriptions_topic_id_fkey references topics on delete set null,
    format text not null constraint subscriptions_format_check check (format in ('rss', 'atom', 'json')),
    secret text,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    delivered_at timestamptz,
    failing_since timestamptz
  )`,
  `create index subscriptions_topic_id_format_idx on subscriptions (topic_id, format)`,
  `create index subscriptions_expires_at_idx on subscriptions (expires_at)`,
  `create index subscriptions_topicless_idx on subscriptions (id) where topic_id is null`,

  `create table subscription_requests (
    id bigint generated always as identity constraint subscription_requests_pkey primary key,
    version uuid not null default gen_random_uuid(),
    key bytea not null constraint subscription_requests_key_key unique,
    mode text not null constraint subscription_requests_mode_check check (mode in ('subscribe', 'unsubscribe', 'denied')),
    callback_url text not null,
    callback_site text not null,
    topic_url text not null,
    topic_id bigint constraint subscription_requests_topic_id_fkey references topics on delete set null,
    format text not null constraint subscription_requests_format_check check (format in ('rss', 'atom', 'json')),
    secret text,
    lease_seconds integer not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    leased_by text,
    leased_until timestamptz
  )`,
  `create index subscription_requests_callback_site_due_at_idx on subscription_requests (callback_site, due_at)`,
  `create index subscription_requests_topic_id_idx on subscription_requests (topic_id)`,

  // How soon each site may be asked again whether it wants what somebody asked for in its name.
  `create table callback_sites (
    site text constraint callback_sites_pkey primary key,
    busy_until timestamptz not null
  )`,

  // One row a subscription: the newest document is all that anyone waits for.
  `create table deliveries (
    subscription_id bigint constraint deliveries_pkey primary key
      constraint deliveries_subscription_id_fkey references subscriptions on delete cascade,
    version integer not null default 1,
    since timestamptz not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    leased_by text,
    leased_until timestamptz
  )`,
  `create index deliveries_due_at_idx on deliveries (due_at)`,

  `create table announcements (
    topic_id bigint not null constraint announcements_topic_id_fkey references topics on delete cascade,
    format text not null constraint announcements_format_check check (format in ('rss', 'atom', 'json')),
    version integer not null default 1,
    since timestamptz not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    leased_by text,
    leased_until timestamptz,
    constraint announcements_pkey primary key (topic_id, format)
  )`,
];

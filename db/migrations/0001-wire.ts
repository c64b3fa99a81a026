import { type Kysely, sql } from 'kysely';

/** Sources, entries, stories, topics, placements, publications: the whole route. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table sources (
    id bigint generated always as identity constraint sources_pkey primary key,
    feed_url text not null constraint sources_feed_url_key unique constraint sources_feed_url_check check (length(feed_url) <= 2000),
    host text not null,
    site_url text,
    title text not null,
    title_is_set boolean not null default false,
    description text,
    language text,
    image_url text,
    policy text not null default 'summary' constraint sources_policy_check check (policy in ('title', 'summary', 'full')),
    state text not null default 'active' constraint sources_state_check check (state in ('active', 'paused', 'gone')),
    etag text,
    last_modified text,
    body_hash bytea,
    item_count integer not null default 0,
    poll_hints jsonb not null default '{}',
    failures integer not null default 0,
    last_error_code text,
    last_error_message text,
    last_error_at timestamptz,
    last_checked_at timestamptz,
    last_succeeded_at timestamptz,
    next_check_at timestamptz not null,
    leased_by text,
    leased_until timestamptz,
    created_at timestamptz not null
  )`,
  `create index sources_next_check_at_idx on sources (next_check_at) where state = 'active'`,
  `create index sources_leased_until_idx on sources (leased_until) where leased_until is not null`,
  `create table source_addresses (
    feed_url text constraint source_addresses_pkey primary key,
    source_id bigint not null constraint source_addresses_source_id_fkey references sources on delete cascade,
    moved_at timestamptz not null
  )`,
  `create index source_addresses_source_id_idx on source_addresses (source_id)`,
  `create table entries (
    id bigint generated always as identity constraint entries_pkey primary key,
    source_id bigint not null constraint entries_source_id_fkey references sources on delete cascade,
    identity bytea not null,
    content_hash bytea not null,
    guid text,
    url text,
    canonical_url text,
    title text not null,
    summary text not null,
    content_html text not null,
    authors jsonb not null,
    categories text[] not null,
    enclosures jsonb not null,
    image_url text,
    language text,
    published_at timestamptz,
    updated_at timestamptz,
    first_seen_at timestamptz not null,
    dated_at timestamptz not null,
    changed_at timestamptz not null,
    constraint entries_source_id_identity_key unique (source_id, identity)
  )`,
  `create index entries_first_seen_at_idx on entries (first_seen_at)`,
  `create table tombstones (
    source_id bigint not null constraint tombstones_source_id_fkey references sources on delete cascade,
    identity bytea not null,
    pruned_at timestamptz not null,
    constraint tombstones_pkey primary key (source_id, identity)
  )`,
  `create table stories (
    id bigint generated always as identity constraint stories_pkey primary key,
    uuid uuid not null default gen_random_uuid(),
    lead_entry_id bigint constraint stories_lead_entry_id_fkey references entries on delete set null,
    first_at timestamptz not null
  )`,
  `create index stories_lead_entry_id_idx on stories (lead_entry_id)`,
  `create table story_entries (
    entry_id bigint constraint story_entries_pkey primary key constraint story_entries_entry_id_fkey references entries on delete cascade,
    story_id bigint not null constraint story_entries_story_id_fkey references stories on delete cascade,
    joined_at timestamptz not null
  )`,
  `create index story_entries_story_id_idx on story_entries (story_id)`,
  `create table story_keys (
    key bytea constraint story_keys_pkey primary key,
    story_id bigint not null constraint story_keys_story_id_fkey references stories on delete cascade
  )`,
  `create index story_keys_story_id_idx on story_keys (story_id)`,
  `create sequence topics_rule_version_seq`,
  `create table topics (
    id bigint generated always as identity constraint topics_pkey primary key,
    uuid uuid not null default gen_random_uuid(),
    slug text not null constraint topics_slug_key unique,
    name text not null,
    description text not null,
    rule text not null,
    mode text not null constraint topics_mode_check check (mode in ('automatic', 'editor')),
    language text not null,
    item_limit integer not null default 50 constraint topics_item_limit_check check (item_limit between 1 and 1000),
    position integer not null default 0,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    rule_version bigint not null default nextval('topics_rule_version_seq'),
    takes_all boolean not null default true,
    is_filled boolean not null default false
  )`,
  `create table topic_sources (
    topic_id bigint not null constraint topic_sources_topic_id_fkey references topics on delete cascade,
    source_id bigint not null constraint topic_sources_source_id_fkey references sources on delete cascade,
    constraint topic_sources_pkey primary key (topic_id, source_id)
  )`,
  `create index topic_sources_source_id_idx on topic_sources (source_id)`,
  `create table topic_changes (
    id bigint generated always as identity constraint topic_changes_pkey primary key,
    topic_id bigint not null constraint topic_changes_topic_id_fkey references topics on delete cascade
  )`,
  `create index topic_changes_topic_id_idx on topic_changes (topic_id)`,
  `create table placements (
    topic_id bigint not null constraint placements_topic_id_fkey references topics on delete cascade,
    story_id bigint not null constraint placements_story_id_fkey references stories on delete cascade,
    state text not null constraint placements_state_check check (state in ('candidate', 'published', 'held', 'spiked')),
    reasons jsonb not null,
    dated_at timestamptz not null,
    placed_at timestamptz not null,
    published_at timestamptz,
    constraint placements_pkey primary key (story_id, topic_id)
  )`,
  `create index placements_topic_id_state_dated_at_idx on placements (topic_id, state, dated_at desc, story_id desc)`,
  `create table publications (
    topic_id bigint not null constraint publications_topic_id_fkey references topics on delete cascade,
    format text not null constraint publications_format_check check (format in ('rss', 'atom', 'json')),
    body bytea not null,
    gzip bytea not null,
    brotli bytea not null,
    etag text not null,
    last_modified_at timestamptz not null,
    constraint publications_pkey primary key (topic_id, format)
  )`,
  `alter table publications alter column body set storage external, alter column gzip set storage external, alter column brotli set storage external`,
  `create table site (
    only_row boolean default true constraint site_pkey primary key constraint site_only_row_check check (only_row),
    public_url text not null
  )`,
  `create table job_runs (
    name text constraint job_runs_pkey primary key,
    last_tick_at timestamptz not null,
    worker text not null,
    finished_at timestamptz,
    outcome text
  )`,
];

import { type Kysely, sql } from 'kysely';

/** Who reads: what clients may still hold of documents, saved searches, subscribers and pollers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What documents held some versions ago, as hashes of their items: RFC 3229 sends what a client lacks.
  `create table publication_versions (
    topic_id bigint not null constraint publication_versions_topic_id_fkey references topics on delete cascade,
    format text not null constraint publication_versions_format_check check (format in ('rss', 'atom')),
    etag text not null,
    items bytea not null,
    made_at timestamptz not null,
    constraint publication_versions_pkey primary key (topic_id, format, etag)
  )`,

  // The name space of the ids of documents that no topic has; one row, made here, kept for good.
  `create table site_identity (
    only_row boolean not null default true constraint site_identity_pkey primary key constraint site_identity_only_row_check check (only_row),
    uuid uuid not null,
    made_at timestamptz not null
  )`,
  `insert into site_identity (uuid, made_at) values (gen_random_uuid(), now())`,
  `create table saved_searches (
    id bigint generated always as identity constraint saved_searches_pkey primary key,
    uuid uuid not null default gen_random_uuid(),
    slug text not null constraint saved_searches_slug_key unique,
    name text not null,
    rule text not null,
    created_at timestamptz not null
  )`,
  // What stands published anywhere, newest first.
  `create index placements_published_idx on placements (dated_at desc, story_id desc) where state = 'published'`,

  // What aggregators say of how many read by them: the greatest number of a day.
  `create table reader_counts (
    topic_id bigint not null constraint reader_counts_topic_id_fkey references topics on delete cascade,
    aggregator text not null,
    feed_id text not null,
    day date not null,
    subscribers integer not null,
    constraint reader_counts_pkey primary key (topic_id, day, aggregator, feed_id)
  )`,
  // How many programs asked on a day; registers: a sketch that counts and names nobody, dropped when the day is over.
  `create table poller_counts (
    topic_id bigint not null constraint poller_counts_topic_id_fkey references topics on delete cascade,
    day date not null,
    pollers integer not null,
    registers bytea,
    constraint poller_counts_pkey primary key (topic_id, day)
  )`,
  // The key of a day's sketches, the same for all web servers; deleted when the day is over.
  `create table poller_salts (
    day date not null constraint poller_salts_pkey primary key,
    salt bytea not null
  )`,
];

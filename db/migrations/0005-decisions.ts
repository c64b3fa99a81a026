import { type Kysely, sql } from 'kysely';

/** Curating: decisions, what they leave on placements, and topics that publish by themselves after a while. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table topics
    drop constraint topics_mode_check,
    add constraint topics_mode_check check (mode in ('automatic', 'editor', 'assisted')),
    add column assist_minutes integer not null default 30 constraint topics_assist_minutes_check check (assist_minutes between 0 and 10080),
    add column assist_sources integer not null default 3 constraint topics_assist_sources_check check (assist_sources between 1 and 1000)`,

  `alter table placements
    add column version integer not null default 0,
    add column headline text,
    add column standfirst text,
    add column edited_from jsonb,
    add column edited_at timestamptz,
    add column lead_entry_id bigint constraint placements_lead_entry_id_fkey references entries on delete set null,
    add column pinned_at timestamptz,
    add column pinned_until timestamptz,
    add column publish_at timestamptz,
    add column expire_at timestamptz`,
  `create index placements_lead_entry_id_idx on placements (lead_entry_id) where lead_entry_id is not null`,
  `create index placements_pinned_idx on placements (topic_id, pinned_at) where pinned_at is not null`,
  `create index placements_publish_at_idx on placements (publish_at) where publish_at is not null`,
  `create index placements_expire_at_idx on placements (expire_at) where expire_at is not null`,
  `create index placements_pinned_until_idx on placements (pinned_until) where pinned_until is not null`,
  `create index placements_candidates_idx on placements (topic_id, placed_at) where state = 'candidate'`,

  // Append-only: what topics, stories and editors there were is told by the row itself, whatever becomes of them.
  `create table decisions (
    id bigint generated always as identity constraint decisions_pkey primary key,
    request_id uuid not null constraint decisions_request_id_key unique,
    topic_id bigint not null,
    topic_slug text not null,
    story_id bigint not null,
    headline text not null,
    editor_id bigint constraint decisions_editor_id_fkey references editors,
    editor_name text not null,
    act text not null,
    details jsonb not null,
    reason text not null,
    before jsonb,
    after jsonb,
    undoes bigint constraint decisions_undoes_fkey references decisions constraint decisions_undoes_key unique,
    made_at timestamptz not null
  )`,
  `create index decisions_topic_id_id_idx on decisions (topic_id, id desc)`,
  `create index decisions_story_id_id_idx on decisions (story_id, id desc)`,
  `create index decisions_editor_id_id_idx on decisions (editor_id, id desc)`,
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'decisions are append-only'; end $$`,
  `create trigger decisions_append_only before update or delete on decisions
    for each statement execute function refuse_change()`,
];

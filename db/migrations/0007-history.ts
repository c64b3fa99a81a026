import { type Kysely, sql } from 'kysely';

/** All that topics ever published: numbered items, what left and why, archives, and corrections. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table placements add column corrections jsonb`,
  `create index placements_item_uuid_idx on placements (item_uuid, topic_id)`,
  `create index placements_edited_at_idx on placements (topic_id, edited_at desc) where edited_at is not null`,

  // An item of a topic for ever, whatever becomes of the story: story_id is by value.
  `create table published_items (
    topic_id bigint not null constraint published_items_topic_id_fkey references topics on delete cascade,
    item_uuid uuid not null,
    number bigint not null,
    story_id bigint not null,
    published_at timestamptz not null,
    renewed_at timestamptz,
    archive integer,
    archived_edited_at timestamptz,
    left_at timestamptz,
    leaving text constraint published_items_leaving_check check (leaving in ('retracted', 'merged', 'withdrawn')),
    comment text,
    decision_id bigint constraint published_items_decision_id_fkey references decisions,
    left_archive integer,
    constraint published_items_pkey primary key (topic_id, item_uuid),
    constraint published_items_number_key unique (topic_id, number),
    constraint published_items_left_check check ((left_at is null) = (leaving is null))
  )`,
  `create index published_items_open_idx on published_items (topic_id, number) where archive is null and left_at is null`,
  `create index published_items_retracted_idx on published_items (topic_id, left_at desc) where leaving = 'retracted'`,

  // What may have been published or have left: noted by whoever changes a placement, settled by the publisher.
  `create table item_changes (
    id bigint generated always as identity constraint item_changes_pkey primary key,
    topic_id bigint not null constraint item_changes_topic_id_fkey references topics on delete cascade,
    item_uuid uuid not null,
    story_id bigint not null
  )`,
  `create index item_changes_topic_id_idx on item_changes (topic_id, item_uuid)`,
  `create function note_published() returns trigger language plpgsql as $$
    begin
      insert into item_changes (topic_id, item_uuid, story_id)
      select topic_id, item_uuid, story_id from placed where state = 'published';
      return null;
    end $$`,
  `create trigger placements_note_published after insert on placements
    referencing new table as placed for each statement execute function note_published()`,
  // A topic that goes takes its placements along, and has no history any more.
  `create function note_item() returns trigger language plpgsql as $$
    begin
      insert into item_changes (topic_id, item_uuid, story_id)
      select old.topic_id, old.item_uuid, old.story_id where exists (select from topics where id = old.topic_id);
      return null;
    end $$`,
  `create trigger placements_note_change after update on placements for each row
    when ((old.state = 'published') is distinct from (new.state = 'published') 
      or (new.state = 'published' and old.story_id <> new.story_id))
    execute function note_item()`,
  `create trigger placements_note_removal after delete on placements for each row
    when (old.state = 'published') execute function note_item()`,

  // What an archive holds, and its documents; never written again but when an item is retracted or our address changes.
  `create table archives (
    topic_id bigint not null constraint archives_topic_id_fkey references topics on delete cascade,
    number integer not null,
    items jsonb not null,
    public_url text not null,
    closed_at timestamptz not null,
    constraint archives_pkey primary key (topic_id, number)
  )`,
  `create table archive_documents (
    topic_id bigint not null,
    number integer not null,
    format text not null constraint archive_documents_format_check check (format in ('rss', 'atom', 'json')),
    body bytea not null,
    gzip bytea not null,
    brotli bytea not null,
    etag text not null,
    last_modified_at timestamptz not null,
    constraint archive_documents_pkey primary key (topic_id, number, format),
    constraint archive_documents_archive_fkey foreign key (topic_id, number) references archives on delete cascade
  )`,
  `alter table archive_documents alter column body set storage external, alter column gzip set storage external, alter column brotli set storage external`,

  // What stands published now begins every topic's history.
  `insert into item_changes (topic_id, item_uuid, story_id)
    select topic_id, item_uuid, story_id from placements where state = 'published'`,
  `insert into topic_changes (topic_id) select id from topics`,
];

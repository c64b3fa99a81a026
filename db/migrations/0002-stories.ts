import { type Kysely, sql } from 'kysely';

/** Stories across sources: what entries are compared by, how common words are, what editors said, and what is related. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table sources add column weight smallint not null default 5
    constraint sources_weight_check check (weight between 1 and 10)`,
  `alter table topics add column shows_related boolean not null default true`,

  `alter table stories add column updated_at timestamptz`,
  `update stories set updated_at = first_at`,
  `alter table stories alter column updated_at set not null`,
  `create index stories_updated_at_idx on stories (updated_at desc, id desc)`,

  `alter table placements add column item_uuid uuid`,
  `update placements p set item_uuid = s.uuid from stories s where s.id = p.story_id`,
  `alter table placements alter column item_uuid set not null`,

  `create table entry_terms (
    entry_id bigint constraint entry_terms_pkey primary key constraint entry_terms_entry_id_fkey references entries on delete cascade,
    language text not null,
    terms bytea not null,
    shingles bytea not null,
    days integer[] not null,
    keys integer[] not null
  )`,
  // No reference to entries, which would want an index of its own: whoever deletes entries drops their keys first.
  `create table entry_keys (
    key integer not null,
    dated_minute integer not null,
    entry_id bigint not null,
    constraint entry_keys_pkey primary key (key, dated_minute, entry_id)
  )`,

  `create table term_counts (
    language text constraint term_counts_pkey primary key,
    entries integer not null,
    counts bytea not null
  )`,

  `create table story_facts (
    entry_id bigint not null constraint story_facts_entry_id_fkey references entries on delete cascade,
    other_id bigint not null constraint story_facts_other_id_fkey references entries on delete cascade,
    kind text not null constraint story_facts_kind_check check (kind in ('together', 'apart')),
    made_at timestamptz not null,
    constraint story_facts_pkey primary key (entry_id, other_id),
    constraint story_facts_order_check check (entry_id < other_id)
  )`,
  `create index story_facts_other_id_idx on story_facts (other_id)`,

  `create table story_links (
    story_id bigint not null constraint story_links_story_id_fkey references stories on delete cascade,
    other_id bigint not null constraint story_links_other_id_fkey references stories on delete cascade,
    likeness real not null,
    constraint story_links_pkey primary key (story_id, other_id),
    constraint story_links_order_check check (story_id < other_id)
  )`,
  `create index story_links_other_id_idx on story_links (other_id)`,

  `create table story_aliases (
    id bigint constraint story_aliases_pkey primary key,
    story_id bigint not null constraint story_aliases_story_id_fkey references stories on delete cascade
  )`,
  `create index story_aliases_story_id_idx on story_aliases (story_id)`,
];

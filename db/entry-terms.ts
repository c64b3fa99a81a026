import { sql } from 'kysely';
import { comparedPerStory } from '../src/model/story.ts';
import type { Db } from './connect.ts';

/** What an entry is compared by, packed. */
export interface PackedTerms {
  entryId: string;
  language: string;
  terms: Buffer;
  shingles: Buffer;
  days: number[];
  keys: number[];
  sourceId: string;
  datedAt: Date;
}

/** Stores what entries are compared by and found by, in place of what was stored of them. */
export async function storeEntryTerms(tx: Db, entries: PackedTerms[], changedIds: string[]): Promise<void> {
  if (entries.length === 0) return;
  await dropEntryKeys(tx, changedIds);
  const column = <T>(pick: (e: PackedTerms) => T) => entries.map(pick);
  await sql`
    with given as materialized (
      select entry_id, language, decode(terms, 'base64') as terms, decode(shingles, 'base64') as shingles,
        days::integer[] as days, keys::integer[] as keys, source_id, dated_at,
        floor(extract(epoch from dated_at) / 60)::integer as dated_minute
      from unnest(
        ${list(column((e) => e.entryId))}::bigint[], ${column((e) => e.language)}::text[],
        ${column((e) => e.terms.toString('base64'))}::text[], ${column((e) => e.shingles.toString('base64'))}::text[],
        ${column((e) => list(e.days))}::text[], ${column((e) => list(e.keys))}::text[],
        ${list(column((e) => e.sourceId))}::bigint[], ${column((e) => e.datedAt.toISOString())}::timestamptz[]
      ) as t(entry_id, language, terms, shingles, days, keys, source_id, dated_at)
    ), indexed as (
      insert into entry_keys (key, dated_minute, entry_id)
      select key, dated_minute, entry_id from given cross join lateral unnest(keys) as k(key)
      on conflict do nothing
    )
    insert into entry_terms (entry_id, language, terms, shingles, days, keys, source_id, dated_at)
    select entry_id, language, terms, shingles, days, keys, source_id, dated_at from given
    on conflict on constraint entry_terms_pkey do update set language = excluded.language, terms = excluded.terms,
      shingles = excluded.shingles, days = excluded.days, keys = excluded.keys`.execute(tx);
}

/** Takes entries out of the index that others find them by: before they are deleted, or get other keys. */
export async function dropEntryKeys(tx: Db, entryIds: string[]): Promise<void> {
  if (entryIds.length === 0) return;
  await sql`
    delete from entry_keys k using entry_terms t
    where t.entry_id = any(${entryIds}::bigint[]) and k.key = any(t.keys)
      and k.dated_minute = floor(extract(epoch from t.dated_at) / 60)::integer and k.entry_id = t.entry_id`.execute(
    tx,
  );
}

/** Numbers as the text of an array: many times quicker than letting the driver quote each. */
function list(numbers: (number | string)[]): string {
  return `{${numbers.join()}}`;
}

/** Minutes since 1970-01-01 00:00 UTC. */
function toMinute(date: Date): number {
  return Math.floor(date.getTime() / 60_000);
}

/** An entry looking for the stories that it may tell. */
export interface Seeker {
  entryId: string;
  datedAt: Date;
  /** With how much of the entry is in each, 0 to 1. */
  keys: { key: number; weight: number }[];
}

/** What listNearStories found. */
export interface NearStories {
  /** Seeker's entry id → story ids, the nearest first. */
  near: Map<string, string[]>;
  /** Story id → ids of its newest entries, 12 at most. */
  members: Map<string, string[]>;
}

/** Entries that one key finds, before and after the seeker each: a key that many have says little. */
const nearestPerKey = 10;
/** Entries that share less of what a seeker says are not looked at. */
export const leastShared = 0.05;
export const entriesPerSeeker = 6;

/**
 * For each seeker the stories of the entries that share most of its keys, six entries at most, dated within `minutes` of it.
 * Its own story is left out, and the other seekers: those are at hand. What it costs does not depend on how much is
 * stored: each key is looked up by time in its index, the nearest 20 entries of each.
 */
export async function listNearStories(tx: Db, seekers: Seeker[], minutes: number): Promise<NearStories> {
  const found: NearStories = { near: new Map(), members: new Map() };
  const asked = seekers.flatMap(({ entryId, datedAt, keys }) =>
    keys.map(({ key, weight }) => ({ entryId, minute: toMinute(datedAt), key, weight })),
  );
  if (asked.length === 0) return found;
  const { rows } = await sql<{ entry_id: string; story_id: string; members: string[] }>`
    with near as (
      select asked.entry_id, n.entry_id as other_id, sum(asked.weight) as shared
      from unnest(
        ${list(asked.map((a) => a.entryId))}::bigint[], ${list(asked.map((a) => a.minute))}::integer[],
        ${list(asked.map((a) => a.key))}::integer[], ${list(asked.map((a) => a.weight))}::real[]
      ) as asked(entry_id, minute, key, weight)
      cross join lateral (
        (select entry_id from entry_keys k where (k.key, k.dated_minute) >= (asked.key, asked.minute)
          and (k.key, k.dated_minute) <= (asked.key, asked.minute + ${minutes}) order by k.key, k.dated_minute limit ${nearestPerKey})
        union all
        (select entry_id from entry_keys k where (k.key, k.dated_minute) < (asked.key, asked.minute)
          and (k.key, k.dated_minute) >= (asked.key, asked.minute - ${minutes}) order by k.key desc, k.dated_minute desc limit ${nearestPerKey})
      ) n
      where n.entry_id <> all(${list(seekers.map((s) => s.entryId))}::bigint[])
      group by 1, 2 having sum(asked.weight) >= ${leastShared}
    ), ranked as materialized (
      select *, row_number() over (partition by entry_id order by shared desc, other_id desc) as place from near
    ), top as (
      select r.entry_id, r.place, (select story_id from story_entries where entry_id = r.other_id) as story_id,
        (select story_id from story_entries where entry_id = r.entry_id) as own_id
      from ranked r where r.place <= ${entriesPerSeeker}
    )
    select entry_id, story_id, array(
      select m.entry_id::text from story_entries m where m.story_id = top.story_id order by m.entry_id desc limit ${comparedPerStory}
    ) as members
    from top where story_id is distinct from own_id
    group by 1, 2 order by 1, min(place)`.execute(tx);
  for (const { entry_id, story_id, members } of rows) {
    const list = found.near.get(entry_id);
    if (list) list.push(story_id);
    else found.near.set(entry_id, [story_id]);
    found.members.set(story_id, members);
  }
  return found;
}

/** An entry as it is compared. */
export type StoredTerms = Omit<PackedTerms, 'keys'>;

/** The ids of the newest entries of these stories, 12 of each at most, ascending: story id → entry ids. */
export async function listNewestMembers(db: Db, storyIds: string[]): Promise<Map<string, string[]>> {
  if (storyIds.length === 0) return new Map();
  const { rows } = await sql<{ story_id: string; members: string[] }>`
    select s.id as story_id, array(
      select m.entry_id::text from story_entries m where m.story_id = s.id order by m.entry_id desc limit ${comparedPerStory}
    ) as members
    from unnest(${storyIds}::bigint[]) as s(id)`.execute(db);
  return new Map(rows.map((row) => [row.story_id, row.members]));
}

/** What these entries are compared by; those of which nothing is stored are left out. */
export async function listTermsOfEntries(db: Db, entryIds: string[]): Promise<StoredTerms[]> {
  if (entryIds.length === 0) return [];
  const { rows } = await sql<StoredTermsRow>`
    select entry_id, source_id, dated_at, language, terms, shingles, days
    from entry_terms where entry_id = any(${entryIds}::bigint[]) order by entry_id`.execute(db);
  return rows.map(toStoredTerms);
}

interface StoredTermsRow {
  entry_id: string;
  source_id: string;
  dated_at: Date;
  language: string;
  terms: Buffer;
  shingles: Buffer;
  days: number[];
}

function toStoredTerms(row: StoredTermsRow): StoredTerms {
  return {
    entryId: row.entry_id,
    sourceId: row.source_id,
    datedAt: row.dated_at,
    language: row.language,
    terms: row.terms,
    shingles: row.shingles,
    days: row.days,
  };
}

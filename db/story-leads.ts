import { sql } from 'kysely';
import type { LeadFacts } from '../src/model/story.ts';
import type { Db } from './connect.ts';

/** The dates of these stories and what their entries have to offer as leads, by story. */
export async function listLeadFacts(db: Db, storyIds: string[]): Promise<Map<string, LeadFacts>> {
  const found = new Map<string, LeadFacts>();
  if (storyIds.length === 0) return found;
  const { rows } = await sql<LeadRow>`
    select s.id as story_id, s.first_at, s.lead_entry_id, e.id as entry_id, e.dated_at, so.weight, e.url is not null as has_url,
      e.image_url is not null and so.policy <> 'title' as has_image,
      case when so.policy = 'title' then 0 else length(e.summary) end as summary_length,
      case when so.policy = 'full' then length(e.content_html) else 0 end as body_length
    from stories s join story_entries se on se.story_id = s.id join entries e on e.id = se.entry_id
    join sources so on so.id = e.source_id
    where s.id = any(${storyIds}::bigint[])`.execute(db);
  for (const row of rows) {
    const facts = found.get(row.story_id) ?? {
      firstAt: row.first_at,
      leadEntryId: row.lead_entry_id ?? undefined,
      candidates: [],
    };
    facts.candidates.push({
      entryId: row.entry_id,
      weight: row.weight,
      datedAt: row.dated_at,
      hasUrl: row.has_url,
      hasImage: row.has_image,
      summaryLength: row.summary_length,
      bodyLength: row.body_length,
    });
    found.set(row.story_id, facts);
  }
  return found;
}

interface LeadRow {
  story_id: string;
  first_at: Date;
  lead_entry_id: string | null;
  entry_id: string;
  dated_at: Date;
  weight: number;
  has_url: boolean;
  has_image: boolean;
  summary_length: number;
  body_length: number;
}

/** Sets leads: story id → entry id. */
export async function setLeads(tx: Db, leads: ReadonlyMap<string, string>): Promise<void> {
  if (leads.size === 0) return;
  await sql`
    update stories s set lead_entry_id = t.entry_id
    from unnest(${[...leads.keys()]}::bigint[], ${[...leads.values()]}::bigint[]) as t(story_id, entry_id)
    where s.id = t.story_id`.execute(tx);
}

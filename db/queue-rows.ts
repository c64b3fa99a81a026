import { type Selectable, sql } from 'kysely';
import type { ActName } from '../src/model/decision.ts';
import type { Placement } from '../src/model/placement.ts';
import type { ContentPolicy } from '../src/model/source.ts';
import type { Story } from '../src/model/story.ts';
import type { Db } from './connect.ts';
import { toPlacement } from './placement-rows.ts';
import type { PlacementsTable } from './schema.ts';

/** A story as it stands in a topic, in so many words as an editor decides by. */
export interface QueueRow {
  placement: Placement;
  story: Story;
  /** As readers would see it: the editor's words, else the lead's, of which the source's policy may hide all but the title. */
  headline: string;
  standfirst: string;
  imageUrl?: string;
  language?: string;
  /** The lead's article at its publisher's. */
  articleUrl?: string;
  lead: { entryId: string; sourceId: string; source: string };
  /** Names of sources, the lead's first, the others in the order in which they came; 4 at most. */
  sources: string[];
  sourceCount: number;
  entryCount: number;
  /** The publisher's words have changed since an editor wrote others, or another entry leads. */
  isChangedSinceEdit: boolean;
  /** What was decided last of this story in this topic. */
  last?: { decisionId: string; editorName: string; act: ActName; madeAt: Date };
}

const namedSources = 4;

interface Row extends Selectable<PlacementsTable> {
  uuid: string;
  story_lead_id: string | null;
  first_at: Date;
  updated_at: Date;
  entry_id: string;
  source_id: string;
  source_title: string;
  policy: ContentPolicy;
  title: string;
  summary: string;
  image_url: string | null;
  language: string | null;
  url: string | null;
  source_names: string[];
  source_count: string;
  entry_count: string;
  decision_id: string | null;
  editor_name: string | null;
  act: ActName | null;
  made_at: Date | null;
}

/**
 * The rows of these stories in a topic, in the order of the ids, in one statement; what has no placement there is left out.
 * The limits of one row keep Postgres from reading the whole topic first where it has no statistics.
 */
export async function listQueueRows(db: Db, topicId: string, storyIds: string[]): Promise<QueueRow[]> {
  if (storyIds.length === 0) return [];
  const { rows } = await sql<Row>`
    select p.*, s.uuid, s.lead_entry_id as story_lead_id, s.first_at, s.updated_at, lead.*, told.*, last.*
    from unnest(${storyIds}::bigint[]) with ordinality as asked(id, place)
    cross join lateral (select * from placements where story_id = asked.id and topic_id = ${topicId} limit 1) p
    cross join lateral (select * from stories where id = asked.id limit 1) s
    cross join lateral (
      select e.id as entry_id, e.source_id, so.title as source_title, so.policy, e.title, e.summary, e.image_url, e.language, e.url
      from story_entries se join entries e on e.id = se.entry_id join sources so on so.id = e.source_id
      where se.story_id = s.id
      order by se.entry_id is not distinct from p.lead_entry_id desc, se.entry_id is not distinct from s.lead_entry_id desc,
        e.dated_at, e.id limit 1
    ) lead
    cross join lateral (
      select sum(entries) as entry_count, count(*) as source_count,
        (array_agg(so.title order by teller.source_id <> lead.source_id, first_at, teller.source_id))[1:${namedSources}::int] as source_names
      from (
        select e.source_id, count(*) as entries, min(e.dated_at) as first_at
        from story_entries se join entries e on e.id = se.entry_id where se.story_id = s.id group by e.source_id
      ) teller join sources so on so.id = teller.source_id
    ) told
    left join lateral (
      select d.id as decision_id, d.editor_name, d.act, d.made_at from decisions d
      where d.story_id = s.id and d.topic_id = p.topic_id order by d.id desc limit 1
    ) last on true
    order by asked.place`.execute(db);
  return rows.map(toQueueRow);
}

function toQueueRow(row: Row): QueueRow {
  const isHidden = row.policy === 'title';
  const { title, summary, edited_from: from } = row;
  return {
    placement: toPlacement(row),
    story: {
      id: row.story_id,
      uuid: row.uuid,
      leadEntryId: row.story_lead_id ?? '',
      firstAt: row.first_at,
      updatedAt: row.updated_at,
    },
    headline: row.headline ?? title,
    standfirst: row.standfirst ?? (isHidden ? '' : summary),
    imageUrl: isHidden ? undefined : (row.image_url ?? undefined),
    language: row.language ?? undefined,
    articleUrl: row.url ?? undefined,
    lead: { entryId: row.entry_id, sourceId: row.source_id, source: row.source_title },
    sources: row.source_names,
    sourceCount: Number(row.source_count),
    entryCount: Number(row.entry_count),
    isChangedSinceEdit: from !== null && (from.title !== title || from.summary !== summary),
    last: toLast(row),
  };
}

function toLast({ decision_id: decisionId, editor_name: editorName, act, made_at: madeAt }: Row) {
  if (decisionId === null || editorName === null || act === null || madeAt === null) return undefined;
  return { decisionId, editorName, act, madeAt };
}

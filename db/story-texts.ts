import type { EditedFrom } from '../src/model/placement.ts';
import type { Db } from './connect.ts';

/** What a story's entries say in short. */
export interface StoryTexts {
  uuid: string;
  firstAt: Date;
  updatedAt: Date;
  /** The entry that leads it by itself. */
  leadId: string;
  /** Entry id → its title and summary, by date. */
  entries: Map<string, EditedFrom>;
}

/**
 * What a story's entries say; undefined when there is no such story, or it has lost them all. `kept`: none of them is
 * deleted until the transaction ends.
 */
export async function findStoryTexts(
  db: Db,
  storyId: string,
  entries: 'kept' | 'read' = 'read',
): Promise<StoryTexts | undefined> {
  const select = db
    .selectFrom('stories as s')
    .innerJoin('story_entries as se', 'se.story_id', 's.id')
    .innerJoin('entries as e', 'e.id', 'se.entry_id')
    .select(['s.uuid', 's.first_at', 's.updated_at', 's.lead_entry_id', 'e.id', 'e.title', 'e.summary'])
    .where('s.id', '=', storyId)
    .orderBy('e.dated_at')
    .orderBy('e.id');
  const rows = await (entries === 'kept' ? select.forKeyShare('e') : select).execute();
  const [first] = rows;
  if (!first) return undefined;
  const texts = new Map(rows.map(({ id, title, summary }) => [id, { title, summary }]));
  const { lead_entry_id: leadId, uuid, first_at: firstAt, updated_at: updatedAt } = first;
  return {
    uuid,
    firstAt,
    updatedAt,
    leadId: leadId !== null && texts.has(leadId) ? leadId : first.id,
    entries: texts,
  };
}

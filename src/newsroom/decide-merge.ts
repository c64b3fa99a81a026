import { announceDeskEvent } from '../../db/desk-events.ts';
import { lockRules } from '../../db/locks.ts';
import { lockPlacementsOfStory } from '../../db/placement-rows.ts';
import { listAliasesOf, listLinksOf } from '../../db/reopen-story.ts';
import type { StoryLink } from '../../db/story-links.ts';
import { findStoryTexts } from '../../db/story-texts.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { AppError } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { Placement } from '../model/placement.ts';
import { toStanding } from '../model/standing.ts';
import { findConflict, leaveAsIs, toHeadline } from './decide-standing.ts';
import type { Deciding, DecisionOutcome } from './deciding.ts';
import { lockLocated } from './locate-placement.ts';
import { changeStanding, recordDecision } from './record-decision.ts';
import { takeUpStory } from './take-up-story.ts';

/** All that has to be known to part two stories again as they were; dates as JSON keeps them. */
export interface MergeRecord {
  /** In which it was decided. */
  topicId: string;
  storyId: string;
  uuid: string;
  firstAt: string;
  updatedAt: string;
  leadId: string;
  entryIds: string[];
  aliasIds: string[];
  links: StoryLink[];
  /** Of the story that was taken up. */
  placements: PlacementRecord[];
  /** Of the story that took it up. */
  ownPlacements: PlacementRecord[];
}

type Dates =
  | 'datedAt'
  | 'placedAt'
  | 'publishedAt'
  | 'editedAt'
  | 'pinnedAt'
  | 'pinnedUntil'
  | 'publishAt'
  | 'expireAt';

/** A placement as JSON keeps it. */
export type PlacementRecord = Omit<Placement, Dates> & Partial<Record<Dates, string>>;

/** The story takes up the other one, everywhere. */
export async function decideMerge(deciding: Deciding, otherId: string): Promise<DecisionOutcome> {
  const { tx, topic, request } = deciding;
  await lockRules(tx);
  const { storyId, placement } = await lockLocated(tx, topic.id, request.storyId);
  if (!placement) {
    const message = `This story has no place in ${topic.name} (any more). Place it there first.`;
    return { kind: 'refused', code: 'placement-not-found', message };
  }
  const other = await lockLocated(tx, topic.id, otherId);
  if (other.storyId === storyId) {
    if (otherId !== request.storyId) return leaveAsIs(deciding, placement);
    throw new AppError('same-story', 'A story cannot be merged with itself. Choose another one.');
  }
  const conflict = await findConflict(deciding, placement);
  if (conflict) return conflict;
  const merged = await mergeWith(deciding, placement, other.storyId);
  return { kind: 'decided', ...merged, storyId };
}

/** Merges and keeps the decision; `undoes`: the parting that this takes back. */
export async function mergeWith(
  deciding: Deciding,
  placement: Placement,
  otherId: string,
  undoes?: string,
): Promise<{ decision: Decision; placement?: Placement }> {
  const { tx, topic, now } = deciding;
  const { storyId } = placement;
  const texts = await findStoryTexts(tx, storyId);
  if (!texts) throw new AppError('story-not-found', 'This story has no reports any more.');
  const merged = await describeMerge(deciding, storyId, otherId);
  await takeUpStory(tx, storyId, otherId, now);
  const standing = await lockLocated(tx, topic.id, storyId);
  const after = toStanding(standing.placement ?? placement);
  const changed = await changeStanding(deciding, storyId, after);
  const topicIds = [...merged.placements, ...merged.ownPlacements].map(({ topicId }) => topicId);
  await markTopicsChanged(tx, [...new Set(topicIds)]);
  await announceDeskEvent(tx, { kind: 'candidates', topicIds: [...new Set(topicIds)] });
  const decision = await recordDecision(deciding, {
    storyId,
    headline: toHeadline(placement, texts),
    before: toStanding(placement),
    after,
    details: { merged },
    undoes,
  });
  return { decision, placement: changed };
}

async function describeMerge(
  { tx, topic }: Deciding,
  storyId: string,
  otherId: string,
): Promise<MergeRecord> {
  const texts = await findStoryTexts(tx, otherId);
  if (!texts) throw new AppError('story-not-found', 'The other story has no reports any more.');
  return {
    topicId: topic.id,
    storyId: otherId,
    uuid: texts.uuid,
    firstAt: texts.firstAt.toISOString(),
    updatedAt: texts.updatedAt.toISOString(),
    leadId: texts.leadId,
    entryIds: [...texts.entries.keys()],
    aliasIds: await listAliasesOf(tx, otherId),
    links: await listLinksOf(tx, otherId),
    placements: (await lockPlacementsOfStory(tx, otherId)).map(toRecord),
    ownPlacements: (await lockPlacementsOfStory(tx, storyId)).map(toRecord),
  };
}

export function toRecord(placement: Placement): PlacementRecord {
  return JSON.parse(JSON.stringify(placement));
}

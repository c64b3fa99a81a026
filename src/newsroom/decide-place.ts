import { insertPlacements } from '../../db/placement-rows.ts';
import { findStoryTexts } from '../../db/story-texts.ts';
import { applyAct, isRefusal } from '../model/apply-act.ts';
import type { Placement } from '../model/placement.ts';
import { leaveAsIs, toActContext, toHeadline } from './decide-standing.ts';
import type { Deciding, DecisionOutcome } from './deciding.ts';
import { lockLocated } from './locate-placement.ts';
import { recordDecision } from './record-decision.ts';

/** Places a story in a topic as if the topic's rule had matched it. */
export async function decidePlace(deciding: Deciding): Promise<DecisionOutcome> {
  const { tx, by, topic, request, now } = deciding;
  const { storyId, placement } = await lockLocated(tx, topic.id, request.storyId);
  if (placement) return leaveAsIs(deciding, placement);
  const texts = await findStoryTexts(tx, storyId);
  const after = texts && applyAct(undefined, { act: 'place' }, now, toActContext(topic, texts));
  if (!after || isRefusal(after)) {
    return { kind: 'refused', code: 'story-not-found', message: 'This story has no reports any more.' };
  }
  const placed: Placement = {
    topicId: topic.id,
    storyId,
    state: after.state,
    reasons: [{ clause: `placed by ${by.name}`, field: 'editor' }],
    datedAt: texts.firstAt,
    placedAt: now,
    publishedAt: after.state === 'published' ? now : undefined,
    itemUuid: texts.uuid,
    version: 1,
  };
  // Whoever was faster, the rule or another editor, has placed it.
  if (!(await insertPlacements(tx, [placed]))) {
    const found = await lockLocated(tx, topic.id, storyId);
    return found.placement ? leaveAsIs(deciding, found.placement) : decidePlace(deciding);
  }
  const headline = toHeadline(undefined, texts);
  const decision = await recordDecision(deciding, { storyId, headline, after });
  return { kind: 'decided', decision, placement: placed, storyId };
}

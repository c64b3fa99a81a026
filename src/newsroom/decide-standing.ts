import { listDecisions } from '../../db/decisions.ts';
import { findStoryTexts, type StoryTexts } from '../../db/story-texts.ts';
import { describeDecision, toAgain } from '../model/act-words.ts';
import { type ActContext, applyAct, isRefusal, type StandingAct } from '../model/apply-act.ts';
import type { Decision, DecisionDetails } from '../model/decision.ts';
import type { Placement } from '../model/placement.ts';
import { isSameStanding, toStanding } from '../model/standing.ts';
import type { Topic } from '../model/topic.ts';
import type { Deciding, DecisionOutcome } from './deciding.ts';
import { lockLocated } from './locate-placement.ts';
import { changeStanding, recordDecision } from './record-decision.ts';

/** Decides on how a story stands in a topic in which it has a place. */
export async function decideStanding(
  deciding: Deciding,
  act: Exclude<StandingAct, { act: 'place' }>,
): Promise<DecisionOutcome> {
  const { tx, topic, request, now } = deciding;
  const { storyId, placement } = await lockLocated(tx, topic.id, request.storyId);
  // An entry that is to lead stays until it does.
  const texts = await findStoryTexts(tx, storyId, act.act === 'lead' ? 'kept' : 'read');
  if (!placement || !texts) {
    const message = `This story has no place in ${topic.name} (any more). Place it there first.`;
    return { kind: 'refused', code: 'placement-not-found', message };
  }
  const before = toStanding(placement);
  const after = applyAct(before, act, now, toActContext(topic, texts));
  if (isRefusal(after)) return { kind: 'refused', code: 'decision-refused', message: after.refused };
  if (isSameStanding(before, after)) return leaveAsIs(deciding, placement);
  const conflict = await findConflict(deciding, placement);
  if (conflict) return conflict;
  const changed = await changeStanding(deciding, storyId, after);
  const decision = await recordDecision(deciding, {
    storyId,
    headline: toHeadline(placement, texts),
    before,
    after,
    details: toDetails(act),
  });
  return { kind: 'decided', decision, placement: changed, storyId };
}

export function toActContext({ mode }: Topic, { leadId, entries }: StoryTexts): ActContext {
  return { mode, storyLeadId: leadId, entries };
}

/** What the story is called in the topic. */
export function toHeadline(placement: Placement | undefined, { leadId, entries }: StoryTexts): string {
  const lead = entries.get(placement?.leadEntryId ?? leadId) ?? entries.get(leadId);
  return placement?.headline ?? lead?.title ?? '';
}

/** What was asked for, but for what the standings tell. */
function toDetails({ act, ...asked }: StandingAct): DecisionDetails {
  return asked;
}

/** The answer to who asks for what stands already. */
export async function leaveAsIs(
  { tx, topic, now }: Pick<Deciding, 'tx' | 'topic' | 'now'>,
  placement: Placement,
): Promise<DecisionOutcome> {
  const { storyId } = placement;
  const [last] = await listDecisions(tx, { topicId: topic.id, storyId, limit: 1 });
  const message = last
    ? `It stands so already: ${describeDecision(last, now)}.`
    : `It stands so already: the rule of ${topic.name} placed it.`;
  return { kind: 'unchanged', message, placement, last, storyId };
}

/** The answer when somebody else has decided since the version that was seen; undefined when nobody has. */
export async function findConflict(
  deciding: Deciding,
  placement: Placement,
): Promise<DecisionOutcome | undefined> {
  const { request, now } = deciding;
  if (request.version === undefined || request.version === placement.version) return undefined;
  const last = await findOthersDecision(deciding, placement, request.version);
  if (!last) return undefined;
  const message = `${describeDecision(last, now)}. ${toAgain(request.act.act)}`;
  return { kind: 'conflict', message, placement, last, storyId: placement.storyId };
}

/** The latest decision of somebody else since a version. */
async function findOthersDecision(
  { tx, by, topic }: Deciding,
  { storyId, version }: Placement,
  seen: number,
): Promise<Decision | undefined> {
  // A version that is not there yet was never seen: then the last decision is what counts.
  const since = version > seen ? Math.min(version - seen, 100) : 1;
  const decisions = await listDecisions(tx, { topicId: topic.id, storyId, limit: since });
  return decisions.find(({ editorId }) => editorId === undefined || editorId !== by.id);
}

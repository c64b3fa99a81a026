import { findDecision, findUndoers, listDecisions } from '../../db/decisions.ts';
import { lockRules } from '../../db/locks.ts';
import { insertPlacements, removePlacement } from '../../db/placement-rows.ts';
import { findStoryTexts, type StoryTexts } from '../../db/story-texts.ts';
import { describeDecision } from '../model/act-words.ts';
import type { Decision } from '../model/decision.ts';
import type { Placement } from '../model/placement.ts';
import { isAsLeft, toStanding, toStandingAgain } from '../model/standing.ts';
import { type MergeRecord, mergeWith, type PlacementRecord, toRecord } from './decide-merge.ts';
import { toHeadline } from './decide-standing.ts';
import type { Deciding, DecisionOutcome } from './deciding.ts';
import { type Located, lockLocated } from './locate-placement.ts';
import { partAgain, toPlacementAgain } from './part-again.ts';
import { changeStanding, recordDecision } from './record-decision.ts';

/** How many later decisions on a placement are looked through; more than that is no undo any more. */
const mostLater = 500;

/** What is to be taken back, and where its story stands now. */
interface Undoing {
  target: Decision;
  located: Located;
  texts: StoryTexts;
}

/**
 * Takes back a decision, which is a decision itself: what stood before stands again. Not while a later decision on the same
 * placement stands. Taking back what took something back does it again; what is taken back already stays so.
 */
export async function undoDecision(deciding: Deciding, decisionId: string): Promise<DecisionOutcome> {
  const { tx, topic, now } = deciding;
  const asked = await findDecision(tx, decisionId);
  if (!asked || asked.topicId !== topic.id) {
    const message = `There is no decision ${decisionId} in ${topic.name}.`;
    return { kind: 'refused', code: 'decision-not-found', message };
  }
  if (asked.details.merged || asked.details.parted) await lockRules(tx);
  const located = await lockLocated(tx, topic.id, asked.storyId);
  const { target, isUndone } = await findStandingTarget(deciding, asked);
  if (isUndone) return { kind: 'repeated', decision: target, ...located };
  const last = await findLaterDecision(deciding, target);
  // Without a placement there is nothing to wait for: somebody has just undone it.
  if (last?.undoes === target.id) return undoDecision(deciding, decisionId);
  if (last) {
    const message = `This can’t be undone by itself: ${describeDecision(last, now)}. Undo that first.`;
    return { kind: 'conflict', message, last, ...located };
  }
  const texts = await findStoryTexts(tx, located.storyId, target.before?.leadEntryId ? 'kept' : 'read');
  if (!texts)
    return { kind: 'refused', code: 'story-not-found', message: 'This story has no reports any more.' };
  return takeBack(deciding, { target, located, texts });
}

/** Follows a decision that was taken back and done again to what stands of it now. */
async function findStandingTarget(
  { tx }: Deciding,
  asked: Decision,
): Promise<{ target: Decision; isUndone: boolean }> {
  let target = asked;
  let isUndone = false;
  for (;;) {
    const undoer = (await findUndoers(tx, [target.id])).get(target.id);
    if (!undoer) return { target, isUndone };
    target = undoer;
    isUndone = !isUndone;
  }
}

/** The latest decision on the same placement after this one that stands; undefined when all were taken back. */
async function findLaterDecision({ tx, topic }: Deciding, target: Decision): Promise<Decision | undefined> {
  const later = await listDecisions(tx, {
    topicId: topic.id,
    storyId: target.storyId,
    after: target.id,
    limit: mostLater,
  });
  const undoerOf = await findUndoers(
    tx,
    later.map(({ id }) => id),
  );
  const stands = ({ id }: Decision): boolean => {
    const undoer = undoerOf.get(id);
    return !undoer || !stands(undoer);
  };
  // One that only took back a later one is gone together with it.
  const laterIds = new Set(later.map(({ id }) => id));
  return later.find((one) => stands(one) && !(one.undoes !== undefined && laterIds.has(one.undoes)));
}

async function takeBack(deciding: Deciding, undoing: Undoing): Promise<DecisionOutcome> {
  const { target, located } = undoing;
  const { storyId, placement } = located;
  const merged = target.details.merged as MergeRecord | undefined;
  const parted = target.details.parted as { storyId: string } | undefined;
  if (merged && placement) return takeBackMerge(deciding, undoing, placement, merged);
  if (parted && placement) {
    const other = await lockLocated(deciding.tx, deciding.topic.id, parted.storyId);
    if (other.storyId === storyId) return toConflict(located, 'The two are one story again already.');
    return { kind: 'decided', ...(await mergeWith(deciding, placement, other.storyId, target.id)), storyId };
  }
  if (!placement) {
    return target.before
      ? placeAgain(deciding, undoing)
      : toConflict(located, 'The story has no place in this topic any more.');
  }
  if (!target.after) return toConflict(located, 'The story has a place in this topic again already.');
  // A place that the rule gave the other story is not taken out with an editor's.
  const isOfEditor = target.before !== undefined || placement.reasons.some(({ field }) => field === 'editor');
  if (!isOfEditor || !isAsLeft(target.after, toStanding(placement))) return toConflict(located, mixed);
  return target.before ? putBack(deciding, undoing, placement) : takeOut(deciding, undoing, placement);
}

const mixed =
  'This can’t be undone by itself: the story has been merged with another one, which stood otherwise. Decide anew.';

async function putBack(
  deciding: Deciding,
  { target, texts }: Undoing,
  placement: Placement,
): Promise<DecisionOutcome> {
  const { storyId } = placement;
  const after = toStandingAgain(target.before ?? toStanding(placement), deciding.now, (id) =>
    texts.entries.has(id),
  );
  const changed = await changeStanding(deciding, storyId, after);
  const decision = await recordDecision(deciding, {
    storyId,
    headline: toHeadline(placement, texts),
    before: toStanding(placement),
    after,
    undoes: target.id,
  });
  return { kind: 'decided', decision, placement: changed, storyId };
}

/** Undoes a placing: the story has no place in the topic any more. */
async function takeOut(
  deciding: Deciding,
  { target, texts }: Undoing,
  placement: Placement,
): Promise<DecisionOutcome> {
  const { storyId } = placement;
  await removePlacement(deciding.tx, deciding.topic.id, storyId);
  const decision = await recordDecision(deciding, {
    storyId,
    headline: toHeadline(placement, texts),
    before: toStanding(placement),
    details: { removed: toRecord(placement) },
    undoes: target.id,
  });
  return { kind: 'decided', decision, storyId };
}

/** Undoes that: the placement is as it was. */
async function placeAgain(deciding: Deciding, { target, located, texts }: Undoing): Promise<DecisionOutcome> {
  const { storyId } = located;
  const removed = target.details.removed as PlacementRecord | undefined;
  if (!removed) return toConflict(located, 'The story has no place in this topic any more.');
  const placement = toPlacementAgain(removed, storyId, (id) => texts.entries.has(id));
  // Whoever was faster has undone it, or has placed or merged the story.
  if (!(await insertPlacements(deciding.tx, [placement]))) return undoDecision(deciding, target.id);
  const headline = toHeadline(placement, texts);
  const after = toStanding(placement);
  const decision = await recordDecision(deciding, { storyId, headline, after, undoes: target.id });
  return { kind: 'decided', decision, placement, storyId };
}

async function takeBackMerge(
  deciding: Deciding,
  { target, located, texts }: Undoing,
  placement: Placement,
  merged: MergeRecord,
): Promise<DecisionOutcome> {
  const { tx, topic } = deciding;
  const { storyId } = placement;
  if (!(await partAgain(deciding, storyId, merged))) {
    return toConflict(located, 'The two can’t be parted any more: their reports have gone other ways.');
  }
  const own = (await lockLocated(tx, topic.id, storyId)).placement;
  const after = own && toStanding(own);
  const changed = after && (await changeStanding(deciding, storyId, after));
  const decision = await recordDecision(deciding, {
    storyId,
    headline: toHeadline(placement, texts),
    before: toStanding(placement),
    after,
    details: { parted: { storyId: merged.storyId } },
    undoes: target.id,
  });
  return { kind: 'decided', decision, placement: changed, storyId };
}

function toConflict(located: Located, message: string): DecisionOutcome {
  return { kind: 'conflict', message, ...located };
}

import { insertDecisions } from '../../db/decisions.ts';
import { announceDeskEvent } from '../../db/desk-events.ts';
import { setStandings } from '../../db/placement-rows.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import type { Decision, DecisionDetails, Standing } from '../model/decision.ts';
import type { Placement } from '../model/placement.ts';
import type { Deciding } from './deciding.ts';
import { markStoriesChanged } from './mark-stories-changed.ts';

/** What a decision came to. */
export interface Recorded {
  storyId: string;
  headline: string;
  before?: Standing;
  after?: Standing;
  details?: DecisionDetails;
  undoes?: string;
}

/** Sets the standing of a placement that the transaction has locked: its version goes up by one. */
export async function changeStanding(
  { tx, topic, now }: Deciding,
  storyId: string,
  standing: Standing,
): Promise<Placement | undefined> {
  const [changed] = await setStandings(tx, [{ topicId: topic.id, storyId, standing }], now);
  return changed;
}

function isNamedAlike(one?: Standing, other?: Standing): boolean {
  return one?.headline === other?.headline && one?.leadEntryId === other?.leadEntryId;
}

/** Keeps a decision for ever, has the documents that it changes rendered, and tells the other desks. */
export async function recordDecision(deciding: Deciding, recorded: Recorded): Promise<Decision> {
  const { tx, by, request, topic, now } = deciding;
  const { storyId, headline, before, after, details = {}, undoes } = recorded;
  const decision = {
    requestId: request.requestId,
    topicId: topic.id,
    topicSlug: topic.slug,
    storyId,
    headline,
    editorId: by.id,
    editorName: by.name,
    act: request.act.act,
    details,
    reason: request.reason?.trim() ?? '',
    before,
    after,
    undoes,
    madeAt: now,
  };
  const [made] = await insertDecisions(tx, [decision]);
  if (!made) throw new Error('A decision was not stored');
  const was = before?.state === 'published';
  const is = after?.state === 'published';
  if (was || is) await markTopicsChanged(tx, [topic.id]);
  // The story may have gained or lost its page, which other topics lead to, or is called otherwise there.
  if (was !== is || (is && !isNamedAlike(before, after))) await markStoriesChanged(tx, [storyId]);
  await announceDeskEvent(tx, {
    kind: 'decided',
    topicId: topic.id,
    storyId,
    decisionId: made.id,
    editorId: by.id,
    editorName: by.name,
    act: made.act,
  });
  return made;
}

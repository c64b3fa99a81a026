import { randomUUID } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import { insertDecisions } from '../../db/decisions.ts';
import { announceDeskEvent } from '../../db/desk-events.ts';
import { claimDuePlacements, type DueKind, type DuePlacement, dueKinds } from '../../db/due-placements.ts';
import { setStandings } from '../../db/placement-rows.ts';
import { markTopicsChanged } from '../../db/topic-changes.ts';
import { transact } from '../../db/transact.ts';
import { applyAct, isRefusal } from '../model/apply-act.ts';
import type { Decision, Standing } from '../model/decision.ts';
import { toStanding } from '../model/standing.ts';
import { markStoriesChanged } from './mark-stories-changed.ts';

export interface DueContext {
  db: Db;
  now(): Date;
  /** Aborted: finish the batch in hand, begin no more. */
  signal?: AbortSignal;
}

const batch = 100;
/** Ends a tick in good time even when many are due: the next tick goes on. */
const mostBatches = 20;

/**
 * Does what is due: ends and begins placements at their hours, unpins, and publishes candidates of assisted topics that have
 * waited long enough or are told by enough sources. Each is a decision without an editor, made once however many workers
 * look at the same time. Returns how many were made.
 */
export async function decideDue({ db, now, signal }: DueContext): Promise<number> {
  let decided = 0;
  for (const kind of dueKinds) {
    for (let n = 0; n < mostBatches && !signal?.aborted; n++) {
      const made = await transact(db, (tx) => decideBatch(tx, kind, now()));
      decided += made;
      if (made < batch) break;
    }
  }
  return decided;
}

async function decideBatch(tx: Db, kind: DueKind, now: Date): Promise<number> {
  const due = await claimDuePlacements(tx, kind, now, batch);
  if (due.length === 0) return 0;
  const changes = due.map(({ placement }) => {
    const before = toStanding(placement);
    const { topicId, storyId } = placement;
    return { topicId, storyId, before, standing: toNext(before, kind, now) };
  });
  await setStandings(
    tx,
    changes.map(({ before: _before, ...change }) => change),
    now,
  );
  const decisions = await insertDecisions(
    tx,
    due.map((one, place) => toDecision(one, kind, changes[place]?.before, changes[place]?.standing, now)),
  );
  await tellOthers(tx, decisions);
  return due.length;
}

const acts = { expire: 'hold', publish: 'publish', unpin: 'unpin', assist: 'publish' } as const;

/** None of these acts is ever refused. */
function toNext(before: Standing, kind: DueKind, now: Date): Standing {
  const context = { mode: 'editor' as const, storyLeadId: '', entries: new Map() };
  const next = applyAct(before, { act: acts[kind] }, now, context);
  return isRefusal(next) ? before : next;
}

function toDecision(
  due: DuePlacement,
  kind: DueKind,
  before: Standing | undefined,
  after: Standing | undefined,
  madeAt: Date,
): Omit<Decision, 'id'> {
  const { placement, topicSlug, headline } = due;
  return {
    requestId: randomUUID(),
    topicId: placement.topicId,
    topicSlug,
    storyId: placement.storyId,
    headline,
    editorName: kind === 'assist' ? 'rule' : 'clock',
    act: acts[kind],
    details: { due: kind },
    reason: toReason(due, kind),
    before,
    after,
    madeAt,
  };
}

function toReason({ sourceCount, assistSources, assistMinutes }: DuePlacement, kind: DueKind): string {
  if (kind === 'expire') return 'expired';
  if (kind === 'publish') return 'scheduled';
  if (kind === 'unpin') return 'pinned until now';
  return sourceCount >= assistSources
    ? `told by ${sourceCount} ${sourceCount === 1 ? 'source' : 'sources'}`
    : `waited ${assistMinutes} ${assistMinutes === 1 ? 'minute' : 'minutes'}`;
}

/** Has the documents rendered that changed, and tells the desks. */
async function tellOthers(tx: Db, decisions: Decision[]): Promise<void> {
  const isShown = (standing?: Standing) => standing?.state === 'published';
  const shown = decisions.filter(({ before, after }) => isShown(before) || isShown(after));
  const turned = decisions.filter(({ before, after }) => isShown(before) !== isShown(after));
  await markTopicsChanged(tx, [...new Set(shown.map(({ topicId }) => topicId))]);
  await markStoriesChanged(
    tx,
    turned.map(({ storyId }) => storyId),
  );
  for (const { topicId, storyId, id, editorName, act } of decisions) {
    await announceDeskEvent(tx, { kind: 'decided', topicId, storyId, decisionId: id, editorName, act });
  }
}

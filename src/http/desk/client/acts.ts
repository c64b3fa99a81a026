import { toSaid } from './act-words.ts';
import { sendDecisions } from './ask.ts';
import type { Delivery, Outcome, WireAct } from './delivery.ts';
import { apply, bringBack, hide, isGone, isLeaving, markRow } from './optimism.ts';
import { createOutbox } from './outbox.ts';
import { createUuid, get, page } from './page.ts';
import { refetch } from './preview-pane.ts';
import { getCursor, getRow, getSelected, goTo, replaceRow } from './rows.ts';
import { showLastAct } from './say.ts';
import { showState } from './show-state.ts';
import { onSignedIn } from './sign-in-dialog.ts';
import { createUndoStack } from './undo-stack.ts';

const ownRequests = new Set<string>();
/** By the request of a merge: the story that was taken up. */
const takenUp = new Map<string, string>();
const undoKey = `desk-undo:${page.editorId}`;
const undone = createUndoStack(
  () => sessionStorage.getItem(undoKey),
  (text) => sessionStorage.setItem(undoKey, text),
);
let reason = '';

const outbox = createOutbox({
  storage: localStorage,
  prefix: `desk-outbox:${page.editorId}:`,
  send: sendDecisions,
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  onOutcome: (delivery, outcome) => void settle(delivery, outcome),
  onState: showState,
});

/** Sends what a page before this one has left, and goes on whenever the connection or the session is back. */
export function startActs(): void {
  addEventListener('online', outbox.wake);
  document.addEventListener('visibilitychange', () => !document.hidden && outbox.wake());
  onSignedIn(outbox.wake);
  for (const { storyId, act, topic } of outbox.listWaiting()) {
    if (topic === page.topic && isLeaving(act)) hide([storyId]);
  }
  outbox.wake();
}

export function setReason(words: string): void {
  reason = words.trim();
  const line = get('next-reason');
  line.hidden = reason === '';
  line.textContent = reason === '' ? '' : `Reason for your next act: “${reason}”`;
}

/** Whether something that was decided came from this page. */
export function isOwnDecision(storyId: string): boolean {
  return outbox.listWaiting().some((delivery) => delivery.storyId === storyId);
}

export interface ActOptions {
  ids?: string[];
  /** Slug of another topic than the page's. */
  topic?: string;
  /** After "Published “…”". */
  where?: string;
}

/** Does an act at once on the page, and sends it. */
export function perform(act: WireAct, options: ActOptions = {}): void {
  const ids = options.ids ?? getSelected();
  if (ids.length === 0 || !page.mayDecide) {
    showLastAct(
      page.mayDecide ? 'No story is selected.' : 'Your role only reads: editors decide.',
      'problem',
    );
    return;
  }
  const deliveries = ids.map((id) => toDelivery(id, act, options.topic));
  const said = toSaid(
    act.act,
    deliveries.map(({ headline }) => headline),
    options.where,
  );
  undone.push({
    said,
    parts: deliveries.map(({ requestId, topic, storyId, headline }) => ({
      requestId,
      topic,
      storyId,
      headline,
    })),
  });
  setReason('');
  if (act.act === 'merge') takenUp.set(deliveries[0]?.requestId ?? '', act.otherId);
  if (!options.topic) apply(ids, act);
  outbox.add(deliveries);
  showLastAct(said);
}

function toDelivery(id: string, act: WireAct, topic = page.topic): Delivery {
  const row = getRow(id);
  const version = topic === page.topic && row ? Number(row.dataset.version) : undefined;
  if (row && version !== undefined) row.dataset.version = String(version + 1);
  const requestId = createUuid();
  ownRequests.add(requestId);
  const headline = row?.querySelector('.row-headline')?.textContent?.trim() ?? `story ${id}`;
  return { requestId, topic, storyId: id, version, act, reason: reason || undefined, headline };
}

/** `u`: takes back what this editor did last. */
export function undo(): void {
  const last = undone.pop();
  if (!last) {
    showLastAct('There is nothing of yours to undo.', 'problem');
    return;
  }
  const deliveries = last.parts.map((part): Delivery => {
    const requestId = createUuid();
    ownRequests.add(requestId);
    const act: WireAct = { act: 'undo', decisionId: part.decisionId, of: part.requestId };
    return { requestId, topic: part.topic, storyId: part.storyId, act, headline: part.headline };
  });
  for (const { requestId, storyId, topic } of last.parts) {
    if (topic !== page.topic) continue;
    bringBack(storyId);
    const row = getRow(storyId);
    if (row) row.dataset.version = String(Number(row.dataset.version) + 1);
    const other = takenUp.get(requestId);
    if (other !== undefined) bringBack(other);
  }
  outbox.add(deliveries);
  const [first] = last.parts;
  if (first && getRow(first.storyId)) goTo(first.storyId);
  showLastAct(`Undone: ${last.said.charAt(0).toLowerCase()}${last.said.slice(1)}`, 'undone');
}

/** What the server made of an act: nothing to see when it did it, the row back and a sentence when it did not. */
async function settle(delivery: Delivery, outcome: Outcome): Promise<void> {
  const { requestId, storyId, act, topic } = delivery;
  const isDone = outcome.kind === 'decided' || outcome.kind === 'repeated';
  undone.settle(requestId, isDone ? outcome.decision?.id : undefined);
  if (!isDone) takeBack(delivery, outcome.message ?? 'that could not be done.');
  const isLast = !outbox.listWaiting().some((other) => other.storyId === storyId);
  if (topic !== page.topic || !isLast || (isDone && isGone(storyId))) return;
  await showAnew(storyId);
  if (!isDone) markRow(storyId, outcome.message ?? '');
  const other = act.act === 'undo' && isDone ? takenUp.get(act.of ?? '') : undefined;
  if (other !== undefined) await showAnew(other);
  if (act.act === 'undo' && isDone && getCursor() === undefined) goTo(storyId);
}

function takeBack({ storyId, act, topic, headline }: Delivery, message: string): void {
  if (topic === page.topic) {
    bringBack(storyId);
    if (act.act === 'merge') bringBack(act.otherId);
  }
  showLastAct(`“${headline}”: ${message}`, 'problem');
}

/** The row as the server has it now. */
async function showAnew(id: string): Promise<void> {
  const row = await refetch(id);
  if (row) replaceRow(id, row);
}

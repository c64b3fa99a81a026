import { toOthersWords, toStateAfter } from './act-words.ts';
import { isOwnDecision } from './acts.ts';
import { fetchFragment } from './ask.ts';
import { changeCount } from './counts.ts';
import type { WireAct } from './delivery.ts';
import { markRow } from './optimism.ts';
import { get, page } from './page.ts';
import { forgetPreview, refetch } from './preview-pane.ts';
import { getCursor, getRow, goTo, listRowIds, readRows, replaceRow, takeOut } from './rows.ts';
import { announce } from './say.ts';

interface Decided {
  kind: 'decided';
  topicId: string;
  storyId: string;
  editorId?: string;
  editorName: string;
  act: WireAct['act'];
}

const seen = new Set<string>();
const leaving = new Set<string>();
let fresh: HTMLElement[] = [];
let timer = 0;

/** Listens to what happens in this topic: arrivals are counted, what others decide is said in its row. */
export function startLive(): void {
  for (const id of listRowIds()) seen.add(id);
  const source = new EventSource(`${page.base}/desk/events?topic=${encodeURIComponent(page.topic)}`);
  let wasLost = false;
  source.addEventListener('open', () => {
    document.body.dataset.live = 'yes';
    if (wasLost) {
      get('connection').textContent = '';
      void countArrivals();
    }
    wasLost = false;
  });
  source.addEventListener('error', () => {
    delete document.body.dataset.live;
    wasLost = true;
    const line = get('connection');
    if (!line.textContent) line.textContent = 'Not live: connecting again';
  });
  source.addEventListener('candidates', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void countArrivals(), 400);
  });
  source.addEventListener('decided', ({ data }) => void showOthers(JSON.parse(data) as Decided));
}

/** The first rows as they are now; those that this page has not had are the arrivals. */
async function countArrivals(): Promise<void> {
  const url = new URL(location.href);
  url.searchParams.set('part', 'rows');
  url.searchParams.delete('after');
  const markup = await fetchFragment(url.href).catch(() => '');
  const template = document.createElement('template');
  template.innerHTML = markup;
  for (const id of listRowIds()) seen.add(id);
  fresh = [...template.content.querySelectorAll<HTMLElement>('li.row-item')].filter(
    (item) => !seen.has(toId(item)) && !isOwnDecision(toId(item)),
  );
  const note = get('arrivals');
  note.hidden = fresh.length === 0;
  if (fresh.length === 0) return;
  const words = `${fresh.length} new`;
  get('arrivals-count').textContent = words;
  announce(`${words}. N shows ${fresh.length === 1 ? 'it' : 'them'}.`);
}

/** `n`: the arrivals come to the top of the list, the first of them under the cursor. */
export function openArrivals(): void {
  const [first] = fresh;
  if (!first) return;
  const list = get('rows');
  list.prepend(...fresh);
  for (const item of fresh) seen.add(toId(item));
  fresh = [];
  get('arrivals').hidden = true;
  readRows();
  goTo(toId(first));
  get('rows-pane').scrollTop = 0;
}

async function showOthers(event: Decided): Promise<void> {
  if (event.editorId === page.editorId) return;
  const { storyId, act, editorName } = event;
  forgetPreview(storyId);
  const shown = getRow(storyId);
  if (!shown) return;
  const words = toOthersWords(editorName, act);
  const state = toStateAfter(act);
  if (state !== undefined && shown.dataset.state !== state) {
    changeCount(shown.dataset.state ?? '', -1);
    changeCount(state, 1);
  }
  if (state !== undefined && page.show !== 'all' && page.show !== state) leaving.add(storyId);
  else {
    leaving.delete(storyId);
    const row = await refetch(storyId);
    if (row) replaceRow(storyId, row);
  }
  getRow(storyId)?.classList.toggle('decided-by-other', leaving.has(storyId));
  markRow(storyId, words);
  if (getCursor() === storyId) announce(words);
}

/** Rows that others have decided leave when the cursor goes on: never from under it. */
export function leaveRows(): void {
  const ids = [...leaving].filter((id) => id !== getCursor());
  if (ids.length === 0) return;
  for (const id of ids) leaving.delete(id);
  takeOut(ids);
}

function toId(item: HTMLElement): string {
  return item.querySelector<HTMLElement>('[data-story]')?.dataset.story ?? '';
}

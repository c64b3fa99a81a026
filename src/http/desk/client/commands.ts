import { perform, setReason, undo } from './acts.ts';
import { openLead, openMerge, openPlace } from './choose-dialogs.ts';
import { openDialog } from './dialog.ts';
import { bringOriginalBack, openEdit } from './edit-dialog.ts';
import type { Command } from './keymap.ts';
import { leaveRows, openArrivals } from './live.ts';
import { get, isNarrow, page } from './page.ts';
import { enterPreview, leavePreview } from './preview-pane.ts';
import { endRange, getCursor, getRow, getSelected, goTo, hasRange, listRowIds, step } from './rows.ts';
import { hideLastAct, showLastAct } from './say.ts';
import { openSchedule } from './schedule-dialog.ts';

type Doing = () => void | Promise<void>;

const doings: Partial<Record<string, Doing>> = {
  next: () => step(1),
  previous: () => step(-1),
  'extend-next': () => step(1, true),
  'extend-previous': () => step(-1, true),
  first: () => goTo(listRowIds()[0] ?? ''),
  last: () => goTo(listRowIds().at(-1) ?? ''),
  preview: enterPreview,
  back: leavePreview,
  source: openSource,
  publish: () => decide('publish'),
  hold: () => decide('hold'),
  spike: () => decide('spike'),
  release: () => decide('release'),
  pin: togglePin,
  edit: () => withOne(openEdit),
  correct: () => withOne(openCorrect),
  original: () => withOne(bringOriginalBack),
  lead: () => withOne(openLead),
  merge: () => withOne(openMerge),
  place: () => withSome(openPlace),
  schedule: () => withSome(openSchedule),
  undo,
  reason: openReason,
  search: () => get<HTMLInputElement>('search').select(),
  arrivals: openArrivals,
  clear,
  help: () => void openDialog('help-dialog'),
};

/** Does what a key or a button stands for; what cannot be done is said. */
export async function run(command: Command | 'back'): Promise<void> {
  const [, kind, name = ''] = /^(topic|list)-(.+)$/.exec(command) ?? [];
  if (kind === 'topic')
    return follow(
      document.querySelectorAll<HTMLAnchorElement>('.topics-pane a[data-slug]')[Number(name) - 1],
    );
  if (kind === 'list')
    return follow(document.querySelector<HTMLAnchorElement>(`.lists a[data-list="${name}"]`));
  try {
    await doings[command]?.();
  } catch (error) {
    showLastAct(error instanceof Error ? error.message : 'That did not work.', 'problem');
  }
}

function follow(link: HTMLAnchorElement | null | undefined): void {
  if (link) link.click();
  else showLastAct('There is no topic at that place.', 'problem');
}

function decide(act: 'publish' | 'hold' | 'spike' | 'release'): void {
  perform({ act });
  if (isNarrow()) leavePreview();
  leaveRows();
}

function togglePin(): void {
  const rows = getSelected().map(getRow);
  if (rows.some((row) => row?.dataset.state !== 'published')) {
    showLastAct(
      'Only what is published can be pinned: publish it first, and pin it among the published.',
      'problem',
    );
    return;
  }
  perform({ act: rows[0]?.dataset.pinned ? 'unpin' : 'pin' });
}

function withOne(open: (id: string) => void | Promise<void>): void | Promise<void> {
  return withSome(([id = '', ...others]) => {
    if (others.length === 0) return open(id);
    return showLastAct('This is for one story at a time: Escape ends the range.', 'problem');
  });
}

function withSome(open: (ids: string[]) => void | Promise<void>): void | Promise<void> {
  const ids = getSelected();
  if (!page.mayDecide) return showLastAct('Your role only reads: editors decide.', 'problem');
  if (ids.length === 0) return showLastAct('No story is selected.', 'problem');
  return open(ids);
}

function openSource(): void {
  const url = getRow(getCursor() ?? '')?.dataset.url;
  if (url) open(url, '_blank', 'noopener,noreferrer');
  else showLastAct('This story has no address at its source.', 'problem');
}

function openReason(): void {
  const field = get<HTMLInputElement>('reason-text');
  openDialog('reason-dialog', () => {
    setReason(field.value);
    field.value = '';
    return undefined;
  });
  field.focus();
}

function openCorrect(id: string): void {
  if (getRow(id)?.dataset.state !== 'published') {
    showLastAct('Only what is published is corrected in public: before that, edit it.', 'problem');
    return;
  }
  const field = get<HTMLTextAreaElement>('correct-text');
  openDialog('correct-dialog', () => {
    const text = field.value.trim();
    if (text === '') return false;
    perform({ act: 'correct', text }, { ids: [id] });
    field.value = '';
    return undefined;
  });
  field.focus();
}

function clear(): void {
  if (hasRange()) endRange();
  else if (document.body.classList.contains('reading')) leavePreview();
  else hideLastAct();
}

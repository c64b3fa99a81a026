import htmx from 'htmx.org';
import { shorten } from './act-words.ts';
import { perform } from './acts.ts';
import { startChoices } from './choices.ts';
import { openDialog, sayStory } from './dialog.ts';
import { get } from './page.ts';
import { readPreview } from './preview-pane.ts';
import { getRow } from './rows.ts';
import { showLastAct } from './say.ts';

/** `l`: which of the story's reports leads in this topic. */
export async function openLead(id: string): Promise<void> {
  const preview = await readPreview(id);
  const entries = [...preview.querySelectorAll<HTMLElement>('.telling li')];
  if (entries.length < 2) {
    showLastAct('There is one report alone: it leads.', 'problem');
    return;
  }
  const dialog = openDialog('lead-dialog');
  sayStory(dialog, toHeadline(id));
  const list = dialog.querySelector<HTMLElement>('.choices');
  if (!list) return;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Reports');
  list.tabIndex = 0;
  list.replaceChildren(...entries.map(toChoice), toOwnChoice());
  list.focus();
  startChoices(dialog, list, undefined, ({ dataset }) =>
    perform({ act: 'lead', entryId: dataset.entry || null }, { ids: [id] }),
  );
}

function toChoice(entry: HTMLElement): HTMLElement {
  const item = document.createElement('li');
  item.dataset.entry = entry.dataset.entry ?? '';
  if (entry.dataset.isLead) item.dataset.current = 'yes';
  const title = document.createElement('span');
  title.className = 'choice-title';
  title.textContent = entry.querySelector('.entry-title')?.textContent?.trim() ?? '';
  const meta = document.createElement('span');
  meta.className = 'choice-meta';
  meta.textContent = [...entry.querySelectorAll('.meta > *')]
    .map((part) => part.textContent?.trim())
    .join(' · ');
  item.append(title, meta);
  return item;
}

function toOwnChoice(): HTMLElement {
  const item = document.createElement('li');
  item.dataset.entry = '';
  item.textContent = 'Whichever the story chooses by itself';
  return item;
}

/** `m`: another story's reports come over to this one. */
export function openMerge(id: string): void {
  const dialog = openDialog('merge-dialog');
  sayStory(dialog, toHeadline(id));
  const field = get<HTMLInputElement>('merge-search');
  const list = get('merge-choices');
  field.value = '';
  get<HTMLInputElement>('merge-story').value = id;
  list.replaceChildren();
  const choices = startChoices(dialog, list, field, ({ dataset }) => {
    const where = `: “${shorten(dataset.headline ?? '', 40)}” is part of it now`;
    perform({ act: 'merge', otherId: dataset.story ?? '' }, { ids: [id], where });
  });
  list.addEventListener('htmx:afterSwap', () => choices.refresh());
  htmx.trigger(field, 'find');
  field.focus();
}

/** `t`: the story in another topic as well. */
export function openPlace(ids: string[]): void {
  const dialog = openDialog('place-dialog');
  sayStory(dialog, ids.length === 1 ? toHeadline(ids[0] ?? '') : `${ids.length} stories`);
  const field = get<HTMLInputElement>('place-search');
  const list = get('place-choices');
  field.value = '';
  for (const item of list.querySelectorAll<HTMLElement>('li')) item.hidden = false;
  const choices = startChoices(dialog, list, field, (item) => {
    const where = ` in ${item.textContent}`;
    perform({ act: 'place' }, { ids, topic: item.dataset.slug, where });
  });
  field.oninput = () => {
    const words = field.value.trim().toLowerCase();
    for (const item of list.querySelectorAll<HTMLElement>('li')) {
      item.hidden = !item.textContent?.toLowerCase().includes(words);
    }
    choices.refresh();
  };
  field.focus();
}

function toHeadline(id: string): string {
  return getRow(id)?.querySelector('.row-headline')?.textContent?.trim() ?? '';
}

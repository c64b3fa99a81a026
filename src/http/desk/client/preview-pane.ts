import htmx from 'htmx.org';
import { fetchFragment } from './ask.ts';
import { get, isNarrow, toTopicUrl } from './page.ts';
import { getCursor, getRow, listRowIds } from './rows.ts';
import { refreshTimes } from './times.ts';

const cache = new Map<string, Promise<string>>();
const mostKept = 60;
let wanted: string | undefined;

function load(id: string): Promise<string> {
  const known = cache.get(id);
  if (known) return known;
  const asked = fetchFragment(`${toTopicUrl()}/stories/${id}?part=preview`);
  cache.set(id, asked);
  asked.catch(() => cache.delete(id));
  const [oldest] = cache.keys();
  if (cache.size > mostKept && oldest !== undefined) cache.delete(oldest);
  return asked;
}

/** What was fetched of a story is not true any more. */
export function forgetPreview(id: string): void {
  cache.delete(id);
}

/** Images that cannot be had vanish: nobody decides by a column of words in place of a picture. Errors don't bubble. */
function dropMissingImages(pane: HTMLElement): void {
  pane.addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLImageElement) dropImage(target);
    },
    true,
  );
  for (const image of pane.querySelectorAll('img')) {
    if (image.complete && image.naturalWidth === 0 && image.currentSrc) dropImage(image);
  }
}

function dropImage(image: HTMLImageElement): void {
  const figure = image.closest('figure');
  image.remove();
  if (figure && !figure.querySelector('img, video, audio, iframe')) figure.remove();
}

/** What the server has rendered with the page itself. */
export function keepFirstPreview(): void {
  const pane = get('preview');
  wanted = pane.querySelector<HTMLElement>('.preview')?.dataset.story;
  if (wanted !== undefined) cache.set(wanted, Promise.resolve(pane.innerHTML));
  dropMissingImages(pane);
}

/** Shows a story beside the list, and fetches its neighbours beforehand. */
export async function showPreview(id: string | undefined): Promise<void> {
  wanted = id;
  const pane = get('preview');
  if (id === undefined) {
    pane.replaceChildren();
    leavePreview();
    return;
  }
  if (pane.querySelector<HTMLElement>('.preview')?.dataset.story !== id)
    pane.setAttribute('aria-busy', 'true');
  try {
    const markup = await load(id);
    if (wanted === id) fill(pane, markup);
  } catch (error) {
    if (wanted === id) pane.replaceChildren(toProblem(error));
  }
  const ids = listRowIds();
  const at = ids.indexOf(id);
  for (const near of [ids[at + 1], ids[at + 2], ids[at - 1]]) {
    if (near !== undefined && wanted === id) load(near).catch(() => undefined);
  }
}

/** The story's preview as elements, also when another one is shown. Throws when it cannot be had. */
export async function readPreview(id: string): Promise<DocumentFragment> {
  return parse(await load(id));
}

/** Fetches a story anew: its preview, when it is shown, and its row for the list. Undefined: it is not here any more. */
export async function refetch(id: string): Promise<HTMLElement | undefined> {
  forgetPreview(id);
  try {
    const markup = await load(id);
    if (wanted === id) fill(get('preview'), markup);
    const row =
      parse(markup).querySelector<HTMLTemplateElement>('template.fresh-row')?.content.firstElementChild;
    return row ? (document.importNode(row, true) as HTMLElement) : undefined;
  } catch {
    return undefined;
  }
}

function fill(pane: HTMLElement, markup: string): void {
  pane.removeAttribute('aria-busy');
  pane.replaceChildren(parse(markup));
  refreshTimes(pane);
  htmx.process(pane);
  get('preview-pane').scrollTop = 0;
}

function parse(markup: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content;
}

function toProblem(error: unknown): HTMLElement {
  const note = document.createElement('p');
  note.className = 'queue-note';
  note.textContent = `The preview cannot be shown. ${error instanceof Error ? error.message : ''}`;
  return note;
}

/** `o`: into the preview, to scroll it; from there back to the list. On a narrow page it lies over the list. */
export function enterPreview(): void {
  const pane = get('preview-pane');
  if (pane.contains(document.activeElement)) {
    leavePreview();
    return;
  }
  if (isNarrow() && !document.body.classList.contains('reading')) {
    document.body.classList.add('reading');
    history.pushState({ reading: true }, '');
  }
  pane.focus({ preventScroll: true });
}

export function leavePreview(): void {
  if (document.body.classList.contains('reading')) {
    document.body.classList.remove('reading');
    if (history.state?.reading) history.back();
  }
  const id = getCursor();
  if (id !== undefined) getRow(id)?.focus({ preventScroll: true });
}

addEventListener('popstate', () => document.body.classList.remove('reading'));

import { perform } from './acts.ts';
import { openDialog } from './dialog.ts';
import { get, page } from './page.ts';
import { readPreview } from './preview-pane.ts';
import { showLastAct } from './say.ts';

interface Draft {
  headline: string;
  standfirst: string;
}

const toKey = (id: string): string => `desk-draft:${page.editorId}:${page.topic}:${id}`;

/** `e`: headline and standfirst for this topic, the originals below them. What is typed is kept until it is saved. */
export async function openEdit(id: string): Promise<void> {
  const preview = await readPreview(id);
  const originals = preview.querySelector<HTMLElement>('.originals');
  const original = { headline: originals?.dataset.title ?? '', standfirst: originals?.dataset.summary ?? '' };
  const shown = {
    headline: preview.querySelector('#preview-headline')?.textContent?.trim() ?? '',
    standfirst: preview.querySelector('#preview-standfirst')?.textContent?.trim() ?? '',
  };
  const draft = readDraft(id);
  const headline = get<HTMLTextAreaElement>('edit-headline');
  const standfirst = get<HTMLTextAreaElement>('edit-standfirst');
  const fill = (words: Draft): void => {
    headline.value = words.headline;
    standfirst.value = words.standfirst;
  };
  const keep = (): void => storeDraft(id, { headline: headline.value, standfirst: standfirst.value }, shown);
  fill(draft ?? shown);
  get('original-headline').textContent = original.headline;
  get('original-standfirst').textContent = original.standfirst || 'none';

  const dialog = openDialog('edit-dialog', () => {
    save(id, { headline: headline.value.trim(), standfirst: standfirst.value.trim() }, shown, original);
    return undefined;
  });
  setHidden(dialog, '.draft-note', draft === undefined);
  setHidden(dialog, '.changed-note', preview.querySelectorAll('.originals h3').length < 2);
  const bring = (): void => {
    fill(original);
    keep();
    headline.focus();
  };
  get('edit-original').onclick = bring;
  dialog.onkeydown = (event) => {
    if (event.key === 'Enter' && event.shiftKey && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      bring();
    }
  };
  headline.oninput = keep;
  standfirst.oninput = keep;
  headline.focus();
  headline.setSelectionRange(headline.value.length, headline.value.length);
}

/** The original's words are no edit: they make the story follow its source again. */
function save(id: string, words: Draft, shown: Draft, original: Draft): void {
  localStorage.removeItem(toKey(id));
  const toChange = (name: keyof Draft): string | null | undefined => {
    if (words[name] === shown[name]) return undefined;
    return words[name] === original[name] || words[name] === '' ? null : words[name];
  };
  const [headline, standfirst] = [toChange('headline'), toChange('standfirst')];
  if (headline === undefined && standfirst === undefined) return;
  perform({ act: 'edit', headline, standfirst }, { ids: [id] });
}

/** `E`: the publisher's own words again. */
export async function bringOriginalBack(id: string): Promise<void> {
  const originals = (await readPreview(id)).querySelector<HTMLElement>('.originals');
  if (originals?.hidden !== false) {
    showLastAct('Its words are the original ones already.', 'problem');
    return;
  }
  localStorage.removeItem(toKey(id));
  perform({ act: 'edit', headline: null, standfirst: null }, { ids: [id] });
}

function readDraft(id: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(toKey(id)) ?? 'null');
    return typeof draft?.headline === 'string' && typeof draft.standfirst === 'string' ? draft : undefined;
  } catch {
    return undefined;
  }
}

function storeDraft(id: string, draft: Draft, shown: Draft): void {
  const isSame = draft.headline === shown.headline && draft.standfirst === shown.standfirst;
  if (isSame) localStorage.removeItem(toKey(id));
  else localStorage.setItem(toKey(id), JSON.stringify(draft));
}

function setHidden(dialog: HTMLElement, selector: string, isHidden: boolean): void {
  const element = dialog.querySelector<HTMLElement>(selector);
  if (element) element.hidden = isHidden;
}

/**
 * Makes a list be chosen from by arrows, Enter and the mouse while the focus stays in `field` (or on the list itself without
 * one), and by the numbers 1 to 9 where nothing is typed. Lasts until the dialog closes.
 */
export function startChoices(
  dialog: HTMLDialogElement,
  list: HTMLElement,
  field: HTMLInputElement | undefined,
  choose: (item: HTMLElement) => void,
): { refresh(): void } {
  const end = new AbortController();
  const options = { signal: end.signal };
  list.setAttribute('role', 'listbox');
  let at = 0;
  const listItems = () =>
    [...list.querySelectorAll<HTMLElement>('li:not(.no-choice)')].filter((item) => !item.hidden);
  const paint = (): void => {
    const items = listItems();
    at = Math.max(0, Math.min(at, items.length - 1));
    items.forEach((item, index) => {
      item.setAttribute('role', 'option');
      item.id ||= `${list.id || 'choice'}-${index}-${item.dataset.story ?? item.dataset.entry ?? item.dataset.slug ?? ''}`;
      item.setAttribute('aria-selected', String(index === at));
      item.dataset.number = index < 9 ? String(index + 1) : '';
    });
    const current = items[at];
    (field ?? list).setAttribute('aria-activedescendant', current?.id ?? '');
    current?.scrollIntoView({ block: 'nearest' });
  };
  const pick = (item: HTMLElement | undefined): void => {
    if (!item) return;
    dialog.close();
    choose(item);
  };
  dialog.addEventListener(
    'keydown',
    (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const items = listItems();
      if (event.key === 'ArrowDown') at = (at + 1) % Math.max(1, items.length);
      else if (event.key === 'ArrowUp') at = (at - 1 + items.length) % Math.max(1, items.length);
      else if (event.key === 'Enter' && !(event.target as HTMLElement).closest('button')) pick(items[at]);
      else if (/^[1-9]$/.test(event.key) && !field?.value) pick(items[Number(event.key) - 1]);
      else return;
      event.preventDefault();
      paint();
    },
    options,
  );
  list.addEventListener(
    'click',
    ({ target }) => pick((target as HTMLElement).closest<HTMLElement>('li:not(.no-choice)') ?? undefined),
    options,
  );
  dialog.addEventListener('close', () => end.abort(), options);
  at = Math.max(
    0,
    listItems().findIndex((item) => item.dataset.current === 'yes'),
  );
  paint();
  return {
    refresh() {
      at = 0;
      paint();
    },
  };
}

/** Tables of the desk: their rows are sorted by a press on a head and filtered by typing. */
export function startTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sorted]')) {
    for (const [index, head] of [...table.querySelectorAll('thead th')].entries())
      startHead(table, head, index);
  }
  for (const field of document.querySelectorAll<HTMLInputElement>('input[data-filters]')) {
    field.closest<HTMLElement>('[hidden]')?.removeAttribute('hidden');
    field.addEventListener('input', () => filter(field));
    if (field.value) filter(field);
  }
}

function startHead(table: HTMLTableElement, head: Element, index: number): void {
  const words = head.textContent?.trim() ?? '';
  if (words === '') return;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = words;
  head.replaceChildren(button);
  button.addEventListener('click', () => {
    const isDown = head.getAttribute('aria-sort') === 'ascending';
    for (const other of table.querySelectorAll('thead th')) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
    const body = table.tBodies[0];
    const rows = [...(body?.rows ?? [])].sort(
      (a, b) => compare(toKey(a, index), toKey(b, index)) * (isDown ? -1 : 1),
    );
    body?.append(...rows);
  });
}

function toKey(row: HTMLTableRowElement, index: number): string {
  const cell = row.cells[index];
  return cell?.dataset.key ?? cell?.textContent?.trim() ?? '';
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' });
}

function filter(field: HTMLInputElement): void {
  const table = document.getElementById(field.dataset.filters ?? '') as HTMLTableElement | null;
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of table?.tBodies[0]?.rows ?? []) {
    const text = row.textContent?.toLowerCase() ?? '';
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  const said = document.getElementById(`${field.dataset.filters}-shown`);
  if (said) said.textContent = words.length === 0 ? '' : `${shown} shown`;
}

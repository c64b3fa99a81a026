import { page } from './page.ts';

/** Moves the numbers beside the lists, and beside the topic for its candidates. */
export function changeCount(state: string, by: number): void {
  const places = [document.querySelector<HTMLElement>(`[data-list-count="${state}"]`)];
  if (state === 'candidate')
    places.push(document.querySelector<HTMLElement>(`[data-count="${page.topicId}"]`));
  for (const place of places) {
    if (!place?.textContent) continue;
    const number = Number(place.textContent.replace(/\D/g, '')) + by;
    place.textContent = Math.max(0, number).toLocaleString('en-GB');
  }
}

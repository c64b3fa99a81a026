import { toPlainText } from './text.ts';

const categoryLimit = 50;
const categoryLength = 100;

/**
 * Categories as plain text, each once whatever its case (the first spelling stays), at most 50 of at most 100
 * characters; longer ones are no categories and are left out. Nothing is split: a comma may belong to a name.
 */
export function toCategories(incoming: string[] | undefined): string[] {
  const found = new Map<string, string>();
  for (const raw of incoming ?? []) {
    if (raw.length > categoryLength * 10) continue;
    const category = toPlainText({ value: raw, kind: 'html' }, categoryLength + 1);
    if (category === '' || category.length > categoryLength) continue;
    const key = category.toLowerCase();
    if (!found.has(key)) found.set(key, category);
    if (found.size === categoryLimit) break;
  }
  return [...found.values()];
}

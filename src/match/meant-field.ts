import { type FieldName, fieldNames } from './rule-tree.ts';

/** What people call our fields elsewhere. */
const otherNames: Readonly<Record<string, FieldName>> = {
  headline: 'title',
  heading: 'title',
  subject: 'title',
  intitle: 'title',
  body: 'text',
  content: 'text',
  summary: 'text',
  intext: 'text',
  by: 'author',
  byline: 'author',
  creator: 'author',
  tag: 'category',
  tags: 'category',
  label: 'category',
  section: 'category',
  topic: 'category',
  feed: 'source',
  publisher: 'source',
  language: 'lang',
  locale: 'lang',
  link: 'url',
  address: 'url',
  host: 'url',
  site: 'url',
  domain: 'url',
  inurl: 'url',
  http: 'url',
  https: 'url',
};

/** The field that someone who wrote `found` before a colon is likely to mean; undefined when there is none. */
export function findMeantField(found: string): FieldName | undefined {
  const name = found.toLowerCase();
  const nearest = fieldNames
    .map((field) => ({ field, distance: countEdits(name.slice(0, 20), field) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (Object.hasOwn(otherNames, name)) return otherNames[name];
  return nearest !== undefined && nearest.distance <= 2 ? nearest.field : undefined;
}

/** Levenshtein's distance. */
function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

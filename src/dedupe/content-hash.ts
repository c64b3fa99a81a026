import type { NewEntry } from '../model/entry.ts';
import { hashFields, joinFields } from './hash.ts';

/**
 * SHA-256 in hex of what a reader would see of an entry: title, summary, body, address, authors, categories, files and
 * picture. Left out on purpose:
 * - both dates: a future one is clamped to our clock, and publishers move `updated` at every fetch without a change;
 * - the language: it may be detected, and a better detector must not make every entry a changed one;
 * - the guid: nobody sees it; and of the address whatever the canonical form leaves out (`?utm_…` of the day).
 * Categories count in any order.
 */
export function hashContent(entry: NewEntry): string {
  return hashFields([
    'entry-1',
    entry.title,
    entry.summary,
    entry.contentHtml,
    entry.canonicalUrl ?? entry.url,
    entry.imageUrl,
    joinFields(entry.authors.flatMap(({ name, email, url }) => [name, email, url])),
    joinFields([...entry.categories].sort()),
    joinFields(
      entry.enclosures.flatMap(({ url, type, length, title, durationSeconds }) => [
        url,
        type,
        length?.toString(),
        title,
        durationSeconds?.toString(),
      ]),
    ),
  ]);
}

/** SHA-256 in hex of an entry's words alone: what stands for it when it has neither guid nor address. */
export function hashText({ title, summary, contentHtml }: NewEntry): string {
  return hashFields(['text-1', title, summary, contentHtml]);
}

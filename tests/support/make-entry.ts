import { createHash } from 'node:crypto';
import type { IdentifiedEntry } from '../../src/model/entry.ts';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** An entry of a source, told apart by `name`; the content hash follows from what it says. */
export function makeEntry(name: string, change: Partial<IdentifiedEntry> = {}): IdentifiedEntry {
  const entry = {
    guid: name,
    url: `https://publisher.example/${name}?utm_source=rss`,
    canonicalUrl: `https://publisher.example/${name}`,
    title: `Headline ${name}`,
    summary: `Summary of ${name}.`,
    contentHtml: `<p>Text of ${name}.</p>`,
    authors: [{ name: 'A. Writer' }],
    categories: ['World'],
    enclosures: [],
    publishedAt: new Date('2026-02-16T08:00:00Z'),
    identity: sha256(name),
    ...change,
  };
  return {
    ...entry,
    contentHash:
      change.contentHash ?? sha256(JSON.stringify([entry.title, entry.summary, entry.contentHtml])),
  };
}

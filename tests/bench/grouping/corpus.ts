import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { identifyEntries } from '../../../src/dedupe/identify.ts';
import { parseFeed } from '../../../src/feed/parse.ts';
import type { IdentifiedEntry } from '../../../src/model/entry.ts';
import { loadLanguageDetector } from '../../../src/normalise/language.ts';
import { normaliseFeed } from '../../../src/normalise/normalise-feed.ts';
import { type CorpusGold, readGold } from './gold.ts';

export const corpusFolder = 'world-news-2026-02';
/** When the documents are taken to be read: after all of their dates. */
export const readAt = new Date('2026-02-18T12:00:00Z');

/** A feed of the corpus, as the product reads it. */
export interface CorpusDocument {
  file: string;
  feedUrl: string;
  /** The publisher. */
  title: string;
  entries: IdentifiedEntry[];
}

export interface CorpusEntry {
  document: CorpusDocument;
  entry: IdentifiedEntry;
  datedAt: Date;
  /** Its number in the gold; undefined when it is not judged. */
  item: number | undefined;
}

export interface NewsCorpus {
  documents: CorpusDocument[];
  /** Of all documents, by date. */
  entries: CorpusEntry[];
  gold: CorpusGold;
}

/** Reads the feeds of the folder and what was judged of them. Throws when one cannot be read, or an item is not found. */
export async function readNewsCorpus(folder: string): Promise<NewsCorpus> {
  await loadLanguageDetector();
  const gold = readGold(folder);
  const files = readdirSync(folder).filter((name) => name.endsWith('.xml'));
  const documents = await Promise.all(files.sort().map((file) => readDocument(folder, file)));
  const entries = documents.flatMap((document) => listEntries(document, gold));
  const found = new Set(entries.map(({ item }) => item));
  const lost = gold.items.filter((item) => !found.has(item));
  if (lost.length > 0) throw new Error(`These judged items are not in the feeds: ${lost.join(', ')}.`);
  return { documents, entries: entries.sort((a, b) => a.datedAt.getTime() - b.datedAt.getTime()), gold };
}

async function readDocument(folder: string, file: string): Promise<CorpusDocument> {
  const feedUrl = `https://${path.parse(file).name}.example/feed`;
  const parsed = await parseFeed(readFileSync(path.join(folder, file)), { url: feedUrl });
  if (!parsed.ok) throw new Error(`${file}: ${parsed.message}`);
  const { source, entries } = normaliseFeed(parsed.feed, { documentUrl: feedUrl, now: readAt });
  return { file, feedUrl, title: source.title ?? file, entries: identifyEntries(entries) };
}

function listEntries(document: CorpusDocument, gold: CorpusGold): CorpusEntry[] {
  return document.entries.map((entry) => ({
    document,
    entry,
    datedAt: entry.publishedAt ?? readAt,
    item: gold.findItem(document.file, entry.url),
  }));
}

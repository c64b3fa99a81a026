import { createHash } from 'node:crypto';
import type { IdentifiedEntry } from '../../../src/model/entry.ts';
import type { Source } from '../../../src/model/source.ts';
import type { News, Telling } from './synthetic-news.ts';

/** A document of a source as it is read: `fresh` of its entries are new. */
export interface Document {
  source: Source;
  entries: IdentifiedEntry[];
  fresh: number;
}

const documentLength = 30;
const bodyWords = 300;
/** A document's entries are of so many hours. */
const hours = 36;

/** Documents of 30 new entries, and after each two more of the same source with three new ones. */
export function* writeDocuments(news: News, sources: Source[], rounds: number): Generator<Document> {
  for (const source of sources.slice(0, rounds)) {
    let entries = writeEntries(news, documentLength, hours);
    yield { source, entries, fresh: documentLength };
    for (let again = 0; again < 2; again++) {
      const fresh = writeEntries(news, 3, 2);
      entries = [...fresh, ...entries.slice(0, documentLength - fresh.length)];
      yield { source, entries, fresh: fresh.length };
    }
  }
}

/** The newest first, as documents list them. */
function writeEntries(news: News, count: number, within: number): IdentifiedEntry[] {
  return Array.from({ length: count }, () => writeEntry(news, news.nextArrival(within))).sort(
    (a, b) => Number(b.publishedAt) - Number(a.publishedAt),
  );
}

let written = 0;

function writeEntry(news: News, { said, at }: Telling): IdentifiedEntry {
  const url = `https://wire.example/${at.getTime()}-${written++}`;
  const title = toSentence(
    news,
    said.filter((s) => s.inTitle).map((s) => s.word.text),
    5,
  );
  const summary = toSentence(
    news,
    said.filter((s) => s.inSummary).map((s) => s.word.text),
    24,
  );
  const body = Array.from({ length: bodyWords / 50 }, () => `<p>${toSentence(news, [], 50)}.</p>`);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  return {
    guid: url,
    url,
    canonicalUrl: url,
    title,
    summary: `${summary}.`,
    contentHtml: `<p>${summary}.</p>${body.join('')}`,
    authors: [],
    categories: [],
    enclosures: [],
    language: 'en',
    publishedAt: at,
    identity: hash(url),
    contentHash: hash(url),
  };
}

/** Words that matter, spread among common ones; the first word is a common one, so that names show. */
function toSentence({ random, lexicon }: News, matter: string[], common: number): string {
  const words = [...matter, ...Array.from({ length: common }, lexicon.pickCommon)]
    .map((word) => ({ word, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ word }) => word);
  return `The ${words.join(' ')}`;
}

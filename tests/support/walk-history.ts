import type { PublicationFormat } from '../../src/model/outgoing.ts';

/** A document of a topic's history, as a program that walks it sees it. */
export interface WalkedDocument {
  url: string;
  etag: string;
  text: string;
  /** Of its items, in its order, with when they were last changed. */
  items: { id: string; updated: string }[];
}

const mostDocuments = 1_000;

/** Reads the document that people subscribe to, then each archive that the last one names before it (RFC 5005 §4.3). */
export async function walkHistory(
  get: (path: string) => Response | Promise<Response>,
  slug: string,
  format: PublicationFormat,
): Promise<WalkedDocument[]> {
  const walked: WalkedDocument[] = [];
  let next: string | undefined = `/topics/${slug}.${format}`;
  while (next !== undefined) {
    if (walked.length >= mostDocuments) throw new Error('The history does not end');
    const url: string = next;
    const response = await get(url);
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    const text = await response.text();
    walked.push({ url, text, etag: response.headers.get('etag') ?? '', items: listItems(text, format) });
    const address = findPrevious(text, format);
    next = address && new URL(address).pathname;
  }
  return walked;
}

function findPrevious(text: string, format: PublicationFormat): string | undefined {
  if (format === 'json') return JSON.parse(text).next_url;
  const link = text.match(/<(?:atom:)?link [^>]*rel="prev-archive"[^>]*>/)?.[0];
  return link?.match(/href="([^"]*)"/)?.[1];
}

function listItems(text: string, format: PublicationFormat): { id: string; updated: string }[] {
  if (format === 'json') {
    const { items } = JSON.parse(text) as { items: { id: string; date_modified: string }[] };
    return items.map(({ id, date_modified }) => ({ id, updated: date_modified }));
  }
  const [, ...items] = text.split(format === 'rss' ? '<item>' : '<entry');
  return items.map((item) => ({
    id: item.match(/<(?:id|guid[^>]*)>([^<]*)/)?.[1] ?? '',
    updated: item.match(/<(?:atom:)?updated>([^<]*)/)?.[1] ?? '',
  }));
}

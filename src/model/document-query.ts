/** What is asked for by a document that no topic has: all of it stands published in some topic. */
export type DocumentQuery =
  | { kind: 'all' }
  | { kind: 'source'; sourceId: string }
  /** A BCP 47 tag in lower case; finer ones belong to it (`de` has `de-at`). */
  | { kind: 'language'; language: string }
  /** Slugs, each once, in their alphabetical order. */
  | { kind: 'topics'; slugs: string[] }
  | { kind: 'search'; slug: string };

/** Topics that may be combined. */
export const mostCombinedTopics = 10;

/** Slugs of topics as a query: each once, so that the order in which they are named makes no difference. */
export function toTopicsQuery(slugs: string[]): DocumentQuery {
  return { kind: 'topics', slugs: [...new Set(slugs)].sort() };
}

/** Where the documents of a query are, without the format; the same for all ways to write it. */
export function toQueryPath(query: DocumentQuery): string {
  switch (query.kind) {
    case 'all':
      return '/all';
    case 'source':
      return `/sources/${query.sourceId}`;
    case 'language':
      return `/languages/${query.language}`;
    case 'topics':
      return `/topics/${query.slugs.map(encodeURIComponent).join('+')}`;
    case 'search':
      return `/searches/${encodeURIComponent(query.slug)}`;
  }
}

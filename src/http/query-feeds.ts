import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import { type DocumentQuery, toTopicsQuery } from '../model/document-query.ts';
import { isId } from '../model/id.ts';
import { mediaTypes, type PublicationFormat, publicationFormats } from '../model/outgoing.ts';
import {
  createQueryDocuments,
  type QueryDocument,
  type QueryDocuments,
} from '../newsroom/query-documents.ts';
import { documentCaching } from './caching.ts';
import type { AppDeps } from './deps.ts';
import { answerEncoded, type Encoded, encode } from './encoded.ts';
import { documentHeaders } from './respond.ts';

/** Document addresses end in one of these: what routes are told apart by. */
export const documentName = '[^/]+\\.(?:rss|atom|json)';

const prepared = new WeakMap<QueryDocument, Encoded>();

/** Documents that no topic has, each by what follows its folder: rendered on demand, answered from memory. */
export interface QueryHandlers {
  all(c: Context): Promise<Response>;
  source(c: Context): Promise<Response>;
  language(c: Context): Promise<Response>;
  search(c: Context): Promise<Response>;
  /** Slugs with `+` between them. */
  topics(c: Context, slugs: string, format: PublicationFormat): Promise<Response>;
}

export function createQueryHandlers(deps: AppDeps): QueryHandlers {
  // A server that does not listen asks anew each time that it may.
  const documents = deps.queries ?? createQueryDocuments({ ...deps, isTold: () => false });
  const serve = (toQuery: (name: string) => DocumentQuery) => async (c: Context) => {
    const { name, format } = parseDocumentName(c.req.param('document') ?? '');
    return await answerQuery(c, documents, toQuery(name), format);
  };
  return {
    all: async (c) => {
      const { format } = parseDocumentName(c.req.path.slice(c.req.path.lastIndexOf('/') + 1));
      return await answerQuery(c, documents, { kind: 'all' }, format);
    },
    source: serve(toSourceQuery),
    language: serve(toLanguageQuery),
    search: serve((slug) => ({ kind: 'search', slug })),
    topics: (c, slugs, format) => answerQuery(c, documents, toTopicsQuery(slugs.split('+')), format),
  };
}

async function answerQuery(
  c: Context,
  documents: QueryDocuments,
  query: DocumentQuery,
  format: PublicationFormat,
): Promise<Response> {
  const { document, ageSeconds } = await documents.find(query, format);
  return answerEncoded(c.req.raw.headers, prepare(document), ageSeconds);
}

function prepare(document: QueryDocument): Encoded {
  const known = prepared.get(document);
  if (known) return known;
  const encoded = encode({
    ...document,
    contentType: mediaTypes[document.format],
    cacheControl: documentCaching,
    extra: documentHeaders,
  });
  prepared.set(document, encoded);
  return encoded;
}

/** `world-news.rss` → its name and format; the route has made sure that the extension is one of ours. */
export function parseDocumentName(document: string): { name: string; format: PublicationFormat } {
  const dot = document.lastIndexOf('.');
  const extension = document.slice(dot + 1);
  const format = publicationFormats.find((known) => known === extension);
  if (format === undefined) throw new AppError('page-not-found', `There is no document “${document}”.`);
  return { name: document.slice(0, dot), format };
}

function toSourceQuery(name: string): DocumentQuery {
  if (isId(name)) return { kind: 'source', sourceId: name };
  throw new AppError('source-not-found', `There is no source “${name}” here.`);
}

const languageTag = /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,4}$/;

function toLanguageQuery(name: string): DocumentQuery {
  const language = name.toLowerCase();
  if (languageTag.test(language) && isKnownTag(language)) return { kind: 'language', language };
  throw new AppError(
    'page-not-found',
    `“${name}” is no language. Languages are written as de, pt-br or zh-hant.`,
  );
}

function isKnownTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import { type DocumentQuery, toQueryPath } from '../model/document-query.ts';
import type { Publication, PublicationFormat } from '../model/outgoing.ts';
import { compress, toEtag, writers } from './render-document.ts';
import { type QueryContext, renderQuery } from './render-query.ts';

/** A rendered document that no topic has. It has no date of its own: ETags tell its versions apart. */
export type QueryDocument = Pick<Publication, 'format' | 'body' | 'gzip' | 'brotli' | 'etag'>;

/** Documents of queries, rendered when they are asked for. */
export interface QueryDocuments {
  /**
   * The same object as long as the document is the same. `ageSeconds`: since it was last known to be current, when the
   * database could not be asked; else 0. Throws what renderQuery throws, and AppError `too-busy`.
   */
  find(
    query: DocumentQuery,
    format: PublicationFormat,
  ): Promise<{ document: QueryDocument; ageSeconds: number }>;
  /** Something that is published has changed, or may have without our hearing of it. */
  doubt(): void;
}

interface Held {
  document?: QueryDocument;
  /** When it was last rendered, in milliseconds, and how long that took. */
  renderedAt: number;
  tookMs: number;
  /** How many changes had been told then. */
  changes: number;
  rendering?: Promise<QueryDocument>;
}

const mostHeld = 500;
const mostBytes = 32 * 1024 * 1024;
/** Under load, a document is rendered once a second at most, and takes a tenth of the time at most. */
const leastMs = 1_000;
const restFactor = 10;
/** What changes beyond the newest stories of a topic is not told. */
const mostMs = 60_000;
const atOnce = 2;
const mostWaiting = 50;

/** Holds what was asked for last, in memory; one rendering at a time of each document, two of all. */
export function createQueryDocuments(
  context: QueryContext & {
    now(): Date;
    /** Whether changes are told by `doubt` at all. */
    isTold(): boolean;
  },
): QueryDocuments {
  const held = new Map<string, Held>();
  const inTurn = pLimit(atOnce);
  let changes = 0;
  const isFresh = (one: Held) => {
    const age = context.now().getTime() - one.renderedAt;
    if (age < Math.max(leastMs, one.tookMs * restFactor)) return true;
    return context.isTold() && one.changes === changes && age < mostMs;
  };
  const render = async (one: Held, query: DocumentQuery, format: PublicationFormat) => {
    const startedAt = context.now().getTime();
    const before = changes;
    const body = Buffer.from(writers[format](await renderQuery(context, query)));
    const etag = toEtag(body);
    const document =
      one.document?.etag === etag ? one.document : { format, body, etag, ...(await compress(body)) };
    const renderedAt = context.now().getTime();
    Object.assign(one, { document, renderedAt, tookMs: renderedAt - startedAt, changes: before });
    return document;
  };
  const renderInTurn = (one: Held, query: DocumentQuery, format: PublicationFormat) => {
    if (!one.rendering && inTurn.pendingCount >= mostWaiting) {
      throw new AppError('too-busy', 'Too many documents are being made at the moment.');
    }
    one.rendering ??= inTurn(() => render(one, query, format)).finally(() => {
      one.rendering = undefined;
    });
    return one.rendering;
  };
  const take = (key: string): Held => {
    const one = held.get(key) ?? { renderedAt: 0, tookMs: 0, changes: -1 };
    held.delete(key);
    held.set(key, one);
    return one;
  };
  return {
    async find(query, format) {
      const key = `${toQueryPath(query)}.${format}`;
      const one = take(key);
      if (one.document && isFresh(one)) return { document: one.document, ageSeconds: 0 };
      try {
        const document = await renderInTurn(one, query, format);
        dropOldest(held, key);
        return { document, ageSeconds: 0 };
      } catch (error) {
        if (!one.document || isAnswer(error)) {
          held.delete(key);
          throw error;
        }
        const age = context.now().getTime() - one.renderedAt;
        return { document: one.document, ageSeconds: Math.max(0, Math.floor(age / 1000)) };
      }
    },
    doubt() {
      changes++;
    },
  };
}

/** What was asked for is not there (any more): that is an answer, other than a database that is away. */
function isAnswer(error: unknown): boolean {
  return error instanceof AppError && error.status < 500;
}

function dropOldest(held: Map<string, Held>, but: string): void {
  let bytes = 0;
  for (const { document } of held.values()) bytes += sizeOf(document);
  for (const [key, { document }] of held) {
    if ((held.size <= mostHeld && bytes <= mostBytes) || key === but) return;
    held.delete(key);
    bytes -= sizeOf(document);
  }
}

function sizeOf(document: QueryDocument | undefined): number {
  return document ? document.body.length + document.gzip.length + document.brotli.length : 0;
}

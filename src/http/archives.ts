import type { Context } from 'hono';
import { findArchiveDocument, findLastArchive } from '../../db/archives.ts';
import { findTopicBySlug } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { mediaTypes } from '../model/outgoing.ts';
import { toDocumentUrl } from './addresses.ts';
import type { AppDeps } from './deps.ts';
import { answerEncoded, encode } from './encoded.ts';
import { parseDocumentName } from './query-feeds.ts';
import { documentHeaders } from './respond.ts';

/**
 * Archives change only when an item in them is retracted. Copies of an archive are kept as long as the document that people
 * subscribe to tells of retractions, which readers go by whatever an old copy holds.
 */
const archiveCaching = 'public, max-age=2592000, stale-while-revalidate=86400, stale-if-error=2592000';

/** Serves `/topics/:slug/archive/:n.rss`, `.atom` and `.json`; the one that comes next leads to the current document until it is closed. */
export function serveArchive(deps: AppDeps): (c: Context) => Promise<Response> {
  return async (c) => {
    const slug = c.req.param('slug') ?? '';
    const { name, format } = parseDocumentName(c.req.param('document') ?? '');
    const number = /^[1-9]\d{0,8}$/.test(name) ? Number(name) : 0;
    const document = await findArchiveDocument(deps.db, slug, number, format);
    if (document) {
      const contentType = mediaTypes[format];
      return answerEncoded(
        c.req.raw.headers,
        encode({ ...document, contentType, cacheControl: archiveCaching, extra: documentHeaders }),
      );
    }
    const topic = await findTopicBySlug(deps.db, slug);
    if (topic === undefined) throw new AppError('topic-not-found', `There is no topic “${slug}” here.`);
    if (number !== (await findLastArchive(deps.db, topic.id)) + 1) {
      throw new AppError('page-not-found', `“${topic.name}” has no archive “${name}”.`);
    }
    return new Response(null, {
      status: 307,
      headers: {
        Location: toDocumentUrl(deps.publicUrl, slug, format),
        'Cache-Control': 'public, max-age=60',
        'Content-Length': '0',
        ...documentHeaders,
      },
    });
  };
}

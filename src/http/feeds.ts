import type { Context } from 'hono';
import { findTopicBySlug, listTopics } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { toOpml } from '../feed/opml.ts';
import {
  mediaTypes,
  type Publication,
  type PublicationFormat,
  publicationFormats,
} from '../model/outgoing.ts';
import { toDocumentUrl, toTopicUrl } from './addresses.ts';
import type { AppDeps } from './deps.ts';
import { answerEncoded, type Encoded, encode, encodeText } from './encoded.ts';
import { NotReady } from './problem.tsx';
import { documentHeaders } from './respond.ts';

/**
 * Polls come every few minutes from many readers at once: five minutes keep shared caches useful without making
 * news late; an old copy is better than none while the server is restarted (RFC 5861).
 */
const documentCaching = 'public, max-age=300, stale-while-revalidate=60, stale-if-error=86400';

/** Seconds after which a topic that has no documents yet is worth asking again. */
const renderingSeconds = 30;

const prepared = new WeakMap<Publication, Encoded>();

/** Serves `/topics/:slug.rss`, `.atom` and `.json` from memory: 200 or 304, without asking the database. */
export function serveDocument(deps: AppDeps): (c: Context) => Promise<Response> {
  return async (c) => {
    const { slug, format } = parseDocumentName(c.req.param('document') ?? '');
    const publication = await deps.findPublication(slug, format);
    if (publication === undefined) return await explainMissing(deps, slug);
    return answerEncoded(c.req.raw.headers, prepare(publication));
  };
}

/** Serves `/topics.opml`: the topics' RSS documents as a subscription list. */
export function serveOpml(deps: AppDeps): (c: Context) => Promise<Response> {
  // The list changes when a topic does; it is compressed then, not per request.
  let last: { text: string; encoded: Encoded } | undefined;
  return async (c) => {
    const topics = await listTopics(deps.db);
    const sources = topics.map(({ slug, name }) => ({
      feedUrl: toDocumentUrl(deps.publicUrl, slug, 'rss'),
      siteUrl: toTopicUrl(deps.publicUrl, slug),
      title: name,
      categories: [],
    }));
    const text = toOpml({ title: `Topics of ${deps.siteName}`, sources });
    if (last?.text !== text) {
      last = {
        text,
        encoded: encodeText(text, 'text/x-opml; charset=utf-8', documentCaching, documentHeaders),
      };
    }
    return answerEncoded(c.req.raw.headers, last.encoded);
  };
}

function prepare(publication: Publication): Encoded {
  const known = prepared.get(publication);
  if (known) return known;
  const encoded = encode({
    ...publication,
    contentType: mediaTypes[publication.format],
    cacheControl: documentCaching,
    extra: documentHeaders,
  });
  prepared.set(publication, encoded);
  return encoded;
}

/** The route has made sure that the extension is one of ours. */
function parseDocumentName(name: string): { slug: string; format: PublicationFormat } {
  const dot = name.lastIndexOf('.');
  const extension = name.slice(dot + 1);
  const format = publicationFormats.find((known) => known === extension);
  if (format === undefined) throw new AppError('page-not-found', `There is no document “${name}”.`);
  return { slug: name.slice(0, dot), format };
}

async function explainMissing(deps: AppDeps, slug: string): Promise<never> {
  const topic = await findTopicBySlug(deps.db, slug);
  if (topic === undefined) throw new AppError('topic-not-found', `There is no topic “${slug}” here.`);
  throw new NotReady(`The documents of “${topic.name}” are not rendered yet.`, renderingSeconds);
}

import type { Context } from 'hono';
import { listActiveSources } from '../../db/sources.ts';
import { findTopicBySlug, listTopics } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { type OpmlSource, toOpml } from '../feed/opml.ts';
import { toAbsoluteUrl, toLanguage } from '../feed/outgoing-text.ts';
import { mediaTypes, type Publication } from '../model/outgoing.ts';
import { toDocumentUrl, toTopicUrl } from './addresses.ts';
import { clientAddress } from './auth/client-address.ts';
import { documentCaching } from './caching.ts';
import { createDeltas, documentVary } from './deltas.ts';
import type { AppDeps } from './deps.ts';
import { answerEncoded, type Encoded, encode, encodeText } from './encoded.ts';
import { toHubLinks } from './hub-links.ts';
import { NotReady } from './problem.tsx';
import { parseDocumentName, type QueryHandlers } from './query-feeds.ts';
import { documentHeaders } from './respond.ts';

/** Seconds after which a topic that has no documents yet is worth asking again. */
const renderingSeconds = 30;

const prepared = new WeakMap<Publication, Encoded>();

/**
 * Serves `/topics/:slug.rss`, `.atom` and `.json` from memory: 200 or 304, without asking the database; 226 to those who ask
 * for what they lack. Several slugs are a query.
 */
export function serveDocument(deps: AppDeps, queries: QueryHandlers): (c: Context) => Promise<Response> {
  const deltas = createDeltas(deps);
  const isBehindProxy = deps.trustProxy === true;
  return async (c) => {
    const { name: slug, format } = parseDocumentName(c.req.param('document') ?? '');
    if (slug.includes('+')) return await queries.topics(c, slug, format);
    const publication = await deps.findPublication(slug, format);
    if (publication === undefined) return await explainMissing(deps, slug);
    const { headers } = c.req.raw;
    deps.readers?.note(publication, headers.get('user-agent'), clientAddress(c, isBehindProxy));
    const current = prepare(publication, toHubLinks(deps, toDocumentUrl(deps.publicUrl, slug, format)));
    const age = deps.getAge?.(publication);
    // An age is told of the whole alone.
    const delta =
      headers.get('a-im') === null || age ? undefined : await deltas.answer(headers, publication, current);
    return delta ?? answerEncoded(headers, current, age);
  };
}

/** Serves `/topics.opml`: the topics' RSS documents as a subscription list. */
export function serveTopicList(deps: AppDeps): (c: Context) => Promise<Response> {
  return serveOpml(`Topics of ${deps.siteName}`, async () =>
    (await listTopics(deps.db)).map(({ slug, name, language }) => ({
      feedUrl: toDocumentUrl(deps.publicUrl, slug, 'rss'),
      siteUrl: toTopicUrl(deps.publicUrl, slug),
      title: name,
      language,
      categories: [],
    })),
  );
}

/** Serves `/sources.opml`: the publishers' own feeds that are read here; never with a name and password in an address. */
export function serveSourceList(deps: AppDeps): (c: Context) => Promise<Response> {
  return serveOpml(`Sources of ${deps.siteName}`, async () =>
    (await listActiveSources(deps.db)).flatMap(({ feedUrl, siteUrl, title, language }) => {
      const sendable = toAbsoluteUrl(feedUrl);
      if (!sendable) return [];
      return [
        {
          feedUrl: sendable,
          siteUrl: toAbsoluteUrl(siteUrl),
          title,
          language: toLanguage(language),
          categories: [],
        },
      ];
    }),
  );
}

function serveOpml(title: string, list: () => Promise<OpmlSource[]>): (c: Context) => Promise<Response> {
  // Compressed when the list changes, not per request.
  let last: { text: string; encoded: Encoded } | undefined;
  return async (c) => {
    const text = toOpml({ title, sources: await list() });
    if (last?.text !== text) {
      last = {
        text,
        encoded: encodeText(text, 'text/x-opml; charset=utf-8', documentCaching, documentHeaders),
      };
    }
    return answerEncoded(c.req.raw.headers, last.encoded);
  };
}

function prepare(publication: Publication, links: { Link?: string }): Encoded {
  const known = prepared.get(publication);
  if (known) return known;
  const encoded = encode({
    ...publication,
    contentType: mediaTypes[publication.format],
    cacheControl: documentCaching,
    // There is no part of a JSON Feed that is sent alone.
    vary: publication.format === 'json' ? undefined : documentVary,
    extra: { ...documentHeaders, ...links },
  });
  prepared.set(publication, encoded);
  return encoded;
}

async function explainMissing(deps: AppDeps, slug: string): Promise<never> {
  const topic = await findTopicBySlug(deps.db, slug);
  if (topic === undefined) throw new AppError('topic-not-found', `There is no topic “${slug}” here.`);
  throw new NotReady(`The documents of “${topic.name}” are not rendered yet.`, renderingSeconds);
}

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type Db, findUnavailable } from '../../db/connect.ts';
import { listPublished } from '../../db/placements.ts';
import { listPublicationEtags, storePublications } from '../../db/publications.ts';
import { findPublicUrl } from '../../db/site.ts';
import { listRelatedStories } from '../../db/story-links.ts';
import { takeTopicChanges } from '../../db/topic-changes.ts';
import { findTopicById, listChangedTopics } from '../../db/topics.ts';
import { transact } from '../../db/transact.ts';
import { toAtom } from '../feed/to-atom.ts';
import { toJsonFeed } from '../feed/to-json-feed.ts';
import { toRss } from '../feed/to-rss.ts';
import {
  type OutgoingFeed,
  type Publication,
  type PublicationFormat,
  publicationFormats,
} from '../model/outgoing.ts';
import type { PublishedStory } from '../model/placement.ts';
import type { RelatedStory } from '../model/story.ts';
import type { Topic } from '../model/topic.ts';
import { toOutgoingFeed } from './to-outgoing-feed.ts';

export interface PublishContext {
  db: Db;
  /** What links begin with, without a slash at its end; undefined: what the web server has stored. */
  publicUrl?: string;
  now(): Date;
  log: { error(fields: object, sentence: string): void };
}

const relatedPerItem = 3;

/** Where `start` listens when nobody says otherwise. */
const usualPublicUrl = 'http://127.0.0.1:8080';

/** What links begin with: as given, else as the web server has stored it, else where one would listen. */
export async function getPublicUrl(db: Db, given?: string): Promise<string> {
  return given ?? (await findPublicUrl(db)) ?? usualPublicUrl;
}

const writers: Record<PublicationFormat, (feed: OutgoingFeed) => string> = {
  rss: toRss,
  atom: toAtom,
  json: toJsonFeed,
};

/**
 * Renders the documents of every topic that has changed; returns the slugs of those whose bytes did. One that cannot be
 * rendered is told in the log, stays as it was, and does not keep the others waiting.
 */
export async function publishChangedTopics(context: PublishContext): Promise<string[]> {
  const changed: string[] = [];
  for (const { id, slug } of await listChangedTopics(context.db)) {
    try {
      if (await publishTopic(context, id)) changed.push(slug);
    } catch (error) {
      if (findUnavailable(error)) throw error;
      context.log.error(
        { err: error, topic: slug },
        `The documents of the topic ${slug} could not be rendered.`,
      );
    }
  }
  return changed;
}

/**
 * Renders a topic's documents once and stores those whose bytes are new; true when there were any.
 * Leaves the topic alone while another process renders it.
 */
async function publishTopic(context: PublishContext, topicId: string): Promise<boolean> {
  return transact(context.db, async (tx) => {
    if (!(await takeTopicChanges(tx, topicId))) return false;
    // Read after the changes are taken: an edit that comes later is a change again.
    const topic = await findTopicById(tx, topicId);
    if (!topic) return false;
    const stories = await listPublished(tx, topicId, { limit: topic.itemLimit });
    const related = await listRelated(tx, topic, stories);
    const feed = toOutgoingFeed(topic, stories, related, await getPublicUrl(tx, context.publicUrl));
    const known = await listPublicationEtags(tx, topicId);
    const publications: Publication[] = [];
    for (const format of publicationFormats) {
      const body = Buffer.from(writers[format](feed));
      const etag = toEtag(body);
      if (known.get(format) !== etag)
        publications.push(await toPublication(topic, format, body, etag, context.now()));
    }
    return (await storePublications(tx, topic.slug, publications)).length > 0;
  });
}

/** Only stories that have a page, for that is where the documents lead to. */
async function listRelated(
  tx: Db,
  topic: Topic,
  stories: PublishedStory[],
): Promise<Map<string, RelatedStory[]>> {
  const storyIds = topic.showsRelated ? stories.map(({ story }) => story.id) : [];
  return listRelatedStories(tx, storyIds, relatedPerItem, 'published');
}

const gzipBytes = promisify(gzip);
const brotliBytes = promisify(brotliCompress);

async function toPublication(
  topic: Topic,
  format: PublicationFormat,
  body: Buffer,
  etag: string,
  lastModifiedAt: Date,
): Promise<Publication> {
  const [zipped, brotli] = await Promise.all([
    gzipBytes(body, { level: 9 }),
    brotliBytes(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 6,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  ]);
  return { topicId: topic.id, format, body, gzip: zipped, brotli, etag, lastModifiedAt };
}

/** Strong: a hash of the bytes (RFC 9110 §8.8.3). */
function toEtag(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

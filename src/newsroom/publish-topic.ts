import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Db } from '../../db/connect.ts';
import { listPublished } from '../../db/placements.ts';
import { listPublicationEtags, storePublications } from '../../db/publications.ts';
import { findPublicUrl } from '../../db/site.ts';
import { listChangedTopics, takeTopicChanges } from '../../db/topics.ts';
import { toAtom } from '../feed/to-atom.ts';
import { toJsonFeed } from '../feed/to-json-feed.ts';
import { toRss } from '../feed/to-rss.ts';
import {
  type OutgoingFeed,
  type Publication,
  type PublicationFormat,
  publicationFormats,
} from '../model/outgoing.ts';
import type { Topic } from '../model/topic.ts';
import { toOutgoingFeed } from './to-outgoing-feed.ts';

export interface PublishContext {
  db: Db;
  /** What links begin with, without a slash at its end; undefined: what the web server has stored. */
  publicUrl?: string;
  now(): Date;
}

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

/** Renders the documents of every topic that has changed; returns the slugs of those whose bytes did. */
export async function publishChangedTopics(context: PublishContext): Promise<string[]> {
  const changed: string[] = [];
  for (const topic of await listChangedTopics(context.db)) {
    if (await publishTopic(context, topic)) changed.push(topic.slug);
  }
  return changed;
}

/**
 * Renders a topic's documents once and stores those whose bytes are new; true when there were any.
 * Leaves the topic alone while another process renders it.
 */
export async function publishTopic({ db, publicUrl, now }: PublishContext, topic: Topic): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    if (!(await takeTopicChanges(tx, topic.id))) return false;
    const stories = await listPublished(tx, topic.id, { limit: topic.itemLimit });
    const feed = toOutgoingFeed(topic, stories, await getPublicUrl(tx, publicUrl));
    const known = await listPublicationEtags(tx, topic.id);
    const publications: Publication[] = [];
    for (const format of publicationFormats) {
      const body = Buffer.from(writers[format](feed));
      const etag = toEtag(body);
      if (known.get(format) !== etag)
        publications.push(await toPublication(topic, format, body, etag, now()));
    }
    return (await storePublications(tx, topic.slug, publications)).length > 0;
  });
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

import { type Db, findUnavailable } from '../../db/connect.ts';
import { listPublicationEtags, storePublications } from '../../db/publications.ts';
import { findPublicUrl } from '../../db/site.ts';
import { takeTopicChanges } from '../../db/topic-changes.ts';
import { findTopicById, listChangedTopics } from '../../db/topics.ts';
import { transact } from '../../db/transact.ts';
import { findHub } from '../../db/websub-hub.ts';
import { type Publication, publicationFormats } from '../model/outgoing.ts';
import { toHubUrl } from '../model/subscription.ts';
import { tellOfChanges } from './announce-to-hub.ts';
import { keepHistory, withHistory } from './keep-history.ts';
import { keepVersions } from './keep-versions.ts';
import { listRelated } from './list-related.ts';
import { compress, toEtag, writers } from './render-document.ts';
import { toOutgoingFeed } from './to-outgoing-feed.ts';

export interface PublishContext {
  db: Db;
  /** What links begin with, without a slash at its end; undefined: what the web server has stored. */
  publicUrl?: string;
  now(): Date;
  log: { error(fields: object, sentence: string): void };
}

/** Where `start` listens when nobody says otherwise. */
const usualPublicUrl = 'http://127.0.0.1:8080';

/** What links begin with: as given, else as the web server has stored it, else where one would listen. */
export async function getPublicUrl(db: Db, given?: string): Promise<string> {
  return given ?? (await findPublicUrl(db)) ?? usualPublicUrl;
}

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
    const publicUrl = await getPublicUrl(tx, context.publicUrl);
    const now = context.now();
    const history = await keepHistory(tx, topic, publicUrl, now);
    const related = await listRelated(tx, topic, history.stories);
    const hubUrl = toHubUrl(await findHub(tx), publicUrl);
    const current = toOutgoingFeed(topic, history.stories, related, publicUrl);
    const feed = withHistory({ ...current, hubUrl }, history);
    const known = await listPublicationEtags(tx, topicId);
    const publications: Publication[] = [];
    for (const format of publicationFormats) {
      const body = Buffer.from(writers[format](feed));
      const etag = toEtag(body);
      if (known.get(format) === etag) continue;
      publications.push({ topicId, format, body, ...(await compress(body)), etag, lastModifiedAt: now });
    }
    const changed = await storePublications(tx, topic.slug, publications);
    await keepVersions(tx, publications, context.now());
    await tellOfChanges(tx, topicId, changed, context.now());
    return changed.length > 0;
  });
}

import type { Db } from '../../db/connect.ts';
import { listEntriesOfStories } from '../../db/entries.ts';
import {
  listPublishedStories,
  listPublishedStoryIds,
  type PublishedPage,
} from '../../db/published-stories.ts';
import { listRelatedStories } from '../../db/story-links.ts';
import { listTopics } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { matchRule } from '../match/match-rule.ts';
import type { Rule } from '../match/rule.ts';
import { type DocumentQuery, toQueryPath } from '../model/document-query.ts';
import { type OutgoingFeed, type PublicationFormat, publicationFormats } from '../model/outgoing.ts';
import type { PublishedStory } from '../model/placement.ts';
import type { RelatedStory } from '../model/story.ts';
import { toCandidate } from './curate-topic.ts';
import { toSubject } from './offer-to-topics.ts';
import { getPublicUrl } from './publish-topic.ts';
import { type ResolvedQuery, resolveQuery } from './resolve-query.ts';
import { toOutgoingFeed } from './to-outgoing-feed.ts';
import { withRenewals } from './write-archive.ts';

export interface QueryContext {
  db: Db;
  /** What links begin with; undefined: what the web server has stored. */
  publicUrl?: string;
  siteName: string;
}

const mostItems = 50;
const relatedPerItem = 3;
const pageRows = 500;
/** Placements that a search looks through, and that others page through. */
const mostSearched = 2_000;
const mostPaged = 10_000;

/**
 * The newest 50 stories of a query, as topics publish them: the same items under the same ids. The document's own id is a UUID
 * of the query. Throws what resolveQuery throws, and `page-not-found` for a language that nothing is published in.
 */
export async function renderQuery(context: QueryContext, query: DocumentQuery): Promise<OutgoingFeed> {
  const { db } = context;
  const resolved = await resolveQuery(db, query, context.siteName);
  const storyIds = await findStoryIds(db, resolved);
  if (storyIds.length === 0 && resolved.needsStories) {
    throw new AppError('page-not-found', `Nothing is published here in the language “${resolved.language}”.`);
  }
  const stories = await renew(
    db,
    await listPublishedStories(db, storyIds, resolved.filter.topicIds, resolved.leads),
  );
  const related = await listRelated(db, stories);
  const publicUrl = await getPublicUrl(db, context.publicUrl);
  const documentUrl = publicUrl + toQueryPath(query);
  const { uuid, title: name, description, language, createdAt } = resolved;
  const head = { uuid, name, description, language, createdAt, slug: '' };
  return {
    ...toOutgoingFeed(head, stories, related, publicUrl),
    pageUrl: `${publicUrl}/`,
    selfUrls: Object.fromEntries(
      publicationFormats.map((format): [PublicationFormat, string] => [format, `${documentUrl}.${format}`]),
    ) as OutgoingFeed['selfUrls'],
  };
}

/** Goes through what is published, newest first, until there is enough. */
async function findStoryIds(db: Db, { filter, rule }: ResolvedQuery): Promise<string[]> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const most = rule ? mostSearched : mostPaged;
  let next: PublishedPage['next'];
  for (let rows = 0; rows < most && found.size < mostItems; rows += pageRows) {
    const page = await listPublishedStoryIds(db, filter, pageRows, next);
    const fresh = page.storyIds.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    for (const id of rule ? await findMatching(db, rule, fresh) : fresh) found.add(id);
    next = page.next;
    if (!next) break;
  }
  return [...found].slice(0, mostItems);
}

/** Those of these stories of which some entry is what the rule asks for, in their order. */
async function findMatching(db: Db, rule: Rule, storyIds: string[]): Promise<string[]> {
  const matching = new Set<string>();
  for (const entry of await listEntriesOfStories(db, storyIds)) {
    if (matching.has(entry.storyId)) continue;
    if (matchRule(rule, toSubject(toCandidate(entry)))) matching.add(entry.storyId);
  }
  return storyIds.filter((id) => matching.has(id));
}

/** With the dates that topics give their items when they take them up again. */
async function renew(db: Db, stories: PublishedStory[]): Promise<PublishedStory[]> {
  const renewed = new Map<string, PublishedStory>();
  for (const topicId of new Set(stories.map(({ placement }) => placement.topicId))) {
    const ofTopic = stories.filter(({ placement }) => placement.topicId === topicId);
    for (const one of await withRenewals(db, topicId, ofTopic)) renewed.set(one.story.id, one);
  }
  return stories.map((one) => renewed.get(one.story.id) ?? one);
}

/** As the topic says that tells the story. */
async function listRelated(db: Db, stories: PublishedStory[]): Promise<Map<string, RelatedStory[]>> {
  const showing = new Set((await listTopics(db)).filter((topic) => topic.showsRelated).map(({ id }) => id));
  const storyIds = stories.flatMap(({ story, placement }) =>
    showing.has(placement.topicId) ? [story.id] : [],
  );
  return listRelatedStories(db, storyIds, relatedPerItem, 'published');
}

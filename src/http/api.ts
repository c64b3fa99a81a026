import type { Context } from 'hono';
import { type LinkedStory, listRelatedStories } from '../../db/story-links.ts';
import { toAbsoluteUrl } from '../feed/outgoing-text.ts';
import type { SourcedEntry } from '../model/story.ts';
import { parseStoryId, toStoryUrl, toTopicUrl } from './addresses.ts';
import type { AppDeps } from './deps.ts';
import { explainMissingStory, findShownStory, type ShownStory } from './find-shown-story.ts';
import { redirectTo, respondData } from './respond.ts';
import type { Site } from './site.ts';

/** A publisher as programs are told of it; addresses without a name and password that only we are to use. */
interface SourceData {
  title: string;
  /** Its site. */
  url?: string;
  feedUrl?: string;
}

interface EntryData {
  id: string;
  title: string;
  /** The article at its publisher. */
  url?: string;
  publishedAt: string;
  source: SourceData;
}

/** A story as `/api/stories/:id` tells it; dates in RFC 3339, what is not known left out. */
interface StoryData {
  id: string;
  uuid: string;
  /** Our own page of it. */
  url: string;
  firstAt: string;
  updatedAt: string;
  lead: EntryData;
  /** All of them, the lead first. */
  entries: EntryData[];
  /** What an editor corrected, the oldest first. */
  corrections?: { at: string; text: string }[];
  /** Those in which it stands published. */
  topics: { slug: string; name: string; url: string }[];
  /** Nearest first; `url` is our own page, `likeness` from 0 to 1. */
  related: { id: string; title: string; url: string; source: SourceData; likeness: number }[];
}

const relatedAtMost = 10;

/** `/api/stories/:id`: what the story's page tells, for programs. A story that was merged leads to the one that it is in. */
export function serveStory(deps: AppDeps, site: Site): (c: Context) => Promise<Response> {
  return async (c) => {
    const given = c.req.param('id') ?? '';
    const id = parseStoryId(given);
    const found = id === given ? await findShownStory(deps.db, id) : undefined;
    if (found === undefined) throw await explainMissingStory(deps.db, id === given ? id : undefined);
    const { id: foundId } = found.story;
    if (foundId !== given) {
      const { search } = new URL(c.req.url);
      return redirectTo(`${site.base}/api/stories/${foundId}${search}`, {
        'Access-Control-Allow-Origin': '*',
      });
    }
    const related = await listRelatedStories(deps.db, [foundId], relatedAtMost, 'published');
    return await respondData(c.req.raw.headers, toStoryData(site, found, related.get(foundId) ?? []));
  };
}

function toStoryData(site: Site, found: ShownStory, related: LinkedStory[]): StoryData {
  const { story, lead, others, topics, corrections } = found;
  return {
    id: story.id,
    uuid: story.uuid,
    url: toStoryUrl(site.url, found),
    firstAt: story.firstAt.toISOString(),
    updatedAt: story.updatedAt.toISOString(),
    lead: toEntryData(lead),
    entries: [lead, ...others].map(toEntryData),
    corrections: corrections.length > 0 ? corrections : undefined,
    topics: topics.map(({ slug, name }) => ({ slug, name, url: toTopicUrl(site.url, slug) })),
    related: related.map((other) => ({
      id: other.story.id,
      title: other.lead.entry.title,
      url: toStoryUrl(site.url, other),
      source: toSourceData(other.lead),
      likeness: Number(other.likeness.toFixed(3)),
    })),
  };
}

function toEntryData({ entry, source }: SourcedEntry): EntryData {
  return {
    id: entry.id,
    title: entry.title,
    url: toAbsoluteUrl(entry.url),
    publishedAt: entry.datedAt.toISOString(),
    source: toSourceData({ entry, source }),
  };
}

function toSourceData({ source }: SourcedEntry): SourceData {
  return {
    title: source.title,
    url: toAbsoluteUrl(source.siteUrl),
    feedUrl: toAbsoluteUrl(source.feedUrl),
  };
}

import type { NewEntry } from '../model/entry.ts';
import {
  type OutgoingFeed,
  type OutgoingItem,
  type OutgoingSource,
  publicationFormats,
} from '../model/outgoing.ts';
import type { PublishedStory } from '../model/placement.ts';
import type { Source } from '../model/source.ts';
import type { SourcedEntry, Story } from '../model/story.ts';
import { type Topic, toSlug } from '../model/topic.ts';

/** Our own page of a story: `/stories/<id>-<slug>`. */
export function toStoryPath(story: Story, lead: SourcedEntry): string {
  const slug = toSlug(lead.entry.title);
  return `/stories/${story.id}${slug ? `-${slug}` : ''}`;
}

/** What a topic sends out, the same for all formats; `publicUrl` without a slash at its end. */
export function toOutgoingFeed(topic: Topic, stories: PublishedStory[], publicUrl: string): OutgoingFeed {
  const pageUrl = `${publicUrl}/topics/${encodeURIComponent(topic.slug)}`;
  const items = stories.map((story) => toOutgoingItem(story, publicUrl));
  const newest = Math.max(...items.map((item) => item.updatedAt.getTime()), 0);
  return {
    id: `urn:uuid:${topic.uuid}`,
    title: topic.name,
    description: topic.description,
    language: topic.language,
    pageUrl,
    selfUrls: Object.fromEntries(
      publicationFormats.map((format) => [format, `${pageUrl}.${format}`]),
    ) as OutgoingFeed['selfUrls'],
    updatedAt: newest > 0 ? new Date(newest) : topic.createdAt,
    items,
  };
}

function toOutgoingItem({ story, lead, others }: PublishedStory, publicUrl: string): OutgoingItem {
  const { entry, source } = lead;
  const pageUrl = publicUrl + encodeURI(toStoryPath(story, lead));
  return {
    id: `urn:uuid:${story.uuid}`,
    url: entry.url ?? pageUrl,
    pageUrl,
    title: entry.title,
    ...toAllowedBody(entry, source),
    authors: entry.authors,
    categories: entry.categories,
    language: entry.language,
    publishedAt: entry.datedAt,
    updatedAt: toUpdatedAt(entry.datedAt, entry.updatedAt),
    source: toOutgoingSource(source),
    coverage: others.map((other) => ({
      title: other.entry.title,
      url: other.entry.url ?? pageUrl,
      source: other.source.title,
    })),
  };
}

/** What the source's policy lets us republish. */
function toAllowedBody(
  entry: NewEntry,
  source: Source,
): Pick<OutgoingItem, 'summary' | 'contentHtml' | 'enclosures' | 'imageUrl'> {
  if (source.policy === 'title') return { summary: '', enclosures: [] };
  const { enclosures, imageUrl } = entry;
  if (source.policy === 'full' && entry.contentHtml) {
    return { summary: entry.summary, contentHtml: entry.contentHtml, enclosures, imageUrl };
  }
  return { summary: entry.summary, enclosures, imageUrl };
}

/** The publisher's date of the last change, unless it lies before the first one. */
function toUpdatedAt(datedAt: Date, updatedAt: Date | undefined): Date {
  return updatedAt && updatedAt > datedAt ? updatedAt : datedAt;
}

function toOutgoingSource(source: Source): OutgoingSource {
  return {
    title: source.title,
    feedUrl: source.feedUrl,
    siteUrl: source.siteUrl,
    description: source.description,
  };
}

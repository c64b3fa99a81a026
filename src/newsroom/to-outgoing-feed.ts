import {
  type OutgoingFeed,
  type OutgoingItem,
  type OutgoingSource,
  publicationFormats,
} from '../model/outgoing.ts';
import type { PublishedStory } from '../model/placement.ts';
import { type RelatedStory, type SourcedEntry, type Story, toStandfirst } from '../model/story.ts';
import { type Topic, toSlug } from '../model/topic.ts';

/** Our own page of a story: `/stories/<id>-<slug>`. */
export function toStoryPath(story: Story, lead: SourcedEntry): string {
  const slug = toSlug(lead.entry.title);
  return `/stories/${story.id}${slug ? `-${slug}` : ''}`;
}

/**
 * What a topic sends out, the same for all formats; `publicUrl` without a slash at its end, `related` by the id of the
 * story that they are related to.
 */
export function toOutgoingFeed(
  topic: Pick<Topic, 'uuid' | 'slug' | 'name' | 'description' | 'language' | 'createdAt'>,
  stories: PublishedStory[],
  related: ReadonlyMap<string, RelatedStory[]>,
  publicUrl: string,
): OutgoingFeed {
  const pageUrl = `${publicUrl}/topics/${encodeURIComponent(topic.slug)}`;
  const items = stories.map((one) => toOutgoingItem(one, related.get(one.story.id) ?? [], publicUrl));
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

/** Its id and dates are the placement's and the story's own: they stay when another entry leads. An editor's words are an update. */
function toOutgoingItem(
  { story, lead, others, placement, renewedAt }: PublishedStory,
  related: RelatedStory[],
  publicUrl: string,
): OutgoingItem {
  const { entry } = lead;
  const pageUrl = toPageUrl(story, lead, publicUrl);
  return {
    id: `urn:uuid:${placement.itemUuid}`,
    url: entry.url ?? pageUrl,
    pageUrl,
    title: entry.title,
    ...toAllowedBody(lead),
    authors: entry.authors,
    categories: entry.categories,
    language: entry.language,
    publishedAt: placement.datedAt,
    updatedAt: toLatest(placement.datedAt, story.updatedAt, placement.editedAt, renewedAt),
    source: toOutgoingSource(lead),
    corrections: placement.corrections,
    coverage: others.map((other) => ({
      title: other.entry.title,
      url: other.entry.url ?? pageUrl,
      source: other.source.title,
    })),
    related: related
      .filter((other) => other.story.id !== story.id)
      .map((other) => ({
        title: other.lead.entry.title,
        url: toPageUrl(other.story, other.lead, publicUrl),
        source: other.lead.source.title,
      })),
  };
}

function toPageUrl(story: Story, lead: SourcedEntry, publicUrl: string): string {
  return publicUrl + encodeURI(toStoryPath(story, lead));
}

function toLatest(...dates: (Date | undefined)[]): Date {
  return new Date(Math.max(...dates.map((date) => date?.getTime() ?? 0)));
}

/** What the source's policy lets us republish, and what an editor wrote. */
function toAllowedBody(
  lead: SourcedEntry,
): Pick<OutgoingItem, 'summary' | 'contentHtml' | 'enclosures' | 'imageUrl'> {
  const { entry, source } = lead;
  const summary = toStandfirst(lead);
  if (source.policy === 'title') return { summary, enclosures: [] };
  const { enclosures, imageUrl } = entry;
  if (source.policy === 'full' && entry.contentHtml) {
    return { summary, contentHtml: entry.contentHtml, enclosures, imageUrl };
  }
  return { summary, enclosures, imageUrl };
}

function toOutgoingSource({ entry, source }: SourcedEntry): OutgoingSource {
  return {
    title: source.title,
    feedUrl: source.feedUrl,
    siteUrl: source.siteUrl,
    description: source.description,
    updatedAt: entry.changedAt,
  };
}

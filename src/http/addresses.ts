import type { PublicationFormat } from '../model/outgoing.ts';
import { parseUrl } from '../model/parse-url.ts';
import type { RelatedStory } from '../model/story.ts';
import { toStoryPath } from '../newsroom/to-outgoing-feed.ts';

/** A topic's page below `base` (the public URL for absolute addresses, the prefix of the path for links in pages). */
export function toTopicUrl(base: string, slug: string): string {
  return `${base}/topics/${encodeURIComponent(slug)}`;
}

/** A topic's document in a format. */
export function toDocumentUrl(base: string, slug: string, format: PublicationFormat): string {
  return `${toTopicUrl(base, slug)}.${format}`;
}

/** A story's page: its id, and the slug of its headline for people; without the slug when the headline yields none. */
export function toStoryUrl(base: string, story: RelatedStory): string {
  return `${base}/stories/${encodeURIComponent(toStoryAddress(story))}`;
}

/** The last part of a story's address, such as `12-ferry-strike-ends`. */
export function toStoryAddress({ story, lead }: RelatedStory): string {
  // Half of a character, where the slug was cut, has no form in an address.
  return toStoryPath(story, lead)
    .slice('/stories/'.length)
    .replace(/\p{Surrogate}/gu, '');
}

// Postgres's bigint ends at 19 digits; 18 are always inside it.
const storyAddress = /^([1-9]\d{0,17})(?:-|$)/;

/** The id in a story's address, undefined when it holds none. */
export function parseStoryId(address: string): string | undefined {
  return storyAddress.exec(address)?.[1];
}

/** Whether a path is of the desk or of its API: what is there depends on who asks. */
export function isDeskPath(path: string): boolean {
  return /^(?:\/api)?\/desk(?:\/|$)/.test(path);
}

/** The address if it is one that a reader may be sent to: absolute, http or https. */
export function findSafeUrl(url: string | undefined): string | undefined {
  const protocol = url === undefined ? undefined : parseUrl(url)?.protocol;
  return protocol === 'http:' || protocol === 'https:' ? url : undefined;
}

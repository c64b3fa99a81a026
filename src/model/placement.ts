import type { StoryWithEntries } from './story.ts';

/** A story's standing in a topic. */
export type PlacementState = 'candidate' | 'published' | 'held' | 'spiked';

/** Which clause of a topic's rule matched, and where: for the placement's reasons. */
export interface MatchReason {
  /** The clause as written, such as `title:election` or `"climate summit"`. */
  clause: string;
  /** The field in which it hit: title, text, author, category, source, lang, url; `all` for `*`. */
  field: string;
}

export interface Placement {
  topicId: string;
  storyId: string;
  state: PlacementState;
  reasons: MatchReason[];
  /** The story's date: the order in the topic, with the story's id where dates are equal. */
  datedAt: Date;
  placedAt: Date;
  publishedAt?: Date;
  /** What the published item is identified by; stays when its story is merged with another. */
  itemUuid: string;
}

/** A place in a topic's order; without a story, the moment before all of that date. */
export interface PlacementCursor {
  datedAt: Date;
  storyId?: string;
}

/** A story as it stands published in a topic. */
export interface PublishedStory extends StoryWithEntries {
  placement: Placement;
}

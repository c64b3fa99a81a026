import type { Correction } from './correction.ts';
import type { SourcedEntry, StoryWithEntries } from './story.ts';

/** A story's standing in a topic. */
export type PlacementState = 'candidate' | 'published' | 'held' | 'spiked';

/** Which clause of a topic's rule matched, and where: for the placement's reasons. */
export interface MatchReason {
  /** The clause as written, such as `title:election` or `"climate summit"`. */
  clause: string;
  /** The field in which it hit: title, text, author, category, source, lang, url; `all` for `*`. */
  field: string;
}

/** What the lead of a story said when an editor wrote another headline or standfirst for it. */
export interface EditedFrom {
  title: string;
  summary: string;
}

/** What decisions leave on a placement. */
export interface Curated {
  /** An editor's own, in place of the lead's title. */
  headline?: string;
  /** An editor's own, in place of the lead's summary. */
  standfirst?: string;
  editedFrom?: EditedFrom;
  /** When the headline, the standfirst or the corrections were last changed: the published item's update. */
  editedAt?: Date;
  /** The entry that an editor chose to lead in this topic. */
  leadEntryId?: string;
  /** Since when it stands before all others; undefined: it doesn't. */
  pinnedAt?: Date;
  pinnedUntil?: Date;
  /** When it is published by the clock. */
  publishAt?: Date;
  /** When it is taken out of the topic by the clock. */
  expireAt?: Date;
  /** What was corrected in public, the oldest first. */
  corrections?: Correction[];
}

export interface Placement extends Curated {
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
  /** How many decisions it has come through; 0: as the rule made it. What an editor saw when deciding. */
  version: number;
}

/** A place in a topic's order; without a story, the moment before all of that date. */
export interface PlacementCursor {
  datedAt: Date;
  storyId?: string;
}

/** A story as it stands published in a topic. */
export interface PublishedStory extends StoryWithEntries {
  placement: Placement;
  /** When the item was published again after it was retracted. */
  renewedAt?: Date;
}

/**
 * The story as a topic tells it: the lead that an editor chose there, while it still tells the story, and the editor's
 * headline and standfirst in place of the lead's title and summary. The others stay as their publishers wrote them.
 */
export function withEdits<T extends StoryWithEntries>(
  story: T,
  { leadEntryId, headline, standfirst }: Pick<Placement, 'leadEntryId' | 'headline' | 'standfirst'>,
): T {
  const chosen = story.others.find(({ entry }) => entry.id === leadEntryId);
  const lead = chosen ?? story.lead;
  const others = chosen
    ? [story.lead, ...story.others].filter((other) => other !== chosen).sort(byDate)
    : story.others;
  if (headline === undefined && standfirst === undefined) return { ...story, lead, others };
  const title = headline ?? lead.entry.title;
  const summary = standfirst ?? lead.entry.summary;
  return { ...story, lead: { ...lead, entry: { ...lead.entry, title, summary }, standfirst }, others };
}

function byDate(one: SourcedEntry, other: SourcedEntry): number {
  const between = one.entry.datedAt.getTime() - other.entry.datedAt.getTime();
  return between || Number(one.entry.id) - Number(other.entry.id);
}

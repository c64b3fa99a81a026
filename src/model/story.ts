import type { Entry } from './entry.ts';
import type { Source } from './source.ts';

/** The entries that report the same event. */
export interface Story {
  id: string;
  /** Stable for ever: what published items are identified by. */
  uuid: string;
  leadEntryId: string;
  /** The date of the entry that opened it: its place in topics. */
  firstAt: Date;
  /** The date of the newest entry that brought real news: never before firstAt. */
  updatedAt: Date;
}

/** An entry together with the source it came from. */
export interface SourcedEntry {
  entry: Entry;
  source: Source;
  /** An editor's own, in place of the entry's summary: shown whatever the source's policy is. */
  standfirst?: string;
}

/** What readers are told below the headline: the editor's words, else what the source's policy lets us say; may be empty. */
export function toStandfirst({ entry, source, standfirst }: SourcedEntry): string {
  return standfirst ?? (source.policy === 'title' ? '' : entry.summary);
}

/** A story with its entries, the lead first and the others in the order in which they came. */
export interface StoryWithEntries {
  story: Story;
  lead: SourcedEntry;
  others: SourcedEntry[];
}

/** A story of the same affair, as another one names it. */
export interface RelatedStory {
  story: Story;
  lead: SourcedEntry;
}

/** What an entry has to offer as the lead of its story. */
export interface LeadCandidate {
  entryId: string;
  /** Of its source, 1 to 10. */
  weight: number;
  datedAt: Date;
  hasUrl: boolean;
  /** An image that its source's policy lets us show. */
  hasImage: boolean;
  /** Characters of the summary; 0 where the policy shows none. */
  summaryLength: number;
  /** Characters of the body; 0 where the policy shows none. */
  bodyLength: number;
}

/** The present lead of a story and what may be in its place. */
export interface LeadFacts {
  firstAt: Date;
  leadEntryId?: string;
  candidates: LeadCandidate[];
}

/** Entries of a story that others are compared with: the newest. */
export const comparedPerStory = 12;

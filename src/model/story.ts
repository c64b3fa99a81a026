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
}

/** An entry together with the source it came from. */
export interface SourcedEntry {
  entry: Entry;
  source: Source;
}

/** A story with its entries, the lead first and the others in the order in which they came. */
export interface StoryWithEntries {
  story: Story;
  lead: SourcedEntry;
  others: SourcedEntry[];
}

/** What of an entry's body we may republish: the title alone, title and summary, or everything. */
export type ContentPolicy = 'title' | 'summary' | 'full';
export const contentPolicies = ['title', 'summary', 'full'] as const satisfies readonly ContentPolicy[];

/** `active` is polled; `paused` by an operator is not; `gone` answered 410 and is not. */
export type SourceState = 'active' | 'paused' | 'gone';

/** HTTP validators of the last 200, byte for byte as received (RFC 9110 §8.8). */
export interface Validators {
  etag?: string;
  lastModified?: string;
}

/** What a feed says about when it wants to be asked: RSS ttl, sy:, skipHours (0-23, UTC), skipDays (English names). */
export interface PollHints {
  asksSeconds?: number;
  skipHours?: number[];
  skipDays?: string[];
}

/** Longest address of a feed that is stored. */
export const longestFeedUrl = 2_000;

/** A feed that we read. Ids are Postgres bigints as strings. */
export interface Source {
  id: string;
  /** Where the feed is fetched from. */
  feedUrl: string;
  siteUrl?: string;
  /** The publisher's name: as the operator set it, else as the feed says, else the host. */
  title: string;
  /** The operator named it. */
  titleIsSet: boolean;
  description?: string;
  language?: string;
  imageUrl?: string;
  policy: ContentPolicy;
  state: SourceState;
  validators: Validators;
  /** SHA-256 in hex of the last body that was read whole; the same body again needs no parsing. */
  bodyHash?: string;
  /** How many items that body had. */
  itemCount: number;
  /** Of that body, since a 304 repeats none of it. */
  pollHints: PollHints;
  /** Failures in a row since the last good answer. */
  failures: number;
  lastError?: { code: string; message: string; at: Date };
  /** 1 to 10, usually 5: how much it counts when a story's lead is chosen. */
  weight: number;
  createdAt: Date;
  lastCheckedAt?: Date;
  lastSucceededAt?: Date;
  nextCheckAt: Date;
}

/** The wire formats that we read. */
export type FeedFormat = 'rss' | 'rdf' | 'atom' | 'json';

/** How the characters of a text on the wire are to be taken: as they stand, or as HTML (markup, entities). */
export type TextKind = 'text' | 'html';

/** A piece of text as a document on the wire gives it, before any cleaning. */
export interface IncomingText {
  value: string;
  kind: TextKind;
  /** Address that relative links inside the text are resolved against (xml:base); absolute. */
  baseUrl?: string;
  /** xml:lang in force at the element. */
  language?: string;
}

/** RSS author, dc:creator, atom:author, JSON Feed author. */
export interface IncomingPerson {
  name?: string;
  email?: string;
  url?: string;
}

/** A file that goes with an item: RSS enclosure, atom:link rel=enclosure, media:content, JSON Feed attachment. */
export interface IncomingEnclosure {
  url: string;
  type?: string;
  /** Size in bytes. */
  length?: number;
  title?: string;
  /** Duration in seconds. */
  durationSeconds?: number;
}

/** A link of an item, of any relation (`alternate`, `related`, `via`, `license`, `replies`, …), as an absolute address where a base is known. */
export interface IncomingLink {
  url: string;
  rel: string;
  type?: string;
  hreflang?: string;
}

/** One item of a document on the wire. Every field is optional: publishers leave out everything. */
export interface IncomingItem {
  /** guid, atom:id, rdf:about, JSON Feed id; exactly as given, but for surrounding white space. */
  id?: string;
  /** RSS `guid isPermaLink` that isn't "false": the id may stand in for a missing link. */
  idIsPermalink?: boolean;
  /** The page of the item, resolved against the bases of the document. */
  url?: string;
  /** The publisher's own address where `url` is a counter's that leads to it (feedburner:origLink). */
  originalUrl?: string;
  links?: IncomingLink[];
  title?: IncomingText;
  summary?: IncomingText;
  content?: IncomingText;
  authors?: IncomingPerson[];
  categories?: string[];
  /** Dates as written; parsing them is normalising. */
  published?: string;
  updated?: string;
  created?: string;
  language?: string;
  /** Lead image candidates from media:thumbnail, media:content, itunes:image, image, JSON Feed image; best first. */
  imageUrls?: string[];
  enclosures?: IncomingEnclosure[];
  /** The feed that an aggregator took the item from: RSS `<source url>`, atom:source. */
  source?: { title?: string; url?: string; id?: string };
  /** Address of the item's discussion: RSS `<comments>`. */
  commentsUrl?: string;
  rights?: string;
}

/** What a document on the wire parses to. */
export interface IncomingFeed {
  format: FeedFormat;
  /** Version as the document declares it, such as "2.0", "0.91", "1.0", "1.1". */
  version?: string;
  id?: string;
  title?: IncomingText;
  description?: IncomingText;
  /** The site that the feed belongs to, absolute. */
  siteUrl?: string;
  /** The feed's own address as it names itself (atom:link rel=self, feed_url). */
  selfUrl?: string;
  links?: IncomingLink[];
  language?: string;
  authors?: IncomingPerson[];
  categories?: string[];
  published?: string;
  updated?: string;
  imageUrl?: string;
  iconUrl?: string;
  rights?: string;
  generator?: string;
  /** RSS ttl, in minutes as the document says. */
  ttlMinutes?: number;
  /** RSS skipHours, 0-23 UTC, and skipDays, English names. */
  skipHours?: number[];
  skipDays?: string[];
  /** RSS 1.0 syndication module: seconds between updates (period / frequency). */
  updatePeriodSeconds?: number;
  /** WebSub hubs that the document names. */
  hubUrls?: string[];
  items: IncomingItem[];
  /** What was wrong with the document and survived: truncated, bad characters, a broken item left out. One sentence each. */
  warnings: string[];
}

import type { Correction } from './correction.ts';
import type { Enclosure, Person } from './entry.ts';

/** The publisher that an outgoing item came from: named and linked in every format. */
export interface OutgoingSource {
  title: string;
  feedUrl: string;
  siteUrl?: string;
  description?: string;
  /** When the item was last taken from it: its feed as it was then (RFC 4287 §4.2.11). */
  updatedAt?: Date;
}

/** One story as a topic publishes it. Strict: absolute http(s) links, valid dates, no control characters. */
export interface OutgoingItem {
  /** Permanent, the same in all formats: `urn:uuid:…` of the placement's item. */
  id: string;
  /** The article at its publisher: the source link. Our own page of the story when the publisher gives no address. */
  url: string;
  /** Our own page of the story. */
  pageUrl: string;
  /** Plain text. */
  title: string;
  /** Plain text; empty when the source's policy is `title`. */
  summary: string;
  /** Sanitised HTML; only when the source's policy is `full`. */
  contentHtml?: string;
  authors: Person[];
  categories: string[];
  enclosures: Enclosure[];
  imageUrl?: string;
  language?: string;
  publishedAt: Date;
  updatedAt: Date;
  source: OutgoingSource;
  /** The other entries of the story: further coverage. */
  coverage: { title: string; url: string; source: string }[];
  /** Other stories of the same affair; none where the topic does not show them. `url` is our own page. */
  related: { title: string; url: string; source: string }[];
  /** What an editor corrected, the oldest first. */
  corrections?: Correction[];
}

/** Where a document stands among those that together hold all that a topic published (RFC 5005 §4); addresses by format. */
export interface DocumentHistory {
  /** It is closed: what comes does not go in. */
  isArchive: boolean;
  previousUrls?: Record<PublicationFormat, string>;
  nextUrls?: Record<PublicationFormat, string>;
  /** The document that people subscribe to. */
  currentUrls?: Record<PublicationFormat, string>;
}

/** An item that was taken back (RFC 6721). */
export interface OutgoingRetraction {
  id: string;
  at: Date;
  /** Plain text; empty when nobody said why. */
  comment: string;
}

/** What we send out for a topic, the same for all formats. */
export interface OutgoingFeed {
  id: string;
  title: string;
  description: string;
  language: string;
  /** The topic's page. */
  pageUrl: string;
  /** The address of the document, by format. */
  selfUrls: Record<PublicationFormat, string>;
  /** Where changes are told of (WebSub); undefined: nowhere. */
  hubUrl?: string;
  /** Date of the newest change of any item; the topic's own when it has none. Never the clock. */
  updatedAt: Date;
  items: OutgoingItem[];
  history?: DocumentHistory;
  /** The last first. */
  retractions?: OutgoingRetraction[];
}

/** The documents of a topic; also their file extensions. */
export type PublicationFormat = 'rss' | 'atom' | 'json';
export const publicationFormats = ['rss', 'atom', 'json'] as const satisfies readonly PublicationFormat[];

export const mediaTypes: Record<PublicationFormat, string> = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};

/** Rendered bytes of a topic in one format. */
export interface Publication {
  topicId: string;
  format: PublicationFormat;
  body: Uint8Array;
  gzip: Uint8Array;
  brotli: Uint8Array;
  /** Strong, quoted, of the identity encoding. */
  etag: string;
  lastModifiedAt: Date;
}

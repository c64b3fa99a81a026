/** A person who wrote an entry. */
export interface Person {
  name: string;
  email?: string;
  url?: string;
}

/** A file that goes with an entry; `url` is absolute http(s). */
export interface Enclosure {
  url: string;
  type?: string;
  /** Size in bytes. */
  length?: number;
  title?: string;
  durationSeconds?: number;
}

/** One item of a source, made clean, not yet stored. */
export interface NewEntry {
  /** The guid as the publisher gave it, if any. */
  guid?: string;
  /** The article's address as the publisher gave it, absolute http(s); tracking parameters and all. */
  url?: string;
  /** The same in canonical form: what two entries of the same article share. */
  canonicalUrl?: string;
  /** Plain text, one line, never empty (made from summary or address when the publisher gives none). */
  title: string;
  /** Plain text, about 300 characters at most; empty when there is nothing to make it from. */
  summary: string;
  /** Sanitised HTML with absolute links; empty when the source gives none. */
  contentHtml: string;
  authors: Person[];
  categories: string[];
  enclosures: Enclosure[];
  /** Lead image, absolute http(s). */
  imageUrl?: string;
  /** BCP 47 language tag, declared or detected; undefined when neither is sure. */
  language?: string;
  /** As the publisher says, clamped to now when it lies in the future; undefined when it says none that can be read. */
  publishedAt?: Date;
  updatedAt?: Date;
}

/** A NewEntry with what tells it from the others of its source. */
export interface IdentifiedEntry extends NewEntry {
  /** Stable identity inside the source, a SHA-256 in hex (32 bytes): of guid, else canonical URL, else content. */
  identity: string;
  /** SHA-256 in hex of all that a reader would see: another hash is another version. */
  contentHash: string;
}

/** An entry as stored. */
export interface Entry extends NewEntry {
  id: string;
  sourceId: string;
  storyId?: string;
  firstSeenAt: Date;
  /** publishedAt, else firstSeenAt: the date to sort by; never changes. */
  datedAt: Date;
  changedAt: Date;
}

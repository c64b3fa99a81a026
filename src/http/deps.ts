import type { Db } from '../../db/connect.ts';
import type { DeskEvent } from '../../db/desk-events.ts';
import type { Publication, PublicationFormat } from '../model/outgoing.ts';
import type { QueryDocuments } from '../newsroom/query-documents.ts';
import type { ReaderNotes } from '../newsroom/reader-notes.ts';

/** What the log takes: an object of fields and a sentence (pino's order). */
export interface HttpLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What happens in topics, as it happens: of all processes over this database. */
export interface DeskFeed {
  /** Tells of each event of a topic until the returned function is called. */
  subscribe(topicId: string, tell: (event: DeskEvent) => void): () => void;
}

/** An OpenID provider by which editors sign in. */
export interface OidcConfig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** On the sign-in page: "Sign in with …". */
  name: string;
  /** http is allowed for issuers on this machine, in tests and behind a proxy. */
  allowHttp: boolean;
}

/** Everything that the web server needs from outside. */
export interface AppDeps {
  db: Db;
  /**
   * The rendered document of a topic, undefined when it has none (yet). Asked on every poll, so it should answer
   * from memory, and with the same object as long as the document is the same.
   */
  findPublication(slug: string, format: PublicationFormat): Promise<Publication | undefined>;
  /** Seconds since a document was last known to be current, when that could not be asked; else 0. */
  getAge?(publication: Publication): number;
  /** Documents of queries; without it, some that know of no changes. */
  queries?: QueryDocuments;
  readers?: Pick<ReaderNotes, 'note'>;
  siteName: string;
  /** Where readers reach us: absolute, without a trailing slash; a path in it is taken for a prefix that the proxy strips. */
  publicUrl: string;
  now(): Date;
  log: HttpLog;
  version: string;
  /** Renders the topics that have changed, soon and without making anyone wait. */
  publishSoon(): void;
  desk: DeskFeed;
  oidc?: OidcConfig;
  /** The hub that documents name (WebSub); `checkCallback` where it is our own: throws FetchFailure for what may not be called. */
  hub?: { url: string; checkCallback?(url: URL): void };
  /** A proxy of ours adds to X-Forwarded-For where requests come from. */
  trustProxy?: boolean;
}

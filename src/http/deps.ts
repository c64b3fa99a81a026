import type { Db } from '../../db/connect.ts';
import type { Publication, PublicationFormat } from '../model/outgoing.ts';

/** What the log takes: an object of fields and a sentence (pino's order). */
export interface HttpLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Everything that the web server needs from outside. */
export interface AppDeps {
  db: Db;
  /**
   * The rendered document of a topic, undefined when it has none (yet). Asked on every poll, so it should answer
   * from memory, and with the same object as long as the document is the same.
   */
  findPublication(slug: string, format: PublicationFormat): Promise<Publication | undefined>;
  siteName: string;
  /** Where readers reach us: absolute, without a trailing slash; a path in it is taken for a prefix that the proxy strips. */
  publicUrl: string;
  now(): Date;
  log: HttpLog;
  version: string;
}

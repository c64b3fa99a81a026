import type { Publication, PublicationFormat } from '../src/model/outgoing.ts';
import type { Db } from './connect.ts';
import type { Listener } from './listen.ts';
import { findPublication, publicationChannel } from './publications.ts';

export interface PublicationCache {
  /** The document of a topic, from memory after the first read; undefined when there is none. */
  find(slug: string, format: PublicationFormat): Promise<Publication | undefined>;
}

/** Most bytes of documents held in memory. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Holds rendered documents in memory and drops those of a topic when Postgres says that they changed (LISTEN/NOTIFY).
 * While it cannot listen it asks the database each time, and answers from memory when the database is away too.
 */
export function cachePublications(db: Db, listener: Listener): PublicationCache {
  const held = new Map<string, Publication>();
  let heldBytes = 0;
  /** Counts what was told: a read that began before an announcement must not be kept after it. */
  let announcements = 0;
  const forget = (key: string) => {
    const publication = held.get(key);
    if (publication) heldBytes -= sizeOf(publication);
    held.delete(key);
  };
  const keep = (key: string, publication: Publication) => {
    forget(key);
    held.set(key, publication);
    heldBytes += sizeOf(publication);
    for (const oldest of held.keys()) {
      if (heldBytes <= mostBytes || oldest === key) break;
      forget(oldest);
    }
  };
  listener.hearChannel(publicationChannel, {
    hear(slug) {
      announcements++;
      for (const key of [...held.keys()]) if (key.startsWith(`${slug}.`)) forget(key);
    },
    // What was announced while nobody listened is unknown.
    onListening() {
      announcements++;
      held.clear();
      heldBytes = 0;
    },
  });
  return {
    async find(slug, format) {
      const key = `${slug}.${format}`;
      const fromMemory = held.get(key);
      if (fromMemory && listener.isListening()) return fromMemory;
      const before = announcements;
      try {
        const found = await findPublication(db, slug, format);
        if (found && before === announcements) keep(key, found);
        else if (!found) forget(key);
        return found;
      } catch (error) {
        if (fromMemory) return fromMemory;
        throw error;
      }
    },
  };
}

function sizeOf({ body, gzip, brotli }: Publication): number {
  return body.length + gzip.length + brotli.length;
}

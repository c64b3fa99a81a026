import type { Publication, PublicationFormat } from '../src/model/outgoing.ts';
import type { Db } from './connect.ts';
import type { Listener } from './listen.ts';
import { findPublication, publicationChannel } from './publications.ts';

export interface PublicationCache {
  /** The document of a topic, from memory after the first read; undefined when there is none. */
  find(slug: string, format: PublicationFormat): Promise<Publication | undefined>;
  /** Seconds since the document was last known to be current, when the database could not be asked for it; else 0. */
  getAge(publication: Publication): number;
}

interface Held {
  publication: Publication;
  /** Nothing was told of it since it was read, and nothing that was told can have been missed. */
  isSure: boolean;
  /** When it was last known to be current, in milliseconds; while it is sure, that is now. */
  knownAt: number;
}

/** Most bytes of documents held in memory. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Holds rendered documents in memory and asks for those of a topic anew when Postgres says that they changed (LISTEN/NOTIFY).
 * While it cannot listen it asks the database each time, and answers from memory when the database is away too, and then
 * knows how old the answer is.
 */
export function cachePublications(
  db: Db,
  listener: Listener,
  now: () => Date = () => new Date(),
): PublicationCache {
  const held = createStore(mostBytes);
  /** Counts what was told: a read that began before an announcement must not be taken for sure after it. */
  let announcements = 0;
  listener.hearChannel(publicationChannel, {
    hear(slug) {
      announcements++;
      held.doubt(now().getTime(), (key) => key.startsWith(`${slug}.`));
    },
    // What was announced while nobody listened is unknown.
    onListening() {
      announcements++;
      held.doubt(undefined, () => true);
    },
    onAnswer: () => held.confirm(now().getTime()),
  });
  const ask = async (key: string, slug: string, format: PublicationFormat) => {
    const before = announcements;
    const askedAt = now().getTime();
    const found = await findPublication(db, slug, format);
    const known = held.find(key);
    if (!found) {
      held.forget(key);
      return undefined;
    }
    // The same object as long as the document is the same, for what others have prepared of it.
    const publication = known?.publication.etag === found.etag ? known.publication : found;
    const isSure = before === announcements && listener.isListening();
    held.keep(key, { publication, isSure, knownAt: askedAt });
    return publication;
  };
  return {
    async find(slug, format) {
      const key = `${slug}.${format}`;
      const known = held.find(key);
      if (known?.isSure && listener.isListening()) return known.publication;
      try {
        return await ask(key, slug, format);
      } catch (error) {
        const left = held.find(key);
        if (!left) throw error;
        held.leaveAlone(left);
        return left.publication;
      }
    },
    getAge: (publication) => held.getAge(publication, now().getTime()),
  };
}

/** Documents by key, with the oldest going first when there are too many bytes. */
function createStore(limit: number) {
  const held = new Map<string, Held>();
  /** Answers that are given without the database, until it is asked again. */
  const alone = new Map<Publication, Held>();
  let heldBytes = 0;
  const forget = (key: string) => {
    const known = held.get(key);
    if (!known) return;
    heldBytes -= sizeOf(known.publication);
    alone.delete(known.publication);
    held.delete(key);
  };
  return {
    find: (key: string) => held.get(key),
    forget,
    keep(key: string, one: Held) {
      forget(key);
      held.set(key, one);
      heldBytes += sizeOf(one.publication);
      for (const oldest of held.keys()) {
        if (heldBytes <= limit || oldest === key) break;
        forget(oldest);
      }
    },
    /** They may have changed; `at`: when, if that is known. */
    doubt(at: number | undefined, concerns: (key: string) => boolean) {
      for (const [key, one] of held) {
        if (!concerns(key)) continue;
        if (one.isSure && at !== undefined) one.knownAt = at;
        one.isSure = false;
      }
    },
    confirm(at: number) {
      for (const one of held.values()) if (one.isSure) one.knownAt = at;
    },
    leaveAlone(one: Held) {
      alone.set(one.publication, one);
    },
    getAge(publication: Publication, at: number): number {
      const one = alone.size === 0 ? undefined : alone.get(publication);
      return one ? Math.max(0, Math.floor((at - one.knownAt) / 1000)) : 0;
    },
  };
}

function sizeOf({ body, gzip, brotli }: Publication): number {
  return body.length + gzip.length + brotli.length;
}

import pg from 'pg';
import type { Publication, PublicationFormat } from '../src/model/outgoing.ts';
import { type DatabaseAddress, type Db, toClientConfig } from './connect.ts';
import { findPublication, publicationChannel } from './publications.ts';

export interface PublicationCache {
  /** The document of a topic, from memory after the first read; undefined when there is none. */
  find(slug: string, format: PublicationFormat): Promise<Publication | undefined>;
  close(): Promise<void>;
}

/** Most bytes of documents held in memory. */
const mostBytes = 64 * 1024 * 1024;
const reconnectMs = 1_000;
/** A connection that a firewall has dropped in silence is noticed by this. */
const heartbeatMs = 15_000;

/**
 * Holds rendered documents in memory and drops those of a topic when Postgres says that they changed (LISTEN/NOTIFY).
 * While it cannot listen it asks the database each time, and answers from memory when the database is away too.
 */
export function createPublicationCache(
  db: Db,
  address: DatabaseAddress,
  log: { warn(fields: object, sentence: string): void },
): PublicationCache {
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
  const listener = listen(address, log, {
    onAnnouncement(slug) {
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
    close: () => listener.close(),
  };
}

function sizeOf({ body, gzip, brotli }: Publication): number {
  return body.length + gzip.length + brotli.length;
}

function listen(
  address: DatabaseAddress,
  log: { warn(fields: object, sentence: string): void },
  told: { onAnnouncement(slug: string): void; onListening(): void },
): { isListening(): boolean; close(): Promise<void> } {
  let client: pg.Client | undefined;
  let listening = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const retry = () => {
    listening = false;
    client?.removeAllListeners('end');
    client = undefined;
    if (!closed) timer = setTimeout(connect, reconnectMs);
  };
  const connect = async () => {
    const fresh = new pg.Client(toClientConfig(address, 'wireroom-listen'));
    client = fresh;
    fresh.on('error', () => undefined);
    fresh.on('end', retry);
    fresh.on('notification', ({ payload }) => told.onAnnouncement(payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`listen ${publicationChannel}`);
      told.onListening();
      listening = true;
    } catch (error) {
      log.warn(
        { err: error },
        'Cannot listen for changed documents; they are read from the database until it can.',
      );
      fresh.removeAllListeners('end');
      await fresh.end().catch(() => undefined);
      retry();
    }
  };
  const connecting = connect();
  const heartbeat = setInterval(() => {
    const asked = client;
    if (!asked || !listening) return;
    const giveUp = setTimeout(() => {
      asked.removeAllListeners('end');
      void asked.end().catch(() => undefined);
      if (client === asked) retry();
    }, heartbeatMs / 3);
    const answered = () => clearTimeout(giveUp);
    asked.query('select 1').then(answered, answered);
  }, heartbeatMs);
  heartbeat.unref();
  return {
    isListening: () => listening,
    async close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(heartbeat);
      await connecting;
      client?.removeAllListeners('end');
      await client?.end().catch(() => undefined);
    },
  };
}

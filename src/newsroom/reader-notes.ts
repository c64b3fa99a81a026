import { createHmac } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import {
  forgetPollers,
  getPollerSalt,
  mergePollers,
  type ReaderCount,
  storeReaderCounts,
} from '../../db/readers.ts';
import type { Publication, PublicationFormat } from '../model/outgoing.ts';
import { parseSubscribers } from './parse-subscribers.ts';
import { addToSketch, countSketch, createSketch, mergeSketches } from './poller-sketch.ts';

/** Takes note of who asks for documents. What names anyone stays in memory, for a minute at most. */
export interface ReaderNotes {
  /** Cheap: for every answer. */
  note(publication: Pick<Publication, 'topicId' | 'format'>, userAgent: string | null, address: string): void;
  /** Turns what was noted into numbers and stores these. */
  flush(): Promise<void>;
  /** Flushes no more by itself, after a last time. */
  stop(): Promise<void>;
}

interface NotesContext {
  db: Db;
  now(): Date;
  log: { warn(fields: object, sentence: string): void };
}

const flushMs = 60_000;
/** What a minute may bring; more is a flood, and not counted. */
const mostNotes = 50_000;
const longestUserAgent = 300;

/** The names that programs gave, by address. */
type Names = Map<string, Set<string>>;
/** By topic and format. Nested, since joining strings costs more than looking up. */
type Notes = Map<string, Map<PublicationFormat, Names>>;

/** Notes in memory, and flushes every minute until it is stopped. */
export function createReaderNotes(context: NotesContext): ReaderNotes {
  let notes: Notes = new Map();
  let count = 0;
  let flushing: Promise<void> = Promise.resolve();
  let tidiedDay = '';
  const store = async () => {
    if (count === 0) return;
    const noted = notes;
    notes = new Map();
    count = 0;
    const day = context.now().toISOString().slice(0, 10);
    try {
      await storeNotes(context.db, day, noted);
      if (tidiedDay !== day) await forgetPollers(context.db, day);
      tidiedDay = day;
    } catch (err) {
      context.log.warn({ err }, 'Who read in the last minute could not be counted.');
    }
  };
  const flush = () => {
    flushing = flushing.then(store);
    return flushing;
  };
  const timer = setInterval(flush, flushMs);
  timer.unref();
  return {
    note({ topicId, format }, userAgent, address) {
      if (count >= mostNotes) return;
      const agent = userAgent === null ? '' : userAgent.slice(0, longestUserAgent);
      const formats = getOrAdd(notes, topicId, () => new Map<PublicationFormat, Names>());
      const addresses = getOrAdd(formats, format, () => new Map<string, Set<string>>());
      const names = getOrAdd(addresses, address, () => new Set<string>());
      if (names.has(agent)) return;
      names.add(agent);
      count += 1;
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

async function storeNotes(db: Db, day: string, notes: Notes): Promise<void> {
  const salt = await getPollerSalt(db, day);
  const sketches = new Map<string, Uint8Array>();
  const counts: ReaderCount[] = [];
  for (const [topicId, format, address, userAgent] of listNotes(notes)) {
    const sketch = getOrAdd(sketches, topicId, createSketch);
    // The topic in it: nobody can be followed from one topic to another.
    addToSketch(sketch, createHmac('sha256', salt).update(`${topicId}\n${address}\n${userAgent}`).digest());
    const claim = parseSubscribers(userAgent);
    // Without a number of its own for the address, an aggregator has one a format.
    if (claim) counts.push({ topicId, ...claim, feedId: claim.feedId ?? format });
  }
  await storeReaderCounts(db, day, counts);
  await mergePollers(db, day, sketches, { merge: mergeSketches, count: countSketch });
}

function* listNotes(notes: Notes): Generator<[string, PublicationFormat, string, string]> {
  for (const [topicId, byFormat] of notes) {
    for (const [format, byAddress] of byFormat) {
      for (const [address, names] of byAddress) {
        for (const name of names) yield [topicId, format, address, name];
      }
    }
  }
}

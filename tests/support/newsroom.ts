import { afterAll, beforeAll, beforeEach } from 'vitest';
import { connectDatabase, type Db } from '../../db/connect.ts';
import { findPublication } from '../../db/publications.ts';
import { storeSources } from '../../db/sources.ts';
import { type RefreshSourcesContext, refreshSources } from '../../jobs/refresh-sources.ts';
import { createFetcher } from '../../src/fetch/fetch-source.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { createTermBook } from '../../src/newsroom/term-book.ts';
import { type Origin, startOrigin } from './origin.ts';
import { useDatabase } from './postgres.ts';

/** An item of a document; `id` is the name that tests know its entry by. */
export interface Item {
  id: string;
  title: string;
  summary?: string;
  html?: string;
  url?: string;
  image?: string;
  /** Hours after the first news of the tests, 2026-02-16 08:00 UTC; 0 unless given. */
  hours?: number;
  /** A date on the wire in place of it. */
  date?: string;
  modified?: string;
  language?: string;
}

/** Two tellings of one event. */
export const quake1: Item = {
  id: 'quake1',
  title: 'Strong quake shakes Anderra, dozens feared dead',
  summary: 'A quake of magnitude 6.4 destroys villages in Anderra; rescuers dig in the rubble.',
};
export const quake2: Item = {
  id: 'quake2',
  title: 'Dozens feared dead as strong quake hits Anderra',
  summary: 'Rescuers dig in the rubble of villages in Anderra after a quake of magnitude 6.4.',
  hours: 1,
};

/** A document of a source: JSON Feed 1.1, whose items may each have a language. */
interface Feed {
  items: Item[];
  language?: string;
  weight?: number;
  policy?: 'title' | 'summary' | 'full';
}

interface StoredStory {
  id: string;
  uuid: string;
  updatedAt: Date;
  lead: string | null;
  /** Names of its entries, sorted. */
  entries: string[];
}

export const firstAt = new Date('2026-02-16T08:00:00Z');
export const toHours = (hours: number) => new Date(firstAt.getTime() + hours * 3_600_000);

/**
 * A newsroom with a database and an origin of its own, emptied before each test. Its clock stands at hour 4 of the tests;
 * its worker is the process that refreshes unless a test has started another.
 */
export function useNewsroom() {
  const database = useDatabase({ max: 10 });
  const fetcher = createFetcher({ userAgent: 'Wireroom-test', allowAddresses: ['127.0.0.0/8'] });
  const pools: Db[] = [];
  let origin: Origin;
  let clock = toHours(4);
  const startWorker = (db: Db = database.db): RefreshSourcesContext => ({
    db,
    fetch: fetcher.fetch,
    rules: createRuleBook(),
    terms: createTermBook(),
    groupHours: 72,
    worker: `test-${Math.random()}`,
    inTurn: (work) => work(),
    refreshSeconds: 1_800,
    concurrency: 20,
    perHost: 10,
    log: { error: (fields) => console.error(fields) },
    now: () => clock,
  });
  let usual: RefreshSourcesContext;
  beforeAll(async () => {
    origin = await startOrigin();
  });
  beforeEach(async () => {
    clock = toHours(4);
    usual = startWorker();
    for (const table of ['topics', 'stories', 'sources', 'term_counts', 'entry_keys'] as const)
      await database.db.deleteFrom(table).execute();
  });
  afterAll(async () => {
    for (const pool of pools) await pool.destroy();
    await origin.close();
    await fetcher.close();
  });
  const offer = async (name: string, feed: Feed): Promise<string> => {
    const body = JSON.stringify(toDocument(name, feed));
    origin.document(`/${name}.json`, body, { type: 'application/feed+json' });
    const source = { feedUrl: origin.url(`/${name}.json`), weight: feed.weight, policy: feed.policy };
    const [stored] = await storeSources(database.db, [source], clock);
    return stored?.source.id ?? '';
  };
  return {
    get db() {
      return database.db;
    },
    get origin() {
      return origin;
    },
    get clock() {
      return clock;
    },
    set clock(at: Date) {
      clock = at;
    },
    /** A pool of connections as another process has one. */
    connect(): Db {
      const pool = connectDatabase(database.address, { max: 4 });
      pools.push(pool);
      return pool;
    },
    /** A process that has just begun. */
    startWorker,
    /** Puts a document where its source is found; returns the source's id. */
    offer,
    /** Offers a document and has it read. */
    async bring(name: string, feed: Feed | Item[], worker = usual) {
      const id = await offer(name, Array.isArray(feed) ? { items: feed } : feed);
      const [report] = await refreshSources(worker, [id]);
      return { id, report };
    },
    listStories: () => listStories(database.db),
    /** Names of the entries by story, each story a line. */
    async listGroups(): Promise<string[]> {
      return (await listStories(database.db)).map(({ entries }) => entries.join(' ')).sort();
    },
    /** The story of an entry; throws when it has none. */
    async findStory(entry: string): Promise<StoredStory> {
      const found = (await listStories(database.db)).find(({ entries }) => entries.includes(entry));
      if (!found) throw new Error(`${entry} has no story`);
      return found;
    },
    /** The entries of a topic's Atom document, after all that changed was rendered. */
    async readAtom(slug: string, db: Db = database.db): Promise<AtomEntry[]> {
      const { log, now } = usual;
      await publishChangedTopics({ db, publicUrl: 'https://wire.example', log, now });
      const atom = Buffer.from((await findPublication(db, slug, 'atom'))?.body ?? '').toString();
      const [, ...entries] = atom.replace(/<source>[\s\S]*?<\/source>/g, '').split('<entry');
      return entries.map(readAtomEntry);
    },
  };
}

interface AtomEntry {
  id: string;
  title: string;
  published: string;
  updated: string;
  xml: string;
}

const pick = (xml: string, pattern: RegExp) => pattern.exec(xml)?.[1] ?? '';
const readAtomEntry = (xml: string): AtomEntry => ({
  id: pick(xml, /<id>([^<]*)/),
  title: pick(xml, /<title[^>]*>([^<]*)/),
  published: pick(xml, /<published>([^<]*)/),
  updated: pick(xml, /<updated>([^<]*)/),
  xml,
});

function toDocument(name: string, { items, language = 'en' }: Feed) {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: name,
    language: language || undefined,
    items: items.map((item) => ({
      id: item.id,
      url: item.url ?? `https://${name}.example/${item.id}`,
      title: item.title,
      summary: item.summary,
      content_html: item.html ?? '',
      image: item.image,
      date_published: item.date ?? toHours(item.hours ?? 0).toISOString(),
      date_modified: item.modified,
      language: item.language,
    })),
  };
}

async function listStories(db: Db): Promise<StoredStory[]> {
  const stories = await db.selectFrom('stories').selectAll().orderBy('id').execute();
  const entries = await db
    .selectFrom('entries')
    .leftJoin('story_entries', 'story_entries.entry_id', 'entries.id')
    .select(['entries.id', 'entries.guid', 'story_entries.story_id'])
    .execute();
  const nameOf = new Map(entries.map(({ id, guid }) => [id, guid ?? '']));
  return stories.map((row) => ({
    id: row.id,
    uuid: row.uuid,
    updatedAt: row.updated_at,
    lead: nameOf.get(row.lead_entry_id ?? '') ?? null,
    entries: entries.flatMap((one) => (one.story_id === row.id ? [one.guid ?? ''] : [])).sort(),
  }));
}

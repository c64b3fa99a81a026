import type { Server } from 'node:http';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import type { Db } from '../../db/connect.ts';
import { createDeskFeed } from '../../db/desk-feed.ts';
import { listenTo } from '../../db/listen.ts';
import { findPublication } from '../../db/publications.ts';
import { createApp } from '../../src/http/app.tsx';
import type { AppDeps } from '../../src/http/deps.ts';
import { serve } from '../../src/http/serve.ts';
import type { Role } from '../../src/model/editor.ts';
import { addEditorWithPassword } from '../../src/newsroom/invite-editor.ts';
import { createSoonPublisher, type SoonPublisher } from '../../src/newsroom/publish-soon.ts';
import { seedNewspaper, startImageOrigin } from '../http/newspaper.ts';
import { seedSource, seedStory } from '../http/seed.ts';
import type { TestDatabase } from '../support/postgres.ts';

export const password = 'nine lighthouses keep the coast';

export interface DeskStage {
  origin: string;
  /** Signs in by the page, as a person does, and opens an address. */
  enter(page: Page, login: string, path?: string): Promise<void>;
  close(): Promise<void>;
}

/** Fills the database with topics and candidates; what it resolves with is called when the stage is taken down. */
type Fill = (database: TestDatabase) => Promise<() => void>;

/** The whole desk over a database of its own: a day of news as candidates (invented ones, if nothing is said), three editors, a server. */
export async function startDeskStage(database: TestDatabase, fill: Fill = fillInvented): Promise<DeskStage> {
  const { db } = database;
  const empty = await fill(database);
  for (const [login, name, role] of people) {
    await addEditorWithPassword(db, { login, name, role, password }, new Date());
  }
  const listener = listenTo(database.address, { warn: () => undefined });
  const desk = createDeskFeed(listener);
  let publisher: SoonPublisher | undefined;
  const server = await serve({ host: '127.0.0.1', port: 0 }, (publicUrl) => {
    const now = () => new Date();
    publisher = createSoonPublisher({ db, publicUrl, now, log });
    const { publishSoon } = publisher;
    return createApp({ ...toDeps(db, publicUrl), now, desk, publishSoon }).fetch;
  });
  return {
    origin: server.url,
    enter: (page, login, path = '/desk') => signIn(page, server.url, login, path),
    async close() {
      await server.stop();
      await publisher?.stop();
      await listener.close();
      empty();
    },
  };
}

const people: [string, string, Role][] = [
  ['ana', 'Ana Torres', 'chief'],
  ['bo', 'Bo Lindqvist', 'editor'],
  ['cleo', 'Cleo Marsh', 'reader'],
];

const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => console.error(message, fields),
};

function toDeps(db: Db, publicUrl: string): Omit<AppDeps, 'now' | 'desk' | 'publishSoon'> {
  return {
    db,
    publicUrl,
    findPublication: (slug, format) => findPublication(db, slug, format),
    siteName: 'The Daily Wire Room',
    log,
    version: '0.1.0',
  };
}

/** A newspaper of invented stories. */
async function fillInvented({ db }: TestDatabase): Promise<() => void> {
  const images = await startImageOrigin();
  await seedNewspaper(db, images.url);
  await seedMore(db);
  await makeCandidates(db);
  return () => stop(images.server);
}

async function signIn(page: Page, origin: string, login: string, path: string): Promise<void> {
  await page.goto(`${origin}${path}`);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
}

const weekly = 'The Provincial Weekly';
const places = ['harbour', 'valley', 'capital', 'plateau', 'delta', 'border', 'coast', 'lake'];
const events = [
  'Mayors of the %s ask for a second bridge before the winter',
  'Doctors in the %s warn that two wards may close',
  'Record catch lifts prices at the %s market',
];

/** More candidates, so that a day's work can be done on them. */
async function seedMore(db: Db): Promise<void> {
  const source = await seedSource(db, {
    feedUrl: 'https://weekly.example.org/feed.xml',
    title: weekly,
  });
  const topics = await db.selectFrom('topics').selectAll().where('slug', '=', 'world-news').execute();
  for (const [index, place] of places.entries()) {
    for (const event of events) {
      const title = event.replace('%s', place);
      const publishedAt = new Date(Date.now() - (40 + index * 13) * 60_000);
      const entry = {
        title,
        publishedAt,
        language: 'en',
        summary: `${title}. The council meets on Thursday.`,
      };
      await seedStory(db, topics as never, [
        { source, entry: { ...entry, url: `https://weekly.example.org/${index}/${event.length}` } },
      ]);
    }
  }
}

/** World News becomes a topic that editors decide in, with nothing decided yet; its stories are as old as they look. */
async function makeCandidates(db: Db): Promise<void> {
  const shift = Date.now() - new Date('2026-11-24T11:29:30Z').getTime();
  const { id } = await db
    .selectFrom('topics')
    .select('id')
    .where('slug', '=', 'world-news')
    .executeTakeFirstOrThrow();
  await db
    .updateTable('topics')
    .set({ mode: 'editor', rule: 'strike OR title:parliament OR *' })
    .where('id', '=', id)
    .execute();
  // What was seeded for a fixed now is as old as it looks there.
  await sql`update entries set dated_at = dated_at + ${shift} * interval '1 millisecond'
    where source_id not in (select id from sources where title = ${weekly})`.execute(db);
  const placed = await db.selectFrom('placements').selectAll().where('topic_id', '=', id).execute();
  for (const [index, row] of placed.entries()) {
    const clause = ['strike', 'title:parliament', 'source:"Meridian Wire"', '*'][index % 4] ?? '*';
    const reasons = JSON.stringify([{ clause, field: clause === '*' ? 'all' : 'title' }]);
    await db
      .updateTable('placements')
      .set({ state: 'candidate', published_at: null, reasons: reasons as never })
      .where('topic_id', '=', id)
      .where('story_id', '=', row.story_id)
      .execute();
  }
  await sql`update placements p set dated_at = e.dated_at from stories s join entries e on e.id = s.lead_entry_id
    where s.id = p.story_id`.execute(db);
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

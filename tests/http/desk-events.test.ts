import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeskEvent } from '../../db/desk-events.ts';
import type { AppDeps } from '../../src/http/deps.ts';
import { type StreamTimes, streamDeskEvents } from '../../src/http/desk/events.ts';
import { serve } from '../../src/http/serve.ts';
import type { Editor } from '../../src/model/editor.ts';
import type { Topic } from '../../src/model/topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { now, seedTopic } from './seed.ts';
import { deskless } from './test-app.ts';

const database = useDatabase();
const times: StreamTimes = { retryMs: 2_000, heartbeatMs: 60_000, lifeMs: 60_000 };
const stops: (() => Promise<void>)[] = [];
let topic: Topic;
let editor: Editor;
let sessionId = '';

beforeEach(async () => {
  await database.db.deleteFrom('topics').execute();
  await database.db.deleteFrom('sessions').execute();
  topic = await seedTopic(database.db, 'World');
  const login = `ada${Math.random()}`;
  const row = await database.db
    .insertInto('editors')
    .values({
      login,
      name: 'Ada',
      role: 'editor',
      password_hash: null,
      oidc_issuer: null,
      oidc_subject: null,
      created_at: now,
      closed_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  editor = { id: row.id, login, name: 'Ada', role: 'editor', createdAt: now };
  const expires_at = new Date(now.getTime() + 3_600_000);
  const session = await database.db
    .insertInto('sessions')
    .values({
      token_hash: Buffer.from(login),
      editor_id: row.id,
      created_at: now,
      seen_at: now,
      expires_at,
      user_agent: '',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  sessionId = session.id;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A desk feed that tests speak through. */
function createFeed() {
  const subscribers = new Set<{ topicId: string; tell: (event: DeskEvent) => void }>();
  return {
    subscribers,
    tell(event: DeskEvent, topicId = topic.id) {
      for (const one of [...subscribers]) if (one.topicId === topicId) one.tell(event);
    },
    desk: {
      subscribe(topicId: string, tell: (event: DeskEvent) => void) {
        const one = { topicId, tell };
        subscribers.add(one);
        return () => void subscribers.delete(one);
      },
    },
  };
}

async function start(change: Partial<StreamTimes> = {}) {
  const feed = createFeed();
  const deps = { ...deskless(), db: database.db, now: () => now, desk: feed.desk } as unknown as AppDeps;
  const app = new Hono();
  const stream = streamDeskEvents(deps, { ...times, ...change });
  app.get('/desk/events', (c) => stream(c, { editor, sessionId }));
  app.onError((error, c) => c.json({ code: (error as { code?: string }).code }, 404));
  const { url, stop } = await serve({ host: '127.0.0.1', port: 0 }, () => app.fetch);
  stops.push(stop);
  return { feed, stop, app, url: `${url}/desk/events?topic=world` };
}

/** Reads a stream in the background. */
async function read(url: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const answer = await fetch(url, { headers, signal: leaving.signal });
  const seen = { answer, text: '', isOver: false, leave: () => leaving.abort() };
  const reading = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body!) seen.text += decoder.decode(chunk, { stream: true });
  };
  void reading()
    .catch(() => undefined)
    .then(() => {
      seen.isOver = true;
    });
  return seen;
}

const toDecided = (n: number): DeskEvent => ({
  kind: 'decided',
  topicId: topic.id,
  storyId: '7',
  decisionId: String(n),
  editorName: 'Ben',
  act: 'spike',
});
const candidates = (): DeskEvent => ({ kind: 'candidates', topicIds: [topic.id] });

/** The events of a stream's text. */
const parse = (text: string) =>
  [...text.matchAll(/event: (.*)\nid: (.*)\ndata: (.*)\n\n/g)].map(([, name, id, data]) => ({
    name,
    id,
    data: JSON.parse(data!) as DeskEvent,
  }));

test('tells events as they happen, by name, as JSON, each with an id of its own', async () => {
  const { feed, url } = await start();
  const seen = await read(url, { 'accept-encoding': 'gzip, br' });
  expect(seen.answer.status).toBe(200);
  expect(Object.fromEntries(seen.answer.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': expect.stringContaining('no-store'),
    'x-accel-buffering': 'no',
  });
  expect(seen.answer.headers.get('content-encoding')).toBeNull();
  await vi.waitFor(() => expect(seen.text).toBe('retry: 2000\n\n'));
  feed.tell(toDecided(1));
  await vi.waitFor(() => expect(parse(seen.text)).toHaveLength(1));
  feed.tell(candidates());
  feed.tell(toDecided(2), 'another topic');
  feed.tell(toDecided(3));
  await vi.waitFor(() => expect(parse(seen.text)).toHaveLength(3));
  const events = parse(seen.text);
  expect(events.map(({ name, data }) => [name, data])).toEqual([
    ['decided', toDecided(1)],
    ['candidates', candidates()],
    ['decided', toDecided(3)],
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(3);
});

test('leaves the feed when the client goes', async () => {
  const { feed, url } = await start();
  const [one, two] = [await read(url), await read(url)];
  expect(feed.subscribers.size).toBe(2);
  one.leave();
  await vi.waitFor(() => expect(feed.subscribers.size).toBe(1));
  feed.tell(toDecided(1));
  await vi.waitFor(() => expect(parse(two.text)).toHaveLength(1));
});

test('a client that comes back is told first to look anew', async () => {
  const { url } = await start();
  const seen = await read(url, { 'last-event-id': '1-1' });
  await vi.waitFor(() => expect(parse(seen.text).map(({ data }) => data)).toEqual([candidates()]));
});

test('gives signs of life, and ends by itself', async () => {
  const { feed, url } = await start({ heartbeatMs: 30, lifeMs: 300 });
  const seen = await read(url);
  await vi.waitFor(() => expect(seen.text.match(/^: here$/gm)?.length).toBeGreaterThan(2));
  await vi.waitFor(() => expect(seen.isOver).toBe(true));
  expect(feed.subscribers.size).toBe(0);
});

test.each<[string, () => Promise<unknown>]>([
  ['the session was ended', () => database.db.deleteFrom('sessions').where('id', '=', sessionId).execute()],
  [
    'the session has expired',
    () => database.db.updateTable('sessions').set({ expires_at: now }).where('id', '=', sessionId).execute(),
  ],
  [
    'the editor was closed',
    () => database.db.updateTable('editors').set({ closed_at: now }).where('id', '=', editor.id).execute(),
  ],
])('ends soon when %s', async (_name, end) => {
  const { feed, url } = await start({ heartbeatMs: 30 });
  const seen = await read(url);
  await vi.waitFor(() => expect(seen.text).toContain(': here'));
  expect(seen.isOver).toBe(false);
  await end();
  await vi.waitFor(() => expect(seen.isOver).toBe(true));
  expect(feed.subscribers.size).toBe(0);
});

test('of an editor with too many windows the oldest is closed, and no other editor’s', async () => {
  const { feed, url } = await start();
  const own = editor;
  editor = { ...own, id: '999999' };
  const other = await read(url);
  editor = own;
  const streams: Awaited<ReturnType<typeof read>>[] = [];
  for (let n = 0; n < 22; n++) streams.push(await read(url));
  await vi.waitFor(() => expect(streams.map(({ isOver }) => isOver)).toEqual(streams.map((_, n) => n < 2)));
  expect(other.isOver).toBe(false);
  expect(feed.subscribers.size).toBe(21);
});

test('a client that takes nothing is owed one look instead of all that it missed', async () => {
  const feed = createFeed();
  const deps = { ...deskless(), db: database.db, now: () => now, desk: feed.desk } as unknown as AppDeps;
  const app = new Hono();
  const stream = streamDeskEvents(deps, times);
  app.get('/desk/events', (c) => stream(c, { editor, sessionId }));
  const answer = await app.request('/desk/events?topic=world');
  for (let n = 0; n < 10_000; n++) feed.tell(toDecided(n));
  const reader = answer.body!.getReader();
  let text = '';
  for (let n = 0; n < 1_000 && !text.includes('candidates'); n++)
    text += Buffer.from((await reader.read()).value ?? []).toString();
  const events = parse(text);
  expect(events.length).toBeLessThan(200);
  expect(events.at(-1)?.data).toEqual(candidates());
  feed.tell(toDecided(10_001));
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toContain('"10001"');
  await reader.cancel();
  expect(feed.subscribers.size).toBe(0);
});

test('the server stops at once, with streams open', async () => {
  const { feed, url, stop } = await start();
  const streams = [await read(url), await read(url)];
  const began = Date.now();
  await stop();
  expect(Date.now() - began).toBeLessThan(2_000);
  await vi.waitFor(() => expect(streams.every(({ isOver }) => isOver)).toBe(true));
  expect(feed.subscribers.size).toBe(0);
});

test('HEAD has the headers and opens nothing', async () => {
  const { feed, url } = await start();
  const answer = await fetch(url, { method: 'HEAD' });
  expect(answer.headers.get('content-type')).toMatch('text/event-stream');
  expect(await answer.text()).toBe('');
  expect(feed.subscribers.size).toBe(0);
});

test.each(['?topic=nothing', '', '?topic='])(
  'there are no events of a topic that is not there: %j',
  async (query) => {
    const { app } = await start();
    const answer = await app.request(`/desk/events${query}`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ code: 'topic-not-found' });
  },
);

import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertDecisions } from '../../db/decisions.ts';
import { createEditor } from '../../db/editors.ts';
import type { Visitor } from '../../src/http/auth/route.ts';
import type { AppDeps } from '../../src/http/deps.ts';
import { listDeskAssets } from '../../src/http/desk/assets.ts';
import { listDeskRoutes } from '../../src/http/desk/routes.tsx';
import { respondProblem, toProblem } from '../../src/http/problem.tsx';
import { toSite } from '../../src/http/site.ts';
import type { Editor } from '../../src/model/editor.ts';
import type { Topic } from '../../src/model/topic.ts';
import { useDatabase } from '../support/postgres.ts';
import { minutesAgo, now, seedSource, seedStory, seedTopic } from './seed.ts';
import { deskless } from './test-app.ts';

const database = useDatabase();
let editor: Editor;
let topic: Topic;
let storyId = '';
let published = 0;
let app: Hono;

/** The desk's routes for someone who is let in everywhere: the guard has tests of its own. */
function createDesk(visitor: Visitor): Hono {
  const deps: AppDeps = {
    db: database.db,
    findPublication: async () => undefined,
    siteName: 'The Daily Wire Room',
    publicUrl: 'https://news.example.org',
    now: () => now,
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (fields, message) => console.error(message, fields),
    },
    version: '0.1.0',
    ...deskless(),
    publishSoon: () => {
      published += 1;
    },
  };
  const desk = new Hono();
  for (const route of listDeskRoutes(deps, toSite(deps))) {
    if (route.needs !== 'anyone') desk.on(route.method, route.path, (c) => route.handle(c, visitor));
  }
  desk.onError((error, c) => respondProblem(c, deps, toProblem(error, deps, c.req.path)));
  return desk;
}

beforeAll(async () => {
  const { db } = database;
  editor = await createEditor(db, { login: 'ana', name: 'Ana <b>Torres</b>', role: 'chief' }, now);
  topic = await seedTopic(db, 'World News', { mode: 'editor', rule: 'ferry OR *' });
  await seedTopic(db, 'Chess', { mode: 'editor', rule: 'chess' });
  const source = await seedSource(db, {
    feedUrl: 'https://gazette.example.org/feed',
    title: 'Harbour Gazette',
  });
  storyId = await seedStory(
    db,
    [topic],
    [
      {
        source,
        entry: {
          title: 'Ferry <i>strike</i> ends',
          publishedAt: minutesAgo(12),
          url: 'https://gazette.example.org/1',
          summary: 'Boats sail.',
        },
      },
    ],
  );
  app = createDesk({ editor, csrf: 'token', sessionId: '1' });
});

beforeEach(async () => {
  published = 0;
  await database.db.updateTable('placements').set({ state: 'candidate', published_at: null }).execute();
});

const read = async (path: string) => {
  const response = await app.request(path, { headers: { accept: 'text/html' } });
  return { response, text: await response.text() };
};

const send = async (body: unknown, path = '/desk/decisions', desk = app) =>
  await desk.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const readOutcomes = async (response: Response) =>
  ((await response.json()) as { outcomes: { kind: string }[] }).outcomes;

const submit = async (path: string, fields: Record<string, string>) =>
  await app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    body: new URLSearchParams(fields).toString(),
  });

describe('the queue', () => {
  it('is reached from /desk, and nothing of it is stored or runs inline', async () => {
    expect((await read('/desk')).response.headers.get('location')).toBe('/desk/topics/world-news');
    const { response, text } = await read('/desk/topics/world-news');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("connect-src 'self'");
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=/);
    expect(text).toContain('Ferry &lt;i&gt;strike&lt;/i&gt; ends');
    expect(text).toContain('Ana &lt;b&gt;Torres&lt;/b&gt;');
    expect(text).toContain('12 min ago');
  });

  it('gives rows and previews alone to the script', async () => {
    const rows = await read('/desk/topics/world-news?part=rows');
    expect(rows.text).toMatch(/^<li class="row-item"/);
    const preview = await read(`/desk/topics/world-news/stories/${storyId}?part=preview`);
    expect(preview.text).toMatch(/^<article class="preview"/);
    expect(preview.text).toContain('<template class="fresh-row">');
    expect((await read(`/desk/topics/world-news/stories/${storyId}`)).text).toMatch(/^<!doctype html>/);
  });

  it('says why a list is empty, and where there are stories', async () => {
    const { text } = await read('/desk/topics/world-news?show=spiked');
    expect(text).toContain('Nothing has been thrown out.');
    expect(text).toContain('Candidates: 1 story');
    expect((await read('/desk/topics/chess')).text).toContain('Nothing has come in for Chess yet');
    expect((await read('/desk/topics/world-news?q=zebra')).text).toContain('Nothing about “zebra”');
  });

  it.each([
    ['/desk/topics/nothing', 404],
    ['/desk/topics/world-news?show=burnt', 400],
    ['/desk/topics/world-news?order=best', 400],
    ['/desk/topics/world-news/stories/999', 404],
    ['/desk/topics/world-news/stories/x', 404],
    ['/desk/history?topic=nothing', 404],
    ['/desk/history?story=x', 400],
  ])('answers %s with %i', async (path, status) => {
    expect((await read(path)).response.status).toBe(status);
  });
});

describe('decisions', () => {
  it('are made in their order, answered in it, and published soon', async () => {
    const request = (act: object) => ({ requestId: randomUUID(), storyId, act });
    const body = { topic: 'world-news', decisions: [request({ act: 'publish' }), request({ act: 'pin' })] };
    const first = await readOutcomes(await send(body));
    expect(first.map(({ kind }) => kind)).toEqual(['decided', 'decided']);
    expect(published).toBe(1);
    const again = await readOutcomes(await send(body, '/api/desk/decisions'));
    expect(again.map(({ kind }) => kind)).toEqual(['repeated', 'repeated']);
    expect(published).toBe(1);
  });

  it('do nothing where somebody else has decided since', async () => {
    const { version } = await database.db
      .selectFrom('placements')
      .select('version')
      .executeTakeFirstOrThrow();
    const bo = await createEditor(database.db, { login: 'bo', name: 'Bo', role: 'editor' }, now);
    const ask = (act: string) => ({
      topic: 'world-news',
      decisions: [{ requestId: randomUUID(), storyId, version, act: { act } }],
    });
    await send(ask('hold'), '/desk/decisions', createDesk({ editor: bo, csrf: 'other', sessionId: '2' }));
    const answer = await readOutcomes(await send(ask('spike')));
    expect(answer).toEqual([
      expect.objectContaining({ kind: 'conflict', message: expect.stringContaining('Bo held this') }),
    ]);
    expect(published).toBe(1);
  });

  const good = { requestId: '00000000-0000-4000-8000-000000000000', storyId: '1', act: { act: 'hold' } };
  it.each([
    ['no JSON', '{'],
    ['nothing to decide', { topic: 'world-news', decisions: [] }],
    ['more than 100', { topic: 'world-news', decisions: Array.from({ length: 101 }, () => good) }],
    ['an act that there is not', { topic: 'world-news', decisions: [{ ...good, act: { act: 'burn' } }] }],
    ['a field that there is not', { topic: 'world-news', decisions: [{ ...good, editorId: '7' }] }],
    ['a request without a UUID', { topic: 'world-news', decisions: [{ ...good, requestId: '1' }] }],
    [
      'a moment that is none',
      { topic: 'world-news', decisions: [{ ...good, act: { act: 'schedule', publishAt: 'soon' } }] },
    ],
    ['too many bytes', { topic: 'world-news', decisions: [{ ...good, reason: 'x'.repeat(300_000) }] }],
  ])('are refused: %s', async (_, body) => {
    const response = await send(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'bad-argument' });
  });

  it('are taken from a form too, which leads back to the queue', async () => {
    const response = await submit('/desk/decisions', {
      csrf: 'token',
      topic: 'world-news',
      storyId,
      requestId: randomUUID(),
      act: 'hold',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/desk/topics/world-news']);
    const { text } = await read('/desk/topics/world-news?show=held');
    expect(text).toContain('data-state="held"');
  });

  it('stand in the history, as a page, CSV and JSON', async () => {
    const reason = '=cmd|"x"';
    await send({
      topic: 'world-news',
      decisions: [{ requestId: randomUUID(), storyId, act: { act: 'spike' }, reason }],
    });
    const { text } = await read(`/desk/history?topic=world-news&story=${storyId}&editor=${editor.id}`);
    expect(text).toContain('>spiked it<');
    expect(text).toContain('>World News</a></td>');
    expect(text).toMatch(/href="\/desk\/history\.csv\?topic=world-news&amp;story=\d+&amp;editor=\d+"/);
    expect(text).toContain('>Bo</option>');
    const csv = await app.request('/desk/history.csv?topic=world-news');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await csv.text()).toContain('spike');
    const json = await (await app.request('/desk/history.json')).json();
    expect(json).toContainEqual(expect.objectContaining({ act: 'spike', reason, storyId }));
    expect((await read('/desk/history?topic=chess')).text).toContain('Nothing was decided here so far.');
  });
});

describe('a history of thousands', () => {
  it('is given as a file piece by piece, with every decision in it once', async () => {
    const { db } = database;
    const long = await createEditor(db, { login: 'dee', name: 'Dee', role: 'editor' }, now);
    const decisions = Array.from({ length: 1_234 }, (_, index) => ({
      requestId: randomUUID(),
      topicId: topic.id,
      topicSlug: 'world-news',
      storyId,
      headline: 'Ferry strike ends',
      editorId: long.id,
      editorName: 'Dee',
      act: 'hold' as const,
      details: {},
      reason: `number ${index}`,
      madeAt: now,
    }));
    await insertDecisions(db, decisions);
    const response = await app.request(`/desk/history.csv?editor=${long.id}`);
    expect(response.headers.get('content-length')).toBeNull();
    const pieces: string[] = [];
    for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece).toString());
    expect(pieces.length).toBeGreaterThan(2);
    expect(new Set(pieces.join('').match(/number \d+/g)).size).toBe(1_234);
    expect(pieces.join('').trim().split('\r\n')).toHaveLength(1_235);
    const json = await (await app.request(`/desk/history.json?editor=${long.id}&topic=world-news`)).json();
    expect(json).toHaveLength(1_234);
    expect((await read(`/desk/history?editor=${long.id}`)).text).toContain('Decisions by Dee');
  });
});

describe('the API', () => {
  it('gives a queue as JSON', async () => {
    const answer = await (await app.request('/api/desk/topics/world-news/queue')).json();
    expect(answer).toMatchObject({
      topic: 'world-news',
      show: 'candidate',
      rows: [{ headline: 'Ferry <i>strike</i> ends' }],
    });
  });
});

describe('settings', () => {
  const form = {
    name: 'World News',
    description: 'All of it',
    rule: 'ferry OR *',
    mode: 'editor',
    assistMinutes: '30',
    assistSources: '3',
  };
  const path = '/desk/topics/world-news/settings';

  it('say what is wrong beside the field, and keep everything typed', async () => {
    const response = await submit(path, { ...form, name: '', rule: 'ferry AND (', assistMinutes: 'x' });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain('id="name-slip"');
    expect(text).toContain('id="assistMinutes-slip"');
    expect(text).toContain('ferry AND (');
    const rule = await (await submit(path, { ...form, rule: 'ferry AND (' })).text();
    expect(rule).toContain('id="rule-slip"');
  });

  it('say what another mode does before it is saved', async () => {
    const response = await submit(path, { ...form, mode: 'automatic' });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toContain('Yes, save it');
    expect((await read(path)).text).toMatch(/value="editor" checked/);
    const forecast = (/name="forecast" value="([^"]*)"/.exec(text)?.[1] ?? '')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"');
    expect((await submit(path, { ...form, mode: 'automatic', forecast })).status).toBe(303);
    expect((await read(path)).text).toMatch(/value="automatic" checked/);
    await database.db
      .updateTable('topics')
      .set({ mode: 'editor' })
      .where('slug', '=', 'world-news')
      .execute();
  });

  it('make a new topic, and none that is there', async () => {
    const response = await submit('/desk/topics/new', { ...form, name: 'Harbours' });
    expect(response.headers.get('location')).toBe('/desk/topics/harbours');
    const again = await submit('/desk/topics/new', { ...form, name: 'Harbours' });
    expect(again.status).toBe(400);
    expect(await again.text()).toContain('id="name-slip"');
  });
});

describe('sources', () => {
  it('are listed, added, paused and changed', async () => {
    const added = await submit('/desk/sources', { address: 'ledger.example.org/feed' });
    expect(await added.text()).toContain('https://ledger.example.org/feed is added');
    const wrong = await submit('/desk/sources', { address: 'javascript:alert(1)' });
    expect(wrong.status).toBe(400);
    const source = await database.db
      .selectFrom('sources')
      .selectAll()
      .where('feed_url', 'like', '%ledger%')
      .executeTakeFirstOrThrow();
    await submit(`/desk/sources/${source.id}`, { act: 'pause' });
    await submit(`/desk/sources/${source.id}`, { act: 'change', weight: '9', policy: 'title' });
    const after = await database.db
      .selectFrom('sources')
      .selectAll()
      .where('id', '=', source.id)
      .executeTakeFirstOrThrow();
    expect(after).toMatchObject({ state: 'paused', weight: 9, policy: 'title' });
    expect((await submit('/desk/sources/999', { act: 'pause' })).status).toBe(404);
    expect((await submit(`/desk/sources/${source.id}`, { act: 'burn' })).status).toBe(400);
  });
});

it('bundles the script for browsers, without anything that needs eval on the way', () => {
  const [css, bar, script] = [...listDeskAssets().entries()];
  expect(bar?.[0]).toMatch(/^\/assets\/[0-9a-f]{16}\/desk-bar\.css$/);
  expect(css?.[0]).toMatch(/^\/assets\/[0-9a-f]{16}\/desk\.css$/);
  expect(script?.[0]).toMatch(/^\/assets\/[0-9a-f]{16}\/desk\.js$/);
  const text = Buffer.from(script?.[1].full.identity.body ?? []).toString();
  expect(text).toContain('desk-outbox:');
  expect(script?.[1].full.br.body.byteLength).toBeLessThan(30_000);
});

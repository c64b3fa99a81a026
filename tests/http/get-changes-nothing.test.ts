import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPublication } from '../../db/publications.ts';
import { listSources } from '../../db/sources.ts';
import { listTopics } from '../../db/topics.ts';
import type { Act } from '../../src/model/decision.ts';
import { publicationFormats } from '../../src/model/outgoing.ts';
import { createApiToken } from '../../src/newsroom/create-api-token.ts';
import { changeTopic } from '../../src/newsroom/curate-topic.ts';
import { decide } from '../../src/newsroom/decide.ts';
import { inviteEditor } from '../../src/newsroom/invite-editor.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { saveSearch } from '../../src/newsroom/save-search.ts';
import { makeEditor } from '../support/make-editor.ts';
import { useDatabase } from '../support/postgres.ts';
import { readContent } from '../support/read-content.ts';
import type { Browser } from './auth/browser.ts';
import { createDeskApp, type DeskApp } from './auth/desk-app.ts';
import { client, startProvider, type TestProvider } from './auth/provider.ts';
import { seedNewspaper } from './newspaper.ts';
import { minutesAgo, now } from './seed.ts';
import { listTemptingQueries, toPaths } from './tempting-requests.ts';

const database = useDatabase();
const publicUrl = 'https://news.example.org';
let provider: TestProvider;
let desk: DeskApp;
let chief: Browser;
let csrf = '';
let apiToken = '';
/** How often topics were to be rendered. */
let asked = 0;
/** What stands in addresses, by the name that routes give it. */
let known: Record<string, string[]>;
let queries: string[];

/** A day of news in which there is something to do for whoever feels like tidying up: all that is late, expired and waiting. */
beforeAll(async () => {
  const { db } = database;
  const { stories } = await seedNewspaper(db, 'https://images.example.org');
  provider = await startProvider(`${publicUrl}/desk/oidc/callback`);
  const oidc = { issuer: provider.issuer, ...client, name: 'Elsewhere', allowHttp: true };
  desk = createDeskApp(db, {
    oidc,
    findPublication: (slug, format) => findPublication(db, slug, format),
    publishSoon: () => {
      asked += 1;
    },
  });
  const { id: editorId } = await makeEditor(db, 'ana', 'chief', now);
  const other = await makeEditor(db, 'bo', 'editor', now);
  chief = desk.open();
  await chief.signIn('ana');
  await desk.open().signIn('ana');
  await desk.open().signIn('bo', 'not the password');
  csrf = await chief.findCsrf();
  apiToken = await createApiToken(db, { editorId, name: 'wire', scopes: ['read'], days: 30 }, now);
  await db.insertInto('sessions').values(makeExpiredSession(other.id)).execute();
  await publishChangedTopics({ db, publicUrl, now: () => now, log: desk.deps.log });
  const [topic] = await listTopics(db);
  const act = async (storyId: string, what: Act) => {
    const request = { requestId: randomUUID(), topicId: topic!.id, storyId, act: what };
    const outcome = await decide(desk.deps, { id: editorId, name: 'Ana' }, request);
    if (outcome.kind !== 'decided') throw new Error(`${what.act}: ${JSON.stringify(outcome)}`);
    return outcome.decision.id;
  };
  await act(stories.titleOnly, { act: 'hold' });
  await act(stories.endless, { act: 'pin', until: new Date(now.getTime() + 60_000) });
  await act(stories.lead, { act: 'edit', headline: 'Boats sail again' });
  const decisionId = await act(stories.rtl, { act: 'spike' });
  await makeLate(topic!.id, stories.full);
  await changeTopic(db, topic!.id, { description: 'Said anew.' }, now);
  await desk.wait(300);

  await saveSearch(db, { slug: 'ferries', name: 'Ferries', rule: 'ferry' }, now);
  const slugs = (await listTopics(db)).map(({ slug }) => slug);
  const sourceId = (await listSources(db))[0]!.id;
  known = {
    slug: slugs,
    id: [stories.lead, stories.rtl, stories.full, editorId, other.id, sourceId],
    address: [stories.lead, `${stories.full}-no-such-slug`, `${stories.endless}-x`],
    document: [...slugs, `${slugs[0]}+${slugs[1]}`, '1', sourceId, 'en', 'ferries'].flatMap((name) =>
      publicationFormats.map((format) => `${name}.${format}`),
    ),
    token: [await inviteEditor(db, 'editor', now), await inviteEditor(db, 'chief', minutesAgo(60 * 24 * 30))],
  };
  const token = known.token![0]!;
  queries = listTemptingQueries({
    ...stories,
    decisionId,
    editorId,
    sourceId,
    csrf,
    token,
    issuer: oidc.issuer,
  });
});
afterAll(() => provider.close());

function makeExpiredSession(editorId: string) {
  const created_at = minutesAgo(60 * 24 * 40);
  const token_hash = Buffer.alloc(32, 7);
  return {
    token_hash,
    editor_id: editorId,
    created_at,
    seen_at: created_at,
    expires_at: minutesAgo(60),
    user_agent: '',
  };
}

/** A placement that the clock should have published, unpinned and taken out by now. */
async function makeLate(topicId: string, storyId: string): Promise<void> {
  const late = minutesAgo(5);
  await database.db
    .updateTable('placements')
    .set({ state: 'held', publish_at: late, expire_at: late, pinned_at: minutesAgo(60), pinned_until: late })
    .where('topic_id', '=', topicId)
    .where('story_id', '=', storyId)
    .execute();
}

const toCookie = () => [...chief.cookies].map((pair) => pair.join('=')).join('; ');

async function ask(method: string, url: string, headers: Record<string, string>): Promise<number> {
  const response = await desk.app.request(url, { method, headers: { accept: 'text/html', ...headers } });
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) await response.body?.cancel();
  else await response.arrayBuffer();
  // What a sign-in elsewhere leaves in the browser comes back with the next request.
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (name.includes('oidc') && value !== '') chief.cookies.set(name, value);
  }
  expect(response.status, `${method} ${url}`).toBeLessThan(500);
  return response.status;
}

async function expectUnchanged(work: () => Promise<void>): Promise<void> {
  const before = { asked, content: await readContent(database.db) };
  await work();
  expect({ asked, content: await readContent(database.db) }).toEqual(before);
}

const listRoutes = (method: string) => [
  ...new Set(desk.app.routes.filter((route) => route.method === method).map(({ path }) => path)),
];
const signedIn = () => ({ cookie: toCookie(), 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' });

test('there is something to change in every table that the desk writes to', async () => {
  const content = await readContent(database.db);
  const written =
    'sources topics topic_changes placements decisions publications editors invitations sessions api_tokens sign_in_failures';
  for (const name of written.split(' ')) expect(content[name], name).toMatch(/^[1-9]/);
});

test('no GET and no HEAD of any route changes anything, whatever is asked for with it', async () => {
  const routes = listRoutes('GET');
  expect(routes.length).toBeGreaterThan(20);
  const reached = new Set<string>();
  await expectUnchanged(async () => {
    for (const route of routes) {
      for (const path of toPaths(route, known)) {
        for (const query of queries) {
          if ((await ask('GET', `${path}?${query}`, signedIn())) < 400) reached.add(route);
        }
        await ask('HEAD', path, signedIn());
        await ask('GET', path, {});
        await ask('GET', path, { authorization: `Bearer ${apiToken}`, accept: 'application/json' });
        await ask('GET', path, { ...signedIn(), 'x-http-method-override': 'POST', 'hx-request': 'true' });
      }
    }
  });
  // Nothing is shown of a handler that was never reached; nobody comes back from the provider here.
  expect(routes.filter((route) => !reached.has(route))).toEqual(['/desk/oidc/callback']);
}, 120_000);

test.each(['GET', 'HEAD', 'OPTIONS'])(
  '%s of an address that takes POST changes nothing',
  async (method) => {
    await expectUnchanged(async () => {
      for (const path of listRoutes('POST').flatMap((route) => toPaths(route, known))) {
        for (const query of queries) await ask(method, `${path}?${query}`, signedIn());
        await ask(method, path, {
          ...signedIn(),
          'access-control-request-method': 'POST',
          'x-http-method-override': 'POST',
        });
      }
    });
  },
  60_000,
);

test('the checksums tell a decision, and what a form does', async () => {
  const before = await readContent(database.db);
  const fields = { topic: 'world-news', requestId: randomUUID(), storyId: known.id![0]!, act: 'spike' };
  expect((await chief.post('/desk/decisions', fields)).status).toBe(303);
  expect(asked).toBeGreaterThan(0);
  expect((await chief.post('/desk/account/name', { name: 'Ana Torres' })).status).toBe(303);
  const after = await readContent(database.db);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(changed).toEqual(expect.arrayContaining(['decisions', 'editors', 'placements', 'topic_changes']));
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../db/connect.ts';
import type { Need } from '../../src/http/auth/route.ts';
import { listAssets } from '../../src/http/site.ts';
import { hasRole, type Role, roles, type Scope, scopes } from '../../src/model/editor.ts';
import { createApiToken } from '../../src/newsroom/create-api-token.ts';
import { makeEditor } from '../support/make-editor.ts';
import { useDatabase } from '../support/postgres.ts';
import type { Browser } from './auth/browser.ts';
import { createDeskApp, type DeskApp } from './auth/desk-app.ts';
import { now } from './seed.ts';

/**
 * Who may use what: method and path, then `anyone` or the least role and, where an API token may, its scope. A route without
 * a line fails the test, and so does a line without a route.
 */
const table = `
POST /desk/account/name                 reader
GET  /desk/account                      reader
POST /desk/account/password             reader
POST /desk/account/sessions/:id/end     reader
POST /desk/account/other-sessions/end   reader
POST /desk/account/tokens               reader
POST /desk/account/tokens/:id/revoke    reader
GET  /desk/editors                      chief
POST /desk/editors                      chief
POST /desk/editors/:id/role             chief
POST /desk/editors/:id/close            chief
POST /desk/editors/:id/reopen           chief
POST /desk/editors/:id/link             chief
GET  /desk/sign-in                      anyone
POST /desk/sign-in                      anyone
POST /desk/sign-out                     reader
GET  /desk/welcome/:token               anyone
POST /desk/welcome/:token               anyone
GET  /desk/oidc                         anyone
GET  /desk/oidc/callback                anyone
GET  /desk                              reader
GET  /desk/topics/new                   chief
POST /desk/topics/new                   chief
GET  /desk/topics/:slug                 reader
GET  /desk/topics/:slug/others          reader
GET  /desk/topics/:slug/stories/:id     reader
GET  /desk/topics/:slug/settings        chief
POST /desk/topics/:slug/settings        chief
POST /desk/decisions                    editor
GET  /desk/events                       reader
GET  /desk/history                      reader  read
GET  /desk/history.csv                  reader  read
GET  /desk/history.json                 reader  read
GET  /desk/sources                      reader
POST /desk/sources                      chief
POST /desk/sources/:id                  chief
GET  /api/desk/topics/:slug/queue       reader  read
POST /api/desk/decisions                editor  decide
`;

/** What readers of the site are served: for everyone, and never by a guard. */
const forReaders = new Set([
  'GET /',
  'GET /topics/:document{[^/]+\\.(?:rss|atom|json)}',
  'GET /topics/:slug/archive/:document{[^/]+\\.(?:rss|atom|json)}',
  'GET /topics/:slug',
  'GET /topics.opml',
  'GET /sources.opml',
  'GET /all.rss',
  'GET /all.atom',
  'GET /all.json',
  'GET /sources/:document{[^/]+\\.(?:rss|atom|json)}',
  'GET /languages/:document{[^/]+\\.(?:rss|atom|json)}',
  'GET /searches/:document{[^/]+\\.(?:rss|atom|json)}',
  'GET /stories/:address',
  'GET /api/stories/:id',
  'GET /healthz',
  'POST /hub',
]);

interface Line {
  method: string;
  path: string;
  needs: 'anyone' | Need;
}

const lines: Line[] = table
  .trim()
  .split('\n')
  .map((text) => {
    const [method = '', path = '', role = '', scope] = text.split(/\s+/);
    if (role === 'anyone') return { method, path, needs: 'anyone' };
    return { method, path, needs: { role: role as Role, scope: scope as Scope | undefined } };
  });

const database = useDatabase();
const oidc = {
  issuer: 'http://127.0.0.1:1',
  clientId: 'wireroom',
  clientSecret: 'secret',
  name: 'Elsewhere',
  allowHttp: true,
};
let desk: DeskApp;
const browsers = new Map<Role, Browser>();
const tokens = new Map<string, string>();

async function seed(db: Db) {
  for (const role of roles) {
    const editor = await makeEditor(db, `a-${role}`, role, now);
    for (const scope of scopes) {
      const wanted = { editorId: editor.id, name: scope, scopes: [scope], days: 0 };
      tokens.set(`${role} ${scope}`, await createApiToken(db, wanted, now));
    }
    const browser = desk.open();
    await browser.signIn(`a-${role}`);
    browsers.set(role, browser);
  }
}

beforeAll(async () => {
  desk = createDeskApp(database.db, { oidc });
  await seed(database.db);
});

/** An address of the route that names nothing that is there, so that no request changes what the next one meets. */
function toPath(path: string): string {
  return path.replace(/:[a-zA-Z]+(?:\{[^}]*\})?/g, '999999999');
}

const verdicts = ['signed-out', 'not-allowed', 'bad-csrf'] as const;
type Verdict = 'let in' | (typeof verdicts)[number];

/** How the guard judged: what is behind it may answer anything else. */
async function ask({ method, path }: Line, headers: Record<string, string>): Promise<Verdict> {
  const response = await desk.app.request(toPath(path), {
    method,
    headers: { accept: 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    ...(method === 'POST' ? { body: '' } : {}),
  });
  expect(response.status, `${method} ${path}`).not.toBe(500);
  if (response.status !== 401 && response.status !== 403) {
    await response.body?.cancel();
    return 'let in';
  }
  const { code } = (await response.json()) as { code: string };
  return verdicts.find((verdict) => verdict === code) ?? 'let in';
}

const toCookie = (browser: Browser) => [...browser.cookies].map((pair) => pair.join('=')).join('; ');

it('has a line for every route, and a route for every line', () => {
  const assets = new Set([...listAssets().keys()].map((path) => `GET ${path}`));
  const found = desk.app.routes
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !forReaders.has(route) && !assets.has(route) && !/^GET \/assets\//.test(route));
  expect(found.sort()).toEqual(lines.map(({ method, path }) => `${method} ${path}`).sort());
});

it('changes nothing by GET: what changes something is POST, and nothing is served by another method', () => {
  for (const { method, path } of desk.app.routes) expect(['GET', 'POST'], path).toContain(method);
  const changing = /\/(?:end|revoke|close|reopen|role|link|sign-out|decisions|undo|name|password|tokens)$/;
  for (const { method, path } of lines)
    if (changing.test(path) && method === 'GET') expect(path).toMatch(/^\/desk\/decisions$/);
});

describe.each(lines)('$method $path', (line) => {
  const { method, needs } = line;

  it('is as its line says for who is signed out', async () => {
    expect(await ask(line, {})).toBe(needs === 'anyone' ? 'let in' : 'signed-out');
    expect(await ask(line, { authorization: 'Bearer nonsense' })).toBe(
      needs === 'anyone' ? 'let in' : 'signed-out',
    );
  });

  it.each(roles)('is as its line says for a session of the role %s', async (role) => {
    if (line.path === '/desk/sign-out') return;
    const browser = browsers.get(role)!;
    const cookie = toCookie(browser);
    const csrf = await browser.findCsrf();
    const isAllowed = needs === 'anyone' || hasRole({ role }, needs.role);
    expect(await ask(line, { cookie, 'x-csrf-token': csrf })).toBe(isAllowed ? 'let in' : 'not-allowed');
    if (method === 'POST' && needs !== 'anyone') {
      expect(await ask(line, { cookie })).toBe(isAllowed ? 'bad-csrf' : 'not-allowed');
    }
  });

  it.each(roles.flatMap((role) => scopes.map((scope) => [role, scope] as const)))(
    'is as its line says for a token of the role %s with the scope %s',
    async (role, scope) => {
      const isAllowed = needs === 'anyone' || (hasRole({ role }, needs.role) && needs.scope === scope);
      const authorization = `Bearer ${tokens.get(`${role} ${scope}`)}`;
      expect(await ask(line, { authorization })).toBe(isAllowed ? 'let in' : 'not-allowed');
      // A session that comes along adds nothing to it.
      const cookie = toCookie(browsers.get('chief')!);
      expect(await ask(line, { authorization, cookie })).toBe(isAllowed ? 'let in' : 'not-allowed');
    },
  );
});

it('signs out by a session only with its token', async () => {
  const browser = desk.open();
  await browser.signIn('a-reader');
  const line = lines.find(({ path }) => path === '/desk/sign-out')!;
  const cookie = toCookie(browser);
  const csrf = await browser.findCsrf();
  expect(await ask(line, { cookie })).toBe('bad-csrf');
  expect(await ask(line, { cookie, 'x-csrf-token': csrf })).toBe('let in');
  expect(await ask(line, { cookie, 'x-csrf-token': csrf })).toBe('signed-out');
});

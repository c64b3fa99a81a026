import { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import { reopenEditor } from '../../../db/editors.ts';
import type { AppError } from '../../../src/errors.ts';
import { guard } from '../../../src/http/auth/guard.ts';
import type { Route } from '../../../src/http/auth/route.ts';
import type { Editor, Scope } from '../../../src/model/editor.ts';
import { closeEditor } from '../../../src/newsroom/close-editor.ts';
import { pruneSignIns } from '../../../src/newsroom/prune-sign-ins.ts';
import { findVisitorByToken } from '../../../src/newsroom/session.ts';
import { makeEditor, password } from '../../support/make-editor.ts';
import { useDatabase } from '../../support/postgres.ts';
import { now } from '../seed.ts';
import type { Browser } from './browser.ts';
import { createDeskApp, type DeskApp } from './desk-app.ts';

const database = useDatabase({ max: 10 });
let desk: DeskApp;
let ada: Editor;
let browser: Browser;

beforeEach(async () => {
  const { db } = database;
  await db.deleteFrom('editors').execute();
  await db.deleteFrom('sign_in_failures').execute();
  desk = createDeskApp(db);
  ada = await makeEditor(db, 'ada', 'editor', now);
  await makeEditor(db, 'cleo', 'chief', now);
  browser = desk.open();
  await browser.signIn('ada');
});

const hour = 3600;
const isIn = async (who: Browser) => (await who.get('/desk/account')).status === 200;

describe('a session', () => {
  it('ends twelve hours after it was used last', async () => {
    desk.wait(12 * hour - 1);
    expect(await isIn(browser)).toBe(true);
    desk.wait(12 * hour - 1);
    expect(await isIn(browser)).toBe(true);
    desk.wait(12 * hour);
    expect(await isIn(browser)).toBe(false);
  });

  it('ends after thirty days, used or not', async () => {
    for (let n = 0; n < 30 * 3 - 1; n += 1) {
      desk.wait(8 * hour);
      expect(await isIn(browser)).toBe(true);
    }
    desk.wait(8 * hour);
    expect(await isIn(browser)).toBe(false);
    await pruneSignIns(database.db, desk.deps.now());
    expect(await database.db.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });

  it('notes at most once a minute that it is used', async () => {
    const seenAt = async () =>
      (await database.db.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).seen_at;
    desk.wait(59);
    await isIn(browser);
    expect(await seenAt()).toEqual(now);
    desk.wait(1);
    await isIn(browser);
    expect(await seenAt()).toEqual(desk.deps.now());
  });

  it('ends by signing out, also for who kept the cookie', async () => {
    const cookies = new Map(browser.cookies);
    const response = await browser.post('/desk/sign-out');
    expect(response.headers.get('location')).toBe('/desk/sign-in');
    expect(browser.cookies.has('__Host-wireroom')).toBe(false);
    const thief = desk.open();
    for (const [name, value] of cookies) thief.cookies.set(name, value);
    expect(await isIn(thief)).toBe(false);
  });

  it('is listed with its browser and ended one by one, only by its own editor', async () => {
    const other = desk.open({
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    });
    await other.signIn('ada');
    const html = await (await browser.get('/desk/account')).text();
    expect(html).toContain('Firefox on Linux');
    expect(html.match(/this one/g)).toHaveLength(1);
    const [newest] = await database.db.selectFrom('sessions').select('id').orderBy('id', 'desc').execute();
    const cleo = desk.open();
    await cleo.signIn('cleo');
    await cleo.post(`/desk/account/sessions/${newest!.id}/end`);
    expect(await isIn(other)).toBe(true);
    expect((await browser.post(`/desk/account/sessions/${newest!.id}/end`)).status).toBe(303);
    expect([await isIn(other), await isIn(browser)]).toEqual([false, true]);
    await other.signIn('ada');
    await browser.post('/desk/account/other-sessions/end');
    expect([await isIn(other), await isIn(browser), await isIn(cleo)]).toEqual([false, true, true]);
  });

  it('ends with the editor, and with another password elsewhere', async () => {
    const other = desk.open();
    await other.signIn('ada');
    const change = (present: string, wanted: string) =>
      browser.post('/desk/account/password', { present, wanted });
    expect((await change('not it', 'a better password')).status).toBe(401);
    expect((await change(password, 'too short')).status).toBe(400);
    expect((await change(password, 'Ada-ada-ada')).status).toBe(400);
    expect((await change(password, '1234567890')).status).toBe(400);
    expect(await isIn(other)).toBe(true);
    expect((await change(password, 'a better password')).status).toBe(303);
    expect([await isIn(browser), await isIn(other)]).toEqual([true, false]);
    expect((await desk.open().signIn('ada')).status).toBe(401);
    expect((await desk.open().signIn('ada', 'a better password')).status).toBe(303);
    await closeEditor(database.db, ada, now);
    expect(await isIn(browser)).toBe(false);
  });

  it('sends who is signed out to sign in and back, and programs a problem', async () => {
    const page = await desk.open().get('/desk/account?done=name');
    expect(page.status).toBe(303);
    expect(page.headers.get('location')).toBe('/desk/sign-in?next=%2Fdesk%2Faccount%3Fdone%3Dname');
    const form = await (await desk.open().get(page.headers.get('location')!)).text();
    expect(form).toContain('name="next" value="/desk/account?done=name"');
    const kinds: Record<string, string>[] = [
      { accept: 'application/json' },
      { 'hx-request': 'true' },
      { accept: '*/*' },
    ];
    for (const headers of kinds) {
      const response = await desk.open().get('/desk/account', headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('a form', () => {
  const name = () =>
    database.db.selectFrom('editors').select('name').where('id', '=', ada.id).executeTakeFirstOrThrow();
  const code = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
  ];
  const json = { accept: 'application/json' };

  it.each([
    ['no token', () => ({}), {}],
    ['a wrong token', () => ({ csrf: 'x'.repeat(43) }), {}],
    ['an empty token', () => ({ csrf: '' }), {}],
    [
      'a page of another site',
      async () => ({ csrf: await browser.findCsrf() }),
      { 'sec-fetch-site': 'cross-site' },
    ],
    [
      'a page of a sibling',
      async () => ({ csrf: await browser.findCsrf() }),
      { 'sec-fetch-site': 'same-site' },
    ],
  ])('does nothing with %s', async (_, toFields, headers) => {
    const fields = { name: 'Changed', ...(await toFields()) };
    expect(
      await code(
        await browser.submit('/desk/account/name', fields as Record<string, string>, { ...json, ...headers }),
      ),
    ).toEqual([403, 'bad-csrf']);
    expect((await name()).name).toBe('Ada');
  });

  it('does nothing with the token of another session, even of the same editor', async () => {
    const other = desk.open();
    await other.signIn('ada');
    const fields = { name: 'Changed', csrf: await other.findCsrf() };
    expect(await code(await browser.submit('/desk/account/name', fields, json))).toEqual([403, 'bad-csrf']);
  });

  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://news.example.org', 403],
    ['https://news.example.org', 303],
  ])('of a browser that only says its origin, %s, is answered %i', async (origin, status) => {
    const response = await desk.app.request('/desk/account/name', {
      method: 'POST',
      headers: {
        accept: 'text/html',
        origin,
        cookie: `__Host-wireroom=${browser.cookies.get('__Host-wireroom')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ csrf: await browser.findCsrf(), name: 'Ada L.' }).toString(),
    });
    expect(response.status).toBe(status);
  });

  it('to sign in is not taken from another site either', async () => {
    const fields = { login: 'ada', password };
    const response = await desk
      .open()
      .submit('/desk/sign-in', fields, { ...json, 'sec-fetch-site': 'cross-site' });
    expect(await code(response)).toEqual([403, 'bad-csrf']);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('takes the token from a header, too', async () => {
    const csrf = await browser.findCsrf();
    const response = await browser.submit('/desk/account/name', { name: 'Ada L.' }, { 'x-csrf-token': csrf });
    expect(response.status).toBe(303);
    expect((await name()).name).toBe('Ada L.');
  });

  it('is no larger than a megabyte, however it says its length', async () => {
    const send = (headers: Record<string, string>, body: string | ReadableStream) =>
      desk.app.request('/desk/sign-in', {
        method: 'POST',
        headers: { ...json, ...headers },
        body,
        duplex: 'half',
      } as RequestInit);
    const big = `login=${'a'.repeat(1_100_000)}`;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await code(await send({ ...type, 'content-length': String(big.length) }, big))).toEqual([
      413,
      'too-large',
    ]);
    expect(await code(await send(type, new Blob([big]).stream()))).toEqual([413, 'too-large']);
  });

  it.each(['not json', '[]', '7', 'null'])('of JSON that is %j is a mistake of the caller', async (body) => {
    const response = await desk.app.request('/desk/sign-in', {
      method: 'POST',
      headers: { ...json, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBeLessThan(500);
    expect(response.status).toBeGreaterThanOrEqual(400);
  });
});

describe('an API token', () => {
  const make = async (fields: Record<string, string | string[]>) => {
    const html = await (await browser.post('/desk/account/tokens', fields)).text();
    return /wireroom_[\w-]{43}/.exec(html)?.[0];
  };

  it('is shown once, stored hashed, listed, and revoked by its editor only', async () => {
    const token = await make({ name: 'Night script', scope: ['read', 'decide'], days: '30' });
    expect(token).toBeDefined();
    const html = await (await browser.get('/desk/account')).text();
    expect(html).toContain('Night script');
    expect(html).not.toContain(token);
    const row = await database.db.selectFrom('api_tokens').selectAll().executeTakeFirstOrThrow();
    expect(row.scopes).toEqual(['read', 'decide']);
    expect(row.expires_at).toEqual(new Date(now.getTime() + 30 * 24 * hour * 1000));
    const cleo = desk.open();
    await cleo.signIn('cleo');
    await cleo.post(`/desk/account/tokens/${row.id}/revoke`);
    expect(await (await browser.get('/desk/account')).text()).toContain('Night script');
    await browser.post(`/desk/account/tokens/${row.id}/revoke`);
    expect(await (await browser.get('/desk/account')).text()).not.toContain('Night script');
  });

  it('lets in by its scope, until it expires or its editor is closed, and needs no form token', async () => {
    const route = (method: 'GET' | 'POST', path: string, scope?: Scope): Route => ({
      method,
      path,
      needs: { role: 'editor', scope },
      handle: async (_, visitor) => Response.json({ csrf: visitor.csrf, scopes: visitor.scopes }),
    });
    const routes = [
      route('GET', '/api/desk/x', 'read'),
      route('POST', '/api/desk/y', 'decide'),
      route('POST', '/api/desk/z', 'manage'),
      route('GET', '/api/desk/people'),
    ];
    const api = new Hono();
    for (const one of routes) api.on(one.method, one.path, guard(desk.deps, one));
    api.onError((error) => new Response(null, { status: (error as AppError).status }));
    const token = await make({ name: 'Night script', scope: ['read', 'decide'], days: '7' });
    const ask = async ({ method, path }: Route) =>
      (
        await api.request(path, {
          method,
          headers: { authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site' },
        })
      ).status;
    const askAll = () => Promise.all(routes.map(ask));
    expect(await askAll()).toEqual([200, 200, 403, 403]);
    desk.wait(7 * 24 * hour - 1);
    expect(await askAll()).toEqual([200, 200, 403, 403]);
    desk.wait(1);
    expect(await askAll()).toEqual([401, 401, 401, 401]);
  });

  it('ends with its editor', async () => {
    const token = await make({ name: 'Night script', scope: 'read', days: '0' });
    expect(await findVisitorByToken(database.db, token!, now)).toMatchObject({ editor: { login: 'ada' } });
    await closeEditor(database.db, ada, now);
    expect(await findVisitorByToken(database.db, token!, now)).toBeUndefined();
    await reopenEditor(database.db, ada.id);
    expect(await findVisitorByToken(database.db, token!, now)).toBeUndefined();
  });

  it.each([
    [{ name: '', scope: 'read', days: '30' }],
    [{ name: 'x', days: '30' }],
    [{ name: 'x', scope: ['read', 'everything'], days: '30' }],
    [{ name: 'x', scope: 'read', days: '31' }],
    [{ name: 'x', scope: 'read', days: '-1' }],
  ])('is not made of %j', async (fields) => {
    const response = await browser.post('/desk/account/tokens', fields as Record<string, string>);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/wireroom_[\w-]{43}/);
  });
});

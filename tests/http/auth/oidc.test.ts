import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findEditorByLogin, markEditorClosed } from '../../../db/editors.ts';
import { signText } from '../../../src/newsroom/secrets.ts';
import { makeEditor } from '../../support/make-editor.ts';
import { useDatabase } from '../../support/postgres.ts';
import { now } from '../seed.ts';
import type { Browser } from './browser.ts';
import { createDeskApp, type DeskApp } from './desk-app.ts';
import { client, startProvider, type TestProvider } from './provider.ts';

const database = useDatabase();
const publicUrl = 'https://news.example.org';
let provider: TestProvider;
let desk: DeskApp;

beforeAll(async () => {
  provider = await startProvider(`${publicUrl}/desk/oidc/callback`);
});
afterAll(async () => provider.close());
beforeEach(async () => {
  await database.db.deleteFrom('editors').execute();
  const oidc = { issuer: provider.issuer, ...client, name: 'the town hall', allowHttp: true };
  // Tokens of the provider are dated by the real clock; ours stands still.
  desk = createDeskApp(database.db, { oidc, publicUrl });
  await makeEditor(database.db, 'ada@example.org', 'editor', now);
  provider.account = { sub: 'ada-1', email: 'Ada@example.org', email_verified: true };
});

/** Goes there and comes back, but for the last step. */
async function comeBack(browser: Browser, path = '/desk/oidc'): Promise<string> {
  const away = await browser.get(path);
  expect(away.status).toBe(303);
  const url = new URL(await provider.visit(away.headers.get('location')!));
  return `${url.pathname}${url.search}`;
}
const isIn = async (browser: Browser) => (await browser.get('/desk/account')).status === 200;
const sessions = () => database.db.selectFrom('sessions').selectAll().execute();

describe('signing in at a provider', () => {
  it('is offered, and asks with PKCE, state and nonce', async () => {
    expect(await (await desk.open().get('/desk/sign-in')).text()).toContain('Sign in with the town hall');
    const browser = desk.open();
    const away = new URL((await browser.get('/desk/oidc')).headers.get('location')!);
    expect(away.origin).toBe(provider.issuer);
    const asked = Object.fromEntries(away.searchParams);
    expect(asked).toMatchObject({
      client_id: 'wireroom',
      redirect_uri: `${publicUrl}/desk/oidc/callback`,
      code_challenge_method: 'S256',
      response_type: 'code',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    expect(away.href).not.toContain(client.clientSecret);
    expect(browser.cookies.get('__Host-wireroom-oidc')).toBeDefined();
  });

  it('binds the editor whose login is the verified address, and knows the subject from then on', async () => {
    const browser = desk.open();
    const response = await browser.get(await comeBack(browser, '/desk/oidc?next=/desk/history'));
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/desk/history');
    expect(await isIn(browser)).toBe(true);
    expect(browser.cookies.has('__Host-wireroom-oidc')).toBe(false);
    provider.account = { sub: 'ada-1', email: 'ada.new@example.org', email_verified: true };
    const later = desk.open();
    expect((await later.get(await comeBack(later))).headers.get('location')).toBe('/desk');
    expect(await isIn(later)).toBe(true);
  });

  it('drops a next that is another site', async () => {
    const browser = desk.open();
    const response = await browser.get(await comeBack(browser, '/desk/oidc?next=//evil.example'));
    expect(response.headers.get('location')).toBe('/desk');
  });

  it.each([
    ['an address that is not verified', { sub: 'a', email: 'ada@example.org', email_verified: false }],
    ['an address that nobody here has', { sub: 'b', email: 'eve@example.org', email_verified: true }],
    ['no address', { sub: 'c' }],
  ])('makes nobody an editor: %s', async (_, account) => {
    provider.account = account;
    const browser = desk.open();
    const response = await browser.get(await comeBack(browser));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('no editor here belongs to that account');
    expect(await isIn(browser)).toBe(false);
    expect(await database.db.selectFrom('editors').selectAll().execute()).toHaveLength(1);
  });

  it('does not give a bound editor to a second subject', async () => {
    const browser = desk.open();
    await browser.get(await comeBack(browser));
    provider.account = { sub: 'thief', email: 'ada@example.org', email_verified: true };
    const thief = desk.open();
    expect((await thief.get(await comeBack(thief))).status).toBe(403);
  });

  it('lets no closed editor in', async () => {
    const first = desk.open();
    await first.get(await comeBack(first));
    await makeEditor(database.db, 'cleo', 'chief', now);
    await markEditorClosed(database.db, (await findEditorByLogin(database.db, 'ada@example.org'))!.id, now);
    const browser = desk.open();
    expect((await browser.get(await comeBack(browser))).status).toBe(403);
    expect(await sessions()).toEqual([]);
  });
});

describe('coming back', () => {
  it('with another state lets nobody in', async () => {
    const browser = desk.open();
    const back = new URL(await comeBack(browser), publicUrl);
    back.searchParams.set('state', 'x'.repeat(43));
    const response = await browser.get(`${back.pathname}${back.search}`);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('did not let you in');
    expect(await sessions()).toEqual([]);
  });

  it('to a browser that did not go lets nobody in', async () => {
    const back = await comeBack(desk.open());
    expect((await desk.open().get(back)).status).toBe(400);
    const other = desk.open();
    await other.get('/desk/oidc');
    expect((await other.get(back)).status).toBe(401);
    expect(await sessions()).toEqual([]);
  });

  it('with the code of another sign-in, whose nonce is another, lets nobody in', async () => {
    const [victim, attacker] = [desk.open(), desk.open()];
    const own = new URL(await comeBack(victim), publicUrl);
    const stolen = new URL(await comeBack(attacker), publicUrl);
    own.searchParams.set('code', stolen.searchParams.get('code')!);
    expect((await victim.get(`${own.pathname}${own.search}`)).status).toBe(401);
    expect(await sessions()).toEqual([]);
  });

  it.each(['nonce', 'verifier', 'state'])(
    'with another %s than it went with lets nobody in',
    async (name) => {
      const browser = desk.open();
      const back = await comeBack(browser);
      const opened = JSON.parse(
        Buffer.from(browser.cookies.get('__Host-wireroom-oidc')!.split('.')[0]!, 'base64url').toString(),
      );
      const seal = (kept: object) => {
        const text = Buffer.from(JSON.stringify(kept)).toString('base64url');
        return `${text}.${signText(client.clientSecret, `oidc ${text}`)}`;
      };
      browser.cookies.set('__Host-wireroom-oidc', seal({ ...opened, [name]: 'x'.repeat(43) }));
      expect((await browser.get(back)).status).toBe(401);
      expect(await sessions()).toEqual([]);
    },
  );

  it('a second time lets nobody in', async () => {
    const browser = desk.open();
    const back = await comeBack(browser);
    const kept = browser.cookies.get('__Host-wireroom-oidc')!;
    expect((await browser.get(back)).status).toBe(303);
    const replay = desk.open();
    replay.cookies.set('__Host-wireroom-oidc', kept);
    expect((await replay.get(back)).status).toBe(401);
    expect(await isIn(replay)).toBe(false);
  });

  it('with a cookie that was changed, or too late, lets nobody in', async () => {
    const browser = desk.open();
    const back = await comeBack(browser);
    const [text, mark] = browser.cookies.get('__Host-wireroom-oidc')!.split('.');
    const opened = JSON.parse(Buffer.from(text!, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...opened, next: '/desk/x' })).toString('base64url');
    const forger = desk.open();
    forger.cookies.set('__Host-wireroom-oidc', `${forged}.${mark}`);
    expect((await forger.get(back)).status).toBe(400);
    desk.wait(600);
    expect((await browser.get(back)).status).toBe(400);
    expect(await sessions()).toEqual([]);
  });

  it('with a refusal of the provider says so', async () => {
    const browser = desk.open();
    const away = new URL((await browser.get('/desk/oidc')).headers.get('location')!);
    const query = new URLSearchParams({
      error: 'access_denied',
      state: away.searchParams.get('state')!,
      iss: provider.issuer,
    });
    const response = await browser.get(`/desk/oidc/callback?${query}`);
    expect(response.status).toBe(401);
  });

  it('is not begun when the provider is away', async () => {
    const oidc = { issuer: 'http://127.0.0.1:1', ...client, name: 'the town hall', allowHttp: true };
    const response = await createDeskApp(database.db, { oidc }).open().get('/desk/oidc');
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('does not answer at the moment');
  });
});

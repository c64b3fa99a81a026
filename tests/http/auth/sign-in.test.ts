import { beforeEach, describe, expect, it } from 'vitest';
import { findEditorByLogin, markEditorClosed } from '../../../db/editors.ts';
import { makeEditor, password } from '../../support/make-editor.ts';
import { useDatabase } from '../../support/postgres.ts';
import { now } from '../seed.ts';
import type { DeskApp } from './desk-app.ts';
import { createDeskApp } from './desk-app.ts';

const database = useDatabase({ max: 10 });
let desk: DeskApp;

beforeEach(async () => {
  const { db } = database;
  await db.deleteFrom('editors').execute();
  await db.deleteFrom('sign_in_failures').execute();
  desk = createDeskApp(db);
  await makeEditor(db, 'ada', 'editor', now);
});

const session = '__Host-wireroom';

describe('signing in', () => {
  it('opens the desk, by cookies that scripts and other sites cannot use', async () => {
    const browser = desk.open();
    const response = await browser.signIn(' Ada ');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/desk');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const cookies = response.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-wireroom/);
      for (const part of ['; Path=/;', 'HttpOnly', 'Secure', 'SameSite=Lax']) expect(cookie).toContain(part);
      expect(cookie).not.toContain('Domain');
    }
    expect((await browser.get('/desk/account')).status).toBe(200);
  });

  it('names cookies as the public URL allows', async () => {
    const plain = createDeskApp(database.db, { publicUrl: 'http://127.0.0.1:8080' });
    expect((await plain.open().signIn('ada')).headers.getSetCookie()[0]).toMatch(/^wireroom=(?!.*Secure)/);
    const prefixed = createDeskApp(database.db, { publicUrl: 'https://example.org/wire' });
    const response = await prefixed.open().signIn('ada');
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-wireroom=.*Path=\/wire;/);
    expect(response.headers.get('location')).toBe('/wire/desk');
  });

  it('stores neither tokens nor passwords', async () => {
    const browser = desk.open();
    await browser.signIn('ada');
    const rows = await database.db.selectFrom('sessions').selectAll().execute();
    expect(rows[0]?.token_hash).toHaveLength(32);
    expect(JSON.stringify(rows)).not.toContain(browser.cookies.get(session));
    expect((await findEditorByLogin(database.db, 'ada'))?.passwordHash).toMatch(
      /^\$argon2id\$v=19\$m=32768,t=2,p=1\$/,
    );
  });

  it('begins another session each time, whatever cookie came along (fixation)', async () => {
    const browser = desk.open();
    browser.cookies.set(session, 'a-session-that-someone-planted');
    await browser.signIn('ada');
    const first = browser.cookies.get(session);
    expect(first).not.toBe('a-session-that-someone-planted');
    await browser.signIn('ada');
    expect(browser.cookies.get(session)).not.toBe(first);
  });

  it('answers a script with who it is and the token for what it sends', async () => {
    const response = await desk.app.request('/desk/sign-in', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'sec-fetch-site': 'same-origin',
      },
      body: JSON.stringify({ login: 'ada', password }),
    });
    expect(response.status).toBe(200);
    const body = await response.json();
    expect(body).toEqual({
      csrf: expect.stringMatching(/^[\w-]{43}$/),
      editor: { id: expect.any(String), name: 'Ada', role: 'editor' },
    });
    const wrong = await desk.app.request('/desk/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ login: 'ada', password: 'no' }),
    });
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([401, 'bad-sign-in']);
    expect(wrong.headers.get('content-type')).toBe('application/problem+json');
  });

  it('says the same of an unknown login, a wrong password and a closed editor', async () => {
    const closed = await makeEditor(database.db, 'bob', 'reader', now);
    await markEditorClosed(database.db, closed.id, now);
    const answers = [];
    for (const [login, typed] of [
      ['ada', 'not her password'],
      ['bob', password],
      ['eve', password],
    ] as const) {
      const response = await desk.open().signIn(login, typed);
      answers.push(`${response.status} ${(await response.text()).replaceAll(login, 'LOGIN')}`);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(answers[0]).toMatch(/^401 .*do not belong together/s);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('value="LOGIN"');
    expect(answers[0]).not.toContain(password);
  });

  it('takes as long for a login that nobody has', async () => {
    const measure = async (login: string) => {
      const times: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        const start = performance.now();
        await desk.open().signIn(`${login}`, 'wrong password');
        times.push(performance.now() - start);
        await database.db.deleteFrom('sign_in_failures').execute();
      }
      return times.sort((a, b) => a - b)[3]!;
    };
    await measure('warm');
    const [known, unknown] = [await measure('ada'), await measure('nobody')];
    expect(Math.abs(known - unknown) / Math.max(known, unknown)).toBeLessThan(0.5);
  });

  it('makes a new hash when the cost has changed', async () => {
    const { hash } = await import('@node-rs/argon2');
    const cheap = await hash(password, { memoryCost: 8192, timeCost: 1 });
    await database.db.updateTable('editors').set({ password_hash: cheap }).execute();
    const browser = desk.open();
    expect((await browser.signIn('ada')).status).toBe(303);
    expect((await findEditorByLogin(database.db, 'ada'))?.passwordHash).toContain('m=32768,t=2');
    expect((await browser.signIn('ada')).status).toBe(303);
  });
});

describe('where one is sent then', () => {
  it.each([
    ['/desk', '/desk'],
    ['/desk/topics/world?state=held#row', '/desk/topics/world?state=held#row'],
    ['/desk?x=//evil.example', '/desk?x=//evil.example'],
    ['/desk/history?u=https://evil.example/', '/desk/history?u=https://evil.example/'],
    ...[
      '',
      'https://evil.example/desk',
      '//evil.example/desk',
      '///evil.example/desk',
      '/\\evil.example/desk',
      '\\/evil.example',
      '/desk\\..\\..\\evil',
      '/desk/../../evil',
      '/desk/..//evil.example',
      '/desk/%2e%2e//evil.example',
      '/desk/.././/evil.example',
      '/deskevil',
      '/desk.evil.example',
      '/topics/world',
      '/\t/evil.example/desk',
      '/desk\nSet-Cookie: a=b',
      'javascript:alert(1)',
      'desk',
      '/desk/sign-in?next=/desk/sign-in',
      '/desk/sign-out',
      '/desk/oidc',
      `/desk/${'a'.repeat(3000)}`,
    ].map((next) => [next, '/desk']),
  ])('%j → %j', async (next, expected) => {
    const response = await desk.open().submit('/desk/sign-in', { login: 'ada', password, next: next! });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(expected);
  });
});

describe('a growing delay', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  beforeEach(() => {
    desk = createDeskApp(database.db, { trustProxy: true });
  });

  it('lets no more of 50 at once try than one after the other would', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => desk.open(from('192.0.2.7')).signIn('ada', `wrong ${n}`)),
    );
    const tried = answers.filter(({ status }) => status === 401).length;
    expect(tried).toBe(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(47);
  });

  it('grows 1, 2, 4 … up to five minutes, says so, and then does not look at the password', async () => {
    const waits: number[] = [];
    const browser = desk.open(from('192.0.2.7'));
    for (let n = 0; n < 2; n += 1) await browser.signIn('ada', 'wrong');
    for (let n = 0; n < 11; n += 1) {
      expect((await browser.signIn('ada', 'wrong')).status).toBe(401);
      const refused = await browser.signIn('ada', password);
      expect(refused.status).toBe(429);
      const seconds = Number(refused.headers.get('retry-after'));
      waits.push(seconds);
      desk.wait(seconds);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect((await browser.signIn('ada', password)).status).toBe(303);
    expect((await desk.open(from('192.0.2.7')).signIn('ada', 'wrong')).status).toBe(401);
  });

  it('counts a network as one, and others not with it', async () => {
    const fail = (address: string) => desk.open(from(address)).signIn('ada', 'wrong');
    for (const n of [1, 2, 3]) await fail(`192.0.2.${n}`);
    expect((await fail('192.0.2.200')).status).toBe(429);
    expect((await fail('198.51.100.1')).status).toBe(401);
    for (const n of [1, 2, 3]) await fail(`2001:db8:0:12${n}::1`);
    expect((await fail('2001:db8:0:1ff::2')).status).toBe(429);
    expect((await fail('2001:db8:0:200::2')).status).toBe(401);
  });

  it('takes only the address that the proxy added, and without a proxy none', async () => {
    for (const n of [1, 2, 3]) await desk.open(from(`198.51.${n}.1, 192.0.2.1`)).signIn('ada', 'wrong');
    expect((await desk.open(from('203.0.113.1, 192.0.2.1')).signIn('ada')).status).toBe(429);
    desk = createDeskApp(database.db);
    for (const n of [1, 2, 3]) await desk.open(from(`198.51.${n}.1`)).signIn('bob', 'wrong');
    expect((await desk.open(from('198.51.77.1')).signIn('bob')).status).toBe(429);
  });

  it('slows an attack from everywhere by ten seconds at most, and never a browser that was here before', async () => {
    const hers = desk.open(from('203.0.113.9'));
    await hers.signIn('ada');
    for (let n = 0; n < 40; n += 1) {
      const response = await desk.open(from(`10.1.${n}.1`)).signIn('ada', 'wrong');
      if (response.status === 429) {
        expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(10);
        desk.wait(10);
      }
    }
    expect((await desk.open(from('10.2.0.1')).signIn('ada', 'wrong')).status).toBe(401);
    expect((await desk.open(from('10.3.0.1')).signIn('ada')).status).toBe(429);
    expect((await hers.signIn('ada')).status).toBe(303);
    desk.wait(10);
    expect((await desk.open(from('10.3.0.1')).signIn('ada')).status).toBe(303);
  });

  it('counts a known browser alone, and knows none that it did not make', async () => {
    const hers = desk.open(from('203.0.113.9'));
    await hers.signIn('ada');
    for (const _ of [1, 2, 3]) expect((await hers.signIn('ada', 'wrong')).status).toBe(401);
    expect((await hers.signIn('ada')).status).toBe(429);
    expect((await desk.open(from('203.0.113.9')).signIn('ada')).status).toBe(303);
    for (const _ of [1, 2, 3]) await desk.open(from('192.0.2.1')).signIn('ada', 'wrong');
    const forger = desk.open(from('192.0.2.1'));
    forger.cookies.set('__Host-wireroom-device', `${'a'.repeat(43)}.${'b'.repeat(43)}`);
    expect((await forger.signIn('ada')).status).toBe(429);
    await makeEditor(database.db, 'bob', 'editor', now);
    for (const _ of [1, 2, 3]) await desk.open(from('192.0.2.1')).signIn('bob', 'wrong');
    forger.cookies.set('__Host-wireroom-device', hers.cookies.get('__Host-wireroom-device')!);
    expect((await forger.signIn('bob')).status).toBe(429);
  });

  it('holds for logins that nobody has, so that it tells nothing', async () => {
    const statuses = [];
    for (const _ of [1, 2, 3, 4]) statuses.push((await desk.open().signIn('nobody', 'wrong')).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
  });
});

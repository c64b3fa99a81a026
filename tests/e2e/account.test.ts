import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markEditorClosed } from '../../db/editors.ts';
import { inviteFirstChief } from '../../src/newsroom/first-chief.ts';
import { createDeskApp } from '../http/auth/desk-app.ts';
import { describeFocus, findSmallTargets, findViolations, findWide } from '../http/in-browser.ts';
import { now } from '../http/seed.ts';
import { hasBrowser, launchBrowser, openPage } from '../support/browser.ts';
import { makeEditor, password } from '../support/make-editor.ts';
import { useDatabase } from '../support/postgres.ts';

/** Set SHOTS to a folder to keep the pictures there. */
const shots = process.env.SHOTS ?? mkdtempSync(path.join(tmpdir(), 'wireroom-account-'));
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!hasBrowser())('signing in and accounts in a browser', () => {
  const database = useDatabase();
  let browser: Browser;
  let server: Server;
  let origin = '';
  let axe = '';

  beforeAll(async () => {
    axe = await readFile(axePath, 'utf8');
    const listening = await new Promise<Server>((resolve) => {
      const one = serve({ fetch: (r, env) => fetchApp(r, env), hostname: '127.0.0.1', port: 0 }, () =>
        resolve(one as Server),
      );
    });
    server = listening;
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const oidc = {
      issuer: 'http://127.0.0.1:1',
      clientId: 'wireroom',
      clientSecret: 'secret',
      name: 'the town hall',
      allowHttp: true,
    };
    const { app } = createDeskApp(database.db, { publicUrl: origin, oidc });
    fetchApp = app.fetch;
    browser = await launchBrowser();
  });
  let fetchApp: (request: Request, env: object) => Response | Promise<Response>;

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  const check = async (page: Page, name: string) => {
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
    expect(await page.evaluate(findWide), name).toEqual([]);
    expect(await page.evaluate(findSmallTargets), name).toEqual([]);
    await page.evaluate(axe);
    expect(await page.evaluate(findViolations), name).toEqual([]);
  };
  const fill = async (page: Page, fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields))
      await page.getByLabel(label, { exact: true }).fill(value);
  };

  it('goes from the first link to a desk of several, without script', async () => {
    const { page, complaints, close } = await openPage(browser, { width: 1280, script: false });
    const link = await inviteFirstChief(database.db, origin, now);
    await page.goto(link!);
    await fill(page, { 'Your name': 'Cleo Marsh', Login: 'cleo', Password: password });
    await Promise.all([
      page.waitForURL(`${origin}/desk`),
      page.getByRole('button', { name: 'Begin' }).click(),
    ]);
    await page.goto(`${origin}/desk/account`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await fill(page, { Login: 'cleo', Password: 'something else' });
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('do not belong together');
    expect(await page.getByLabel('Login').inputValue()).toBe('cleo');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await page.goto(`${origin}/desk/editors`);
    expect(page.url()).toContain('/desk/sign-in?next=%2Fdesk%2Feditors');
    await fill(page, { Login: 'cleo', Password: password });
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(page.url()).toBe(`${origin}/desk/editors`);
    await page.getByLabel('reader sees the desk').check();
    await page.getByRole('button', { name: 'Make a link' }).click();
    expect(await page.locator('code').textContent()).toMatch(/\/desk\/welcome\/[\w-]{43}$/);
    expect(complaints.filter((line) => !/40[14]|favicon\.svg net::ERR_ABORTED/.test(line))).toEqual([]);
    await close();
  });

  it('is worked by keyboard', async () => {
    const { page, close } = await openPage(browser, { width: 1280 });
    await page.goto(`${origin}/desk/sign-in?next=/desk/account`);
    await page.locator('#login:focus').waitFor();
    await page.keyboard.type('cleo');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    expect(await page.evaluate(describeFocus)).toMatchObject({ hasRing: true, isVisible: true });
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/desk/account`);
    for (let n = 0; n < 12; n += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(describeFocus)).toMatchObject({ hasRing: true, isVisible: true });
    }
    await close();
  });

  it.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('looks right at %i px, %s', async (width, colorScheme) => {
    const { db } = database;
    if (width === 390 && colorScheme === 'light') {
      await makeEditor(db, 'ada.lovelace-of-the-night-desk@news.example.org', 'editor', now);
      await makeEditor(db, 'ben', 'reader', now);
      const old = await makeEditor(db, 'old', 'editor', now);
      await markEditorClosed(db, old.id, now);
    }
    const { page, close } = await openPage(browser, { width, colorScheme });
    const name = (what: string) => `account-${what}-${width}-${colorScheme}`;
    await page.goto(`${origin}/desk/sign-in`);
    await check(page, name('sign-in'));
    await fill(page, { Login: 'nobody', Password: 'not the password' });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await check(page, name('refused'));
    await fill(page, { Login: 'cleo', Password: password });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${origin}/desk`);
    await page.goto(`${origin}/desk/account`);
    await fill(page, { 'Name of a new token': `Evening script ${width} ${colorScheme}` });
    await page.getByLabel('decide').check();
    await page.getByRole('button', { name: 'Make a token' }).click();
    await check(page, name('own'));
    await page.goto(`${origin}/desk/editors`);
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = (await page.locator('code').textContent()) ?? '';
    await check(page, name('editors'));
    await page.goto(link);
    await fill(page, { 'Your name': 'Dora', Login: 'dora', Password: 'short' });
    await page.getByRole('button', { name: 'Begin' }).click();
    await check(page, name('welcome'));
    await close();
    await db.deleteFrom('sign_in_failures').execute();
  });
});

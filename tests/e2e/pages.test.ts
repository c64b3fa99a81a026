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
import {
  describeFocus,
  findSmallTargets,
  findViolations,
  findWide,
  listTransitions,
  settleImages,
} from '../http/in-browser.ts';
import { type Newspaper, seedNewspaper, startImageOrigin } from '../http/newspaper.ts';
import { createTestApp } from '../http/test-app.ts';
import { hasBrowser, launchBrowser, openPage } from '../support/browser.ts';
import { useDatabase } from '../support/postgres.ts';

/** Set SHOTS to a folder to keep the pictures there. */
const shots = process.env.SHOTS ?? mkdtempSync(path.join(tmpdir(), 'wireroom-pages-'));
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const names = [
  'front',
  'topic',
  'topic-earlier',
  'topic-rtl',
  'topic-empty',
  'story-lead',
  'story-full',
  'story-endless',
  'story-rtl',
  'story-title',
  'story-hostile',
  'missing',
] as const;

describe.skipIf(!hasBrowser())('the pages in a browser', () => {
  const database = useDatabase();
  let browser: Browser;
  let images: Server;
  let server: Server;
  let origin = '';
  let newspaper: Newspaper;
  let axe = '';

  beforeAll(async () => {
    axe = await readFile(axePath, 'utf8');
    const started = await startImageOrigin();
    images = started.server;
    newspaper = await seedNewspaper(database.db, started.url);
    await new Promise<void>((resolve) => {
      const { app } = createTestApp(database.db);
      server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve()) as Server;
    });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    for (const one of [server, images]) {
      one?.closeAllConnections();
      one?.close();
    }
  });

  const toAddress = (name: (typeof names)[number]): string => {
    const { stories } = newspaper;
    const addresses: Record<(typeof names)[number], string> = {
      front: '/',
      topic: '/topics/world-news',
      'topic-earlier': '/topics/world-news?before=2026-11-24T00:00:00.000Z',
      'topic-rtl': '/topics/port-ar',
      'topic-empty': '/topics/chess',
      'story-lead': `/stories/${stories.lead}`,
      'story-full': `/stories/${stories.full}`,
      'story-endless': `/stories/${stories.endless}`,
      'story-rtl': `/stories/${stories.rtl}`,
      'story-title': `/stories/${stories.titleOnly}`,
      'story-hostile': `/stories/${stories.hostile}`,
      missing: '/topics/nothing-like-it',
    };
    return origin + addresses[name];
  };

  const checkPage = async (page: Page, name: (typeof names)[number], width: number) => {
    await page.goto(toAddress(name));
    await loadLazyImages(page);
    expect(await page.evaluate(findWide), `${name}: wider than the window`).toEqual([]);
    if (width < 700)
      expect(await page.evaluate(findSmallTargets), `${name}: targets below 44 px`).toEqual([]);
    await page.evaluate(axe);
    expect(await page.evaluate(findViolations), `${name}: axe-core`).toEqual([]);
  };

  it.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)(
    'at %i px, %s: nothing overflows, axe-core finds nothing, the console is silent',
    async (width, colorScheme) => {
      const { page, complaints, close } = await openPage(browser, { width, colorScheme });
      for (const name of names) {
        await checkPage(page, name, width);
        await page.screenshot({
          path: path.join(shots, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
      await close();
      expect(complaints.filter((text) => !isExpected(text))).toEqual([]);
    },
    120_000,
  );

  it('keeps within 320 px, the narrowest that WCAG 1.4.10 asks for', async () => {
    const { page, close } = await openPage(browser, { width: 320 });
    for (const name of names) {
      await page.goto(toAddress(name));
      expect(await page.evaluate(findWide), name).toEqual([]);
    }
    await close();
  });

  it('leads the keyboard from the skip link through masthead and stories, with a visible ring', async () => {
    const { page, close } = await openPage(browser, { width: 1280 });
    await page.goto(toAddress('front'));
    await page.keyboard.press('Tab');
    expect(await page.evaluate(describeFocus)).toMatchObject({ text: 'Skip to the news', isVisible: true });
    const order: string[] = [];
    for (let presses = 0; presses < 9; presses += 1) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate<{ text: string; hasRing: boolean }>(describeFocus);
      expect(focus.hasRing, focus.text).toBe(true);
      order.push(focus.text);
    }
    expect(order.map((text) => text.slice(0, 14))).toEqual([
      'The Daily Wire',
      'World News',
      'Science',
      'أخبار الميناء',
      'Chess',
      'World News',
      'Ferry strike e',
      'Parliament vot',
      'Two border cro',
    ]);
    await page.goto(toAddress('front'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await close();
  });

  it('reads the same without script, the copy button left out', async () => {
    const { page, close } = await openPage(browser, { width: 1280, script: false });
    await page.goto(toAddress('topic'));
    expect(await page.getByRole('link', { name: 'Subscribe to World News by RSS' }).isVisible()).toBe(true);
    expect(await page.getByRole('button').count()).toBe(0);
    await page.getByRole('link', { name: /Ferry strike ends/ }).click();
    await page.waitForURL(/\/stories\/\d+-ferry-strike-ends/);
    const strong = page.locator('a.button.strong');
    expect(await strong.textContent()).toBe('Read the full story at Harbour Gazette');
    expect(await strong.getAttribute('rel')).toBe('noopener');
    await close();
  });

  it('copies the address of the RSS document and says so', async () => {
    const { page, close } = await openPage(browser, { width: 1280 });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    await page.goto(toAddress('topic'));
    await page.getByRole('button', { name: 'Copy address' }).click();
    await page.getByText('The address is copied').waitFor({ state: 'attached' });
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toBe('https://news.example.org/topics/world-news.rss');
    await close();
  });

  it('takes away the frame of an image that does not come', async () => {
    const { page, close } = await openPage(browser, { width: 1280 });
    await page.goto(toAddress('story-endless'));
    await page.locator('.story-image').waitFor({ state: 'detached' });
    await close();
  });

  it('moves nothing', async () => {
    const { page, close } = await openPage(browser, { width: 1280 });
    await page.goto(toAddress('front'));
    expect(await page.evaluate(listTransitions)).toEqual(['0s', 'none']);
    await close();
  });
});

/** The origin of images answers 404 for one of them on purpose, and the page of a missing topic is a 404 itself. */
function isExpected(complaint: string): boolean {
  return complaint.includes('the server responded with a status of 404');
}

async function loadLazyImages(page: Page): Promise<void> {
  for (let steps = 0; steps < 8; steps += 1) await page.mouse.wheel(0, 800);
  await page.evaluate(settleImages);
}

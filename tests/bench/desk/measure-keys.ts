import type { Page } from 'playwright-core';
import { findPublication } from '../../../db/publications.ts';
import { createApp } from '../../../src/http/app.tsx';
import { serve } from '../../../src/http/serve.ts';
import { addEditorWithPassword } from '../../../src/newsroom/invite-editor.ts';
import { createSoonPublisher, type SoonPublisher } from '../../../src/newsroom/publish-soon.ts';
import { deskless } from '../../http/test-app.ts';
import { hasBrowser, launchBrowser, openPage } from '../../support/browser.ts';
import type { BenchDatabase } from '../support/bench-database.ts';
import type { Measured } from './measure-http.ts';

/** The same for every key: what feels like at once. */
const targetMs = 100;
export const keyRounds = 50;
const password = 'nine lighthouses keep the coast';

/**
 * In a real browser, from the key going down to the frame that shows what it does, `keyRounds` times each, at the queue of
 * the filled database. Nothing, said aloud, where there is no browser.
 */
export async function measureKeys({ db }: BenchDatabase): Promise<Omit<Measured, 'work'>[]> {
  if (!hasBrowser()) return [];
  const log = {
    info() {},
    warn() {},
    error: (fields: object, sentence: string) => console.error(sentence, fields),
  };
  const now = () => new Date();
  let publisher: SoonPublisher | undefined;
  const server = await serve({ host: '127.0.0.1', port: 0 }, (publicUrl) => {
    publisher = createSoonPublisher({ db, publicUrl, now, log });
    return createApp({
      db,
      findPublication: (topic, format) => findPublication(db, topic, format),
      siteName: 'Wireroom',
      publicUrl,
      now,
      log,
      version: '0.0.0',
      ...deskless(),
      publishSoon: publisher.publishSoon,
    }).fetch;
  });
  await addEditorWithPassword(db, { login: 'keys', name: 'Keys', role: 'editor', password }, now());
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, { width: 1280 });
    await enter(page, server.url);
    return await measureAll(page);
  } finally {
    await browser.close();
    await server.stop();
    await publisher?.stop();
  }
}

async function enter(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/desk/topics/desk-2`);
  await page.locator('input[name=login]').fill('keys');
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
  await page.waitForSelector('a.row.cursor');
  await page.evaluate(watch);
}

/** What is pressed, and what must be seen of it. */
const presses: { name: string; key: string; seen: 'moved' | 'gone' | 'back' }[] = [
  { name: 'key j: the next row and its preview', key: 'j', seen: 'moved' },
  { name: 'key p: published, the next row is there', key: 'p', seen: 'gone' },
  { name: 'key x: spiked, the next row is there', key: 'x', seen: 'gone' },
  { name: 'key u: taken back, the row is there again', key: 'u', seen: 'back' },
];

async function measureAll(page: Page): Promise<Omit<Measured, 'work'>[]> {
  const measured: Omit<Measured, 'work'>[] = [];
  for (const { name, key, seen } of presses) {
    const took: number[] = [];
    for (let round = 0; round < keyRounds; round++) {
      await page.evaluate(`expectKey(${JSON.stringify(seen)})`);
      await page.keyboard.press(key);
      took.push((await page.evaluate('shownAfter')) as number);
      // An editor reads before the next key.
      await page.waitForTimeout(150);
    }
    measured.push({ name, targetMs, took });
  }
  return measured;
}

/**
 * In the page: `expectKey` waits for the next key, and `shownAfter` becomes the milliseconds from then until a frame with
 * what is to be seen has been painted: the one after the frame in which the page first has it.
 */
const watch = `(() => {
  const getCursor = () => document.querySelector('a.row.cursor')?.dataset.story;
  const list = () => [...document.querySelectorAll('a.row')].map((row) => row.dataset.story);
  const isPreviewed = () => document.querySelector('#preview .preview')?.dataset.story === getCursor();
  window.expectKey = (seen) => {
    const was = getCursor();
    const rows = new Set(list());
    const isSeen = {
      moved: () => getCursor() !== was && isPreviewed(),
      gone: () => !list().includes(was) && getCursor() !== undefined,
      back: () => list().some((id) => !rows.has(id)),
    }[seen];
    window.shownAfter = new Promise((resolve, reject) => {
      addEventListener('keydown', ({ timeStamp }) => {
        const look = () => {
          if (performance.now() - timeStamp > 10000) reject(new Error('nothing was seen of it'));
          else if (isSeen()) requestAnimationFrame(() => resolve(performance.now() - timeStamp));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, { capture: true, once: true });
    });
  };
})()`;

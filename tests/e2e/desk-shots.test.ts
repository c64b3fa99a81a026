import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasBrowser, launchBrowser, openPage } from '../support/browser.ts';
import { findCorpus } from '../support/corpus.ts';
import { useDatabase } from '../support/postgres.ts';
import { fillByCorpus } from './desk-corpus.ts';
import { settle } from './desk-hands.ts';
import { type DeskStage, startDeskStage } from './desk-stage.ts';

/** A folder for pictures of every page of the desk; `desk.png` in it is the one that README.md shows. */
const shots = process.env.SHOTS;
const isWanted = shots !== undefined && hasBrowser();
const corpus = isWanted ? findCorpus('world-news-2026-02') : undefined;

describe.skipIf(!isWanted)('pictures of the desk', { timeout: 120_000 }, () => {
  const database = useDatabase();
  let stage: DeskStage;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(shots ?? '', { recursive: true });
    stage = await startDeskStage(database, corpus ? (filled) => fillByCorpus(filled, corpus) : undefined);
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('desk.png: the queue after an act, a story that several sources tell', async () => {
    const { page, close } = await openPage(browser, { width: 1280, height: 800 });
    await stage.enter(page, 'ana');
    await settle(page);
    const several = page.locator('a.row:has(.row-sources):has(.why)');
    await page.locator('a.row').nth(1).click();
    await page.keyboard.press('p');
    await several.nth(0).click();
    await settle(page);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: path.join(shots ?? '', 'desk.png') });
    await close();
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
    [860, 'light'],
  ] as const)('%i %s', async (width, colorScheme) => {
    const { page, close } = await openPage(browser, { width, height: 800, colorScheme });
    const shoot = (name: string) =>
      page.screenshot({ path: path.join(shots ?? '', `${name}-${width}-${colorScheme}.png`) });
    const shootDialog = async (command: string, name = command) => {
      await page.locator(`[data-command=${command}]`).first().click();
      await page.locator('dialog[open]').waitFor();
      await page.waitForTimeout(250);
      if (command === 'schedule') await page.keyboard.type('tomorrow 7:00');
      await shoot(name);
      await page.keyboard.press('Escape');
    };
    await stage.enter(page, 'ana');
    await settle(page);
    await shoot('queue');
    await page.locator('a.row:has(.row-sources)').first().click();
    await settle(page);
    await shoot('preview');
    for (const command of ['edit', 'lead', 'merge', 'place', 'schedule', 'reason'])
      await shootDialog(command);
    if (width > 390) {
      await shootDialog('help');
      await page.waitForTimeout(250);
      await page.keyboard.press('o');
      await page.waitForTimeout(100);
      await shoot('in-preview');
      await page.keyboard.press('o');
      for (const key of ['p', 'j', 'Shift+j', 'Shift+j']) await page.keyboard.press(key);
      await page.waitForTimeout(300);
      await shoot('range');
    } else {
      await page.getByRole('button', { name: 'Hold' }).click();
      await settle(page);
      await shoot('held');
    }
    await settle(page);
    for (const name of [
      'history',
      'sources',
      'topics/world-news/settings',
      'topics/new',
      'account',
      'editors',
    ]) {
      await page.goto(`${stage.origin}/desk/${name}`);
      await page.waitForTimeout(200);
      await shoot(name.replaceAll('/', '-'));
    }
    await close();
  });
});

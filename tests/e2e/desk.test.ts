import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findViolations, findWide } from '../http/in-browser.ts';
import { hasBrowser, launchBrowser, openPage } from '../support/browser.ts';
import { findCorpus } from '../support/corpus.ts';
import { useDatabase } from '../support/postgres.ts';
import { fillByCorpus } from './desk-corpus.ts';
import { getCursor, goTo, goToStory, listIds, settle } from './desk-hands.ts';
import { type DeskStage, password, startDeskStage } from './desk-stage.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What a page says when its own stream of events ends as it is left, or while a test has cut the connection. */
const isExpected = (text: string) =>
  /desk\/events|part=preview net::ERR_ABORTED|ERR_INTERNET_DISCONNECTED|status of 40[14]/.test(text);

const corpus = findCorpus('world-news-2026-02');

/** Pictures of the real feeds are their publishers': nothing of a test leaves this machine. */
const isPicture = (text: string) =>
  /^https?:\/\/(?!127\.)|Failed to load resource: net::ERR_FAILED/.test(text);

describe.skipIf(!corpus || !hasBrowser())('a working day with real news', { timeout: 120_000 }, () => {
  const database = useDatabase({ max: 10 });
  let stage: DeskStage;
  let browser: Browser;

  beforeAll(async () => {
    stage = await startDeskStage(database, (filled) => fillByCorpus(filled, corpus ?? ''));
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const readFeed = async (): Promise<{ etag: string; titles: string[] }> => {
    const response = await fetch(`${stage.origin}/topics/world-news.json`);
    if (response.status !== 200) return { etag: '', titles: [] };
    const { items } = (await response.json()) as { items: { title: string }[] };
    return { etag: response.headers.get('etag') ?? '', titles: items.map(({ title }) => title) };
  };
  const listPlaced = async () =>
    await database.db
      .selectFrom('placements as p')
      .innerJoin('topics as t', 't.id', 'p.topic_id')
      .innerJoin('stories as s', 's.id', 'p.story_id')
      .innerJoin('entries as e', 'e.id', 's.lead_entry_id')
      .select(['p.state', 'e.title', 'p.headline'])
      .where('t.slug', '=', 'world-news')
      .execute();

  it('curates 50 stories by the keyboard alone, and readers have each a second later', async () => {
    const { page, complaints, close } = await openPage(browser, { width: 1280 });
    await stage.enter(page, 'ana');
    await settle(page);
    const before = await listPlaced();
    expect(before.every(({ state }) => state === 'candidate')).toBe(true);
    expect(before.length).toBeGreaterThan(200);

    const took: number[] = [];
    const publish = async () => {
      const { etag } = await readFeed();
      const headline = await page.locator('.row.cursor .row-headline').textContent();
      const began = performance.now();
      await page.keyboard.press('p');
      let feed = await readFeed();
      while (feed.etag === etag && performance.now() - began < 5_000) feed = await readFeed();
      took.push(performance.now() - began);
      expect(feed.titles).toContain(headline?.trim());
    };
    await publish();
    const acts = ['p', 'h', 'x', 'j', 'p'];
    let done = 1;
    for (let press = 0; press < 200 && done < 49; press += 1) {
      const key = acts[press % acts.length] ?? 'p';
      const was = await getCursor(page);
      await page.keyboard.press(key);
      expect(await getCursor(page)).not.toBe(was);
      if (key !== 'j') done += 1;
    }
    await settle(page);
    await publish();
    await settle(page);
    expect(Math.max(...took)).toBeLessThan(1_000);

    const after = await listPlaced();
    const titlesOf = (wanted: string) =>
      after.filter(({ state }) => state === wanted).map(({ title, headline }) => headline ?? title);
    const [published, held, spiked] = ['published', 'held', 'spiked'].map(titlesOf) as [
      string[],
      string[],
      string[],
    ];
    expect([published.length, held.length, spiked.length]).toEqual([26, 12, 12]);
    expect(after).toHaveLength(before.length);
    const feed = await readFeed();
    expect([...feed.titles].sort()).toEqual([...published].sort());
    expect(await page.evaluate(listMissingImages)).toEqual([]);
    expect(complaints.filter((text) => !isExpected(text) && !isPicture(text))).toEqual([]);
    await close();
  });
});

/** In the page: what has the focus, and whether a line of three pixels at its side says so. */
const describeRing = `[document.activeElement.id, getComputedStyle(document.activeElement).boxShadow.includes('-3px 0px 0px 0px')]`;

/** In the page: buttons that a thumb misses. */
const listLowButtons = `[...document.querySelectorAll('button')]
  .filter((button) => button.checkVisibility() && !button.closest('.unseen'))
  .filter((button) => button.getBoundingClientRect().height < 43.5)
  .map((button) => button.textContent)`;

/** In the page: pictures that were asked for in vain and still take room. */
const listMissingImages = `[...document.images].filter((image) => image.complete && image.naturalWidth === 0 && image.currentSrc)
  .map((image) => image.currentSrc)`;

describe.skipIf(!hasBrowser())('a working day at the desk', { timeout: 90_000 }, () => {
  const database = useDatabase({ max: 10 });
  let stage: DeskStage;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let close: () => Promise<void>;

  beforeAll(async () => {
    stage = await startDeskStage(database);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const open = async (login: string) => {
    const opened = await openPage(browser, { width: 1280 });
    await stage.enter(opened.page, login);
    await settle(opened.page);
    return opened;
  };

  beforeEach(async () => {
    await database.db
      .updateTable('placements')
      .set({
        state: 'candidate',
        headline: null,
        standfirst: null,
        edited_from: null,
        lead_entry_id: null,
        pinned_at: null,
        pinned_until: null,
        publish_at: null,
        expire_at: null,
      })
      .where('topic_id', '=', await findWorldId())
      .execute();
    ({ page, complaints, close } = await open('ana'));
  });

  afterEach(async () => {
    await close();
    expect(complaints.filter((text) => !isExpected(text))).toEqual([]);
  });

  const findWorldId = async () =>
    (
      await database.db
        .selectFrom('topics')
        .select('id')
        .where('slug', '=', 'world-news')
        .executeTakeFirstOrThrow()
    ).id;
  const findPlacement = async (storyId: string) =>
    await database.db
      .selectFrom('placements')
      .selectAll()
      .where('topic_id', '=', await findWorldId())
      .where('story_id', '=', storyId)
      .executeTakeFirst();
  const countStates = async () => {
    const rows = await database.db
      .selectFrom('placements')
      .select(['state', (eb) => eb.fn.countAll<string>().as('n')])
      .where('topic_id', '=', await findWorldId())
      .groupBy('state')
      .execute();
    return Object.fromEntries(rows.map(({ state, n }) => [state, Number(n)]));
  };

  it('curates 50 stories by the keyboard alone; the next is there at once', async () => {
    const before = await countStates();
    const acts = ['p', 'h', 'x', 'j', 'p'];
    let done = 0;
    for (let press = 0; done < 50; press += 1) {
      const key = acts[press % acts.length] ?? 'p';
      const was = await getCursor(page);
      await page.keyboard.press(key);
      expect(await getCursor(page)).not.toBe(was);
      if (key !== 'j') done += 1;
    }
    await settle(page);
    const after = await countStates();
    expect(after).toEqual({ candidate: (before.candidate ?? 0) - 50, published: 25, held: 13, spiked: 12 });
    expect(await page.locator('[data-list-count=published]').textContent()).toBe('25');
  });

  it('acts on a range, and takes acts back one by one', async () => {
    const rows = await listIds(page);
    for (const key of ['Shift+J', 'Shift+J', 'x', 'h']) await page.keyboard.press(key);
    expect(await page.locator('#last-act-words').textContent()).toMatch(/^Held “/);
    await settle(page);
    expect(await listIds(page)).toEqual(rows.slice(4));
    await page.keyboard.press('u');
    await page.keyboard.press('u');
    expect(await page.locator('#last-act-words').textContent()).toBe('Undone: spiked 3 stories');
    await settle(page);
    expect(await listIds(page)).toEqual(rows);

    await page.keyboard.press('u');
    expect(await page.locator('#last-act-words').textContent()).toBe('There is nothing of yours to undo.');
  });

  it('edits a headline, keeps a draft over a reload, and brings the original back by one key', async () => {
    const id = await getCursor(page);
    const original = await page.locator('#preview-headline').textContent();
    await page.keyboard.press('e');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Boats sail again; j and p are letters here');
    await page.reload();
    await settle(page);
    await page.keyboard.press('e');
    expect(await page.locator('#edit-headline').inputValue()).toBe(
      'Boats sail again; j and p are letters here',
    );
    await page.keyboard.press('Control+Enter');
    await settle(page);
    expect((await findPlacement(id))?.headline).toBe('Boats sail again; j and p are letters here');
    await page.locator('.originals .original-title').first().waitFor();
    expect(await page.locator('.originals .original-title').first().textContent()).toBe(original);
    await page.keyboard.press('Shift+E');
    await settle(page);
    expect((await findPlacement(id))?.headline).toBeNull();
    expect(await page.locator('.row.cursor .row-headline').textContent()).toBe(original);
  });

  it('chooses a lead, pins, schedules in words, and places in another topic', async () => {
    const id = await goToStory(page, 'Ferry strike ends');
    await page.keyboard.press('l');
    await page.locator('#lead-dialog .choices li').nth(1).waitFor();
    await page.keyboard.press('2');
    await settle(page);
    expect(await page.locator('.row.cursor .mark').allTextContents()).toEqual(['Lead chosen']);
    await page.keyboard.press('t');
    await page.keyboard.type('chess');
    await page.keyboard.press('Enter');
    await settle(page);
    expect(
      await database.db.selectFrom('placements').selectAll().where('story_id', '=', id).execute(),
    ).toHaveLength(2);
    await page.keyboard.press('c');
    await page.keyboard.type('tomorrow 7:00');
    await page.keyboard.press('Control+Enter');
    await settle(page);
    expect(await findPlacement(id)).toMatchObject({
      state: 'held',
      lead_entry_id: '5',
      publish_at: expect.any(Date),
    });
    expect(await listIds(page)).not.toContain(id);
    const published = await getCursor(page);
    await page.keyboard.press('p');
    await settle(page);
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.waitForURL(/show=published/);
    await settle(page);
    await page.keyboard.press('i');
    await settle(page);
    expect((await findPlacement(published))?.pinned_at).toBeInstanceOf(Date);
    expect(await page.locator('.row.cursor .mark').allTextContents()).toEqual(['Pinned']);
  });

  it('shows a text without the pictures that cannot be had, and in which other topics it stands', async () => {
    const id = await getCursor(page);
    const { lead_entry_id } = await database.db
      .selectFrom('stories')
      .select('lead_entry_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const picture = `<img src="${stage.origin}/no-picture.png" alt="A man in a boat looks at the harbour">`;
    await database.db
      .updateTable('entries')
      .set({ content_html: `<figure>${picture}</figure><p>The boats sail. ${picture}</p>` })
      .where('id', '=', lead_entry_id ?? '')
      .execute();
    await page.reload();
    await page.locator('.preview .story-body', { hasText: 'The boats sail.' }).waitFor();
    await expect.poll(() => page.locator('.story-body :is(img, figure)').count()).toBe(0);
    await page.keyboard.press('t');
    await page.keyboard.type('chess');
    await page.keyboard.press('Enter');
    await settle(page);
    await page.reload();
    await settle(page);
    expect(await page.locator('.elsewhere li').allInnerTexts()).toEqual([expect.stringMatching(/Chess/)]);
  });

  it('merges another story into this one, and undo brings it back', async () => {
    const id = await goToStory(page, 'Parliament votes');
    const count = (await listIds(page)).length;
    await page.keyboard.press('m');
    await page.keyboard.type('border crossings');
    await page.locator('#merge-choices li', { hasText: 'Two border crossings' }).waitFor();
    await expect.poll(() => page.locator('#merge-choices li').count()).toBe(1);
    await page.keyboard.press('Enter');
    await settle(page);
    expect(await page.locator('.telling h3').textContent()).toBe('Told by 2 sources');
    expect(await listIds(page)).toHaveLength(count - 1);
    await page.keyboard.press('u');
    await settle(page);
    expect(await getCursor(page)).toBe(id);
    await expect.poll(async () => (await listIds(page)).length).toBe(count);
  });

  it('shows the second editor what the first decided, and refuses a decision on what has changed', async () => {
    const other = await open('bo');
    const [first = '', second = ''] = await listIds(page);
    await page.waitForSelector('body[data-live=yes]');
    await other.page.keyboard.press('x');
    await page.locator(`#row-${first} .row-note`, { hasText: 'Bo Lindqvist spiked this' }).waitFor();
    expect(await getCursor(page)).toBe(first);
    // Decided on what was seen before that: refused, and the row says who was first.
    await page.keyboard.press('p');
    await page.locator('#last-act[data-kind=problem]').waitFor();
    expect(await page.locator('#last-act-words').textContent()).toContain('Bo Lindqvist spiked this');
    expect((await findPlacement(first))?.state).toBe('spiked');
    expect(await listIds(page)).toContain(first);
    // Said again on purpose, it is done.
    await goTo(page, first);
    await page.keyboard.press('p');
    await settle(page);
    expect((await findPlacement(first))?.state).toBe('published');
    expect((await listIds(page))[0]).toBe(second);
    await other.close();
  });

  it('keeps what is done while the session has ended, and sends it after a new sign-in', async () => {
    const [first = '', second = ''] = await listIds(page);
    await database.db.deleteFrom('sessions').execute();
    await page.keyboard.press('p');
    await page.locator('#sign-in-dialog[open]').waitFor();
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.locator('#sign-in-dialog:not([open])').waitFor({ state: 'attached' });
    await settle(page);
    expect((await findPlacement(first))?.state).toBe('published');
    await page.keyboard.press('h');
    await settle(page);
    expect((await findPlacement(second))?.state).toBe('held');
  });

  it('loses nothing while there is no connection, nor over a reload', async () => {
    const [first = '', second = '', third = ''] = await listIds(page);
    await page.context().setOffline(true);
    await page.keyboard.press('p');
    await page.keyboard.press('x');
    await page.locator('#connection', { hasText: 'No connection' }).waitFor();
    expect((await findPlacement(first))?.state).toBe('candidate');
    await page.context().setOffline(false);
    await settle(page);
    expect((await findPlacement(first))?.state).toBe('published');
    expect((await findPlacement(second))?.state).toBe('spiked');
    // Undelivered when the page goes: delivered by the next one.
    await page.route('**/desk/decisions', (route) => route.abort());
    await page.keyboard.press('h');
    await page.locator('#connection', { hasText: 'No connection' }).waitFor();
    await page.unroute('**/desk/decisions');
    await page.reload();
    await settle(page);
    expect((await findPlacement(third))?.state).toBe('held');
    complaints.splice(
      0,
      complaints.length,
      ...complaints.filter((text) => !/decisions|ERR_FAILED/.test(text)),
    );
  });

  it('counts what arrives without moving the list, and opens it by n', async () => {
    const rows = await listIds(page);
    await page.waitForSelector('body[data-live=yes]');
    const { seedSource, seedStory } = await import('../http/seed.ts');
    const { announceDeskEvent } = await import('../../db/desk-events.ts');
    const { findTopicBySlug } = await import('../../db/topics.ts');
    const topic = await findTopicBySlug(database.db, 'world-news');
    const source = await seedSource(database.db, {
      feedUrl: 'https://late.example.org/feed',
      title: 'Late News',
    });
    const entry = { title: 'A late arrival', publishedAt: new Date(), language: 'en' };
    const id = await seedStory(database.db, topic ? [topic] : [], [{ source, entry }]);
    await database.db
      .updateTable('placements')
      .set({ state: 'candidate' })
      .where('story_id', '=', id)
      .execute();
    await announceDeskEvent(database.db, { kind: 'candidates', topicIds: [topic?.id ?? ''] });
    await page.locator('#arrivals-count', { hasText: '1 new' }).waitFor();
    expect(await listIds(page)).toEqual(rows);
    await page.keyboard.press('n');
    expect(await getCursor(page)).toBe(id);
    expect((await listIds(page))[0]).toBe(id);
  });

  it('says no to a reader, and keeps its keys off fields, dialogs and combinations', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('xp');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.keyboard.press('x');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+p');
    await page.keyboard.press('Alt+x');
    await settle(page);
    expect(await countStates()).not.toHaveProperty('spiked');
    const reader = await open('cleo');
    await reader.page.keyboard.press('p');
    expect(await reader.page.locator('#last-act-words').textContent()).toBe(
      'Your role only reads: editors decide.',
    );
    await reader.close();
    expect(await countStates()).not.toHaveProperty('published');
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    'at %i px, %s: axe-core finds nothing, nothing is wider than the window',
    async (width, colorScheme) => {
      const axe = await readFile(axePath, 'utf8');
      const opened = await openPage(browser, { width, colorScheme });
      await stage.enter(opened.page, 'ana');
      const check = async (name: string) => {
        await opened.page.evaluate(axe);
        expect(await opened.page.evaluate(findViolations), name).toEqual([]);
        if (width === 390) expect(await opened.page.evaluate(findWide), name).toEqual([]);
      };
      await settle(opened.page);
      await check('queue');
      if (width === 390) expect(await opened.page.evaluate(listLowButtons)).toEqual([]);
      const ferry = opened.page.locator('a.row', { hasText: 'Ferry strike ends' });
      await ferry.click();
      await opened.page.locator('.preview h2', { hasText: 'Ferry strike ends' }).waitFor();
      if (width === 390) expect(await opened.page.evaluate(listLowButtons)).toEqual([]);
      if (width === 1280) {
        await opened.page.keyboard.press('o');
        expect(await opened.page.evaluate(describeRing)).toEqual(['preview-pane', true]);
        await opened.page.keyboard.press('o');
      }
      for (const command of ['edit', 'lead', 'merge', 'place', 'schedule', 'reason']) {
        await opened.page.locator(`[data-command=${command}]`).click();
        await opened.page.locator('dialog[open]').waitFor();
        await opened.page.waitForTimeout(250);
        await check(command);
        await opened.page.keyboard.press('Escape');
      }
      for (const path of [
        'topics/chess',
        'history',
        'sources',
        'topics/new',
        'topics/world-news/settings',
        'editors',
        'account',
      ]) {
        await opened.page.goto(`${stage.origin}/desk/${path}`);
        await check(path);
      }
      expect(opened.complaints.filter((text) => !isExpected(text))).toEqual([]);
      await opened.close();
    },
  );
});

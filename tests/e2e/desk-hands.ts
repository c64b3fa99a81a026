import type { Page } from 'playwright-core';

/** Waits until the list is there and nothing is on its way. */
export async function settle(page: Page): Promise<void> {
  await page.waitForSelector('html.has-script');
  const isDelivered = `Object.keys(localStorage).every((key) => !key.startsWith('desk-outbox:'))`;
  for (let waits = 0; waits < 200 && !(await page.evaluate(isDelivered)); waits += 1)
    await page.waitForTimeout(100);
  await page.waitForTimeout(250);
}

/** The stories of the list, by id. */
export async function listIds(page: Page): Promise<string[]> {
  return await page.evaluate(`[...document.querySelectorAll('a.row')].map((row) => row.dataset.story)`);
}

/** The id of the story under the cursor; empty when the list is. */
export async function getCursor(page: Page): Promise<string> {
  return (await page.evaluate(`document.querySelector('a.row.cursor')?.dataset.story ?? ''`)) as string;
}

/** Goes by keys to a story of the list. */
export async function goTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60 && (await getCursor(page)) !== id; presses += 1) {
    const ids = await listIds(page);
    await page.keyboard.press(ids.indexOf(id) < ids.indexOf(await getCursor(page)) ? 'k' : 'j');
  }
}

/** Goes by keys to the first story whose row has these words, and waits for its preview; its id. */
export async function goToStory(page: Page, words: string): Promise<string> {
  const id = (await page.locator('a.row', { hasText: words }).first().getAttribute('data-story')) ?? '';
  await goTo(page, id);
  await page.locator(`.preview[data-story="${id}"]`).waitFor();
  return id;
}

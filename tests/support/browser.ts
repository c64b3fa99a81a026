import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Whether tests in a browser can run here. Says loudly when they are left out;
 * throws instead where CI is set, since there they must run.
 */
export function hasBrowser(): boolean {
  if (existsSync(executablePath)) return true;
  const message = `No Chromium at ${executablePath}: the tests in a browser are left out. Install it, or set CHROMIUM.`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return false;
}

/** Starts the browser; close it in afterAll. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath, args });
}

export interface PageOptions {
  width: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  script?: boolean;
}

/**
 * Opens a page in a context of its own. Requests to anywhere but this machine are refused;
 * `complaints` collects what the page says to the console, its errors, and requests that failed.
 */
export async function openPage(browser: Browser, options: PageOptions) {
  const { width, height = 900, colorScheme = 'light', script = true } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    javaScriptEnabled: script,
  });
  await context.route('**/*', async (route) => {
    const { protocol, hostname } = new URL(route.request().url());
    const isLocal = protocol === 'data:' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
    await (isLocal ? route.continue() : route.abort());
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  return { page, complaints, close: () => context.close() };
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../db/connect.ts';
import { findPublication } from '../../../db/publications.ts';
import { listQueue, type QueueRow } from '../../../db/queue.ts';
import { findTopicBySlug } from '../../../db/topics.ts';
import { createApp } from '../../../src/http/app.tsx';
import { createSoonPublisher } from '../../../src/newsroom/publish-soon.ts';
import { Browser } from '../../http/auth/browser.ts';
import { deskless } from '../../http/test-app.ts';
import { makeEditor } from '../../support/make-editor.ts';
import type { BenchDatabase } from '../support/bench-database.ts';

/** Something that an editor waits for. */
export interface Measured {
  name: string;
  /** What its p95 is to stay below, in milliseconds. */
  targetMs: number;
  work(): Promise<unknown>;
  /** Milliseconds of each round. */
  took: number[];
}

const slug = 'desk-1';
const publicUrl = 'https://news.example.org';

/**
 * What an editor who is signed in waits for: the queue's page, a decision's answer, and the document that it changes. `stop`
 * resolves when nothing is rendered any more.
 */
export async function listMeasuredOverHttp({
  db,
}: BenchDatabase): Promise<{ measured: Measured[]; stop(): Promise<void> }> {
  const { browser, stop } = await enter(db);
  const csrf = await browser.findCsrf();
  const waiting = await listWaiting(db);
  const decide = () => publish(browser, csrf, waiting);
  const measured: Measured[] = [
    { name: 'the page of the queue', targetMs: 150, took: [], work: () => getPage(browser) },
    { name: 'answer to a decision', targetMs: 100, took: [], work: decide },
    {
      name: 'decision to changed document',
      targetMs: 1_000,
      took: [],
      async work() {
        const before = await findPublication(db, slug, 'atom');
        await decide();
        for (let tries = 0; tries < 1_000; tries++) {
          const after = await findPublication(db, slug, 'atom');
          if (after && after.etag !== before?.etag) return;
          await sleep(5);
        }
        throw new Error('the document did not change');
      },
    },
  ];
  return { measured, stop };
}

async function enter(db: Db): Promise<{ browser: Browser; stop(): Promise<void> }> {
  const log = {
    info() {},
    warn() {},
    error: (fields: object, sentence: string) => console.error(sentence, fields),
  };
  const now = () => new Date();
  const publisher = createSoonPublisher({ db, publicUrl, now, log });
  const app = createApp({
    db,
    findPublication: (topic, format) => findPublication(db, topic, format),
    siteName: 'Wireroom',
    publicUrl,
    now,
    log,
    version: '0.0.0',
    ...deskless(),
    publishSoon: publisher.publishSoon,
  });
  const browser = new Browser(app);
  await makeEditor(db, 'ana', 'editor', now());
  await browser.signIn('ana');
  return { browser, stop: publisher.stop };
}

async function listWaiting(db: Db): Promise<QueueRow[]> {
  const topic = await findTopicBySlug(db, slug);
  if (!topic) throw new Error(`there is no topic ${slug}`);
  const { rows } = await listQueue(db, {
    topicId: topic.id,
    states: ['candidate'],
    order: 'newest',
    limit: 500,
  });
  return rows;
}

async function getPage(browser: Browser): Promise<void> {
  const response = await browser.get(`/desk/topics/${slug}`);
  const html = await response.text();
  if (response.status !== 200 || html.split('data-story=').length < 40) {
    throw new Error(`the page of the queue is ${response.status}, ${html.length} characters`);
  }
}

/** Publishes the oldest of those that are among the newest, so that each decision changes the documents. */
async function publish(browser: Browser, csrf: string, waiting: QueueRow[]): Promise<void> {
  const row = waiting.pop();
  if (!row) throw new Error('nothing waits any more');
  const decision = {
    requestId: randomUUID(),
    storyId: row.story.id,
    version: row.placement.version,
    act: { act: 'publish' },
  };
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  const response = await browser.app.request('/desk/decisions', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      'x-csrf-token': csrf,
      cookie,
    },
    body: JSON.stringify({ topic: slug, decisions: [decision] }),
  });
  const text = await response.text();
  if (!text.includes('"decided"'))
    throw new Error(`a decision was answered ${response.status}: ${text.slice(0, 200)}`);
}

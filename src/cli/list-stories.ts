import type { Db } from '../../db/connect.ts';
import { listEntryRows, listStories, type StoryRow } from '../../db/list-stories.ts';
import { toChunks } from '../newsroom/chunks.ts';
import type { Output } from './output.ts';
import type { Session } from './session.ts';
import { parseLimit, parseSince } from './story-arguments.ts';
import { type ReportedStory, toReported, toStoryTable } from './story-report.ts';
import { getTopic } from './topic-arguments.ts';

export interface ListStoriesOptions {
  since?: string;
  topic?: string;
  limit?: string;
  json?: boolean;
}

const usualLimit = 50;
const chunkSize = 1_000;

/** Prints stories, those first that had news last. Throws AppError `bad-argument`, `topic-not-found`. */
export async function printStories(
  { database: { db } }: Session,
  out: Output,
  options: ListStoriesOptions,
): Promise<void> {
  const now = new Date();
  const since = options.since === undefined ? undefined : parseSince(options.since, now);
  const given = options.limit === undefined ? undefined : parseLimit(options.limit);
  const limit = given ?? (options.json ? undefined : usualLimit);
  const topicId = options.topic === undefined ? undefined : (await getTopic(db, options.topic)).id;
  const rows = await listStories(db, { since, topicId, limit });
  if (options.json) return printJson(out, readInChunks(db, rows));
  const stories: ReportedStory[] = [];
  for await (const chunk of readInChunks(db, rows)) stories.push(...chunk);
  if (stories.length === 0) out.print(toNone(options));
  else out.print(toStoryTable(stories, now));
  if (given === undefined && rows.length === usualLimit)
    out.remark(`The newest ${usualLimit}; --limit shows more.`);
}

function toNone({ since, topic }: ListStoriesOptions): string {
  if (since !== undefined || topic !== undefined) return 'No stories are left by --since and --topic.';
  return 'No stories yet. They come with what sources bring: wireroom refresh';
}

async function* readInChunks(db: Db, rows: StoryRow[]): AsyncGenerator<ReportedStory[]> {
  for (const chunk of toChunks(rows, chunkSize)) {
    const entries = await listEntryRows(
      db,
      chunk.map(({ id }) => id),
    );
    yield chunk.flatMap((row) => toReported(row, entries.get(row.id) ?? []) ?? []);
  }
}

/** One array, a story a line: it may be long, and is never held whole. */
async function printJson(out: Output, chunks: AsyncGenerator<ReportedStory[]>): Promise<void> {
  let held: string | undefined;
  out.print('[');
  for await (const chunk of chunks) {
    for (const story of chunk) {
      if (held !== undefined) out.print(`${held},`);
      held = JSON.stringify(story);
    }
  }
  if (held !== undefined) out.print(held);
  out.print(']');
}

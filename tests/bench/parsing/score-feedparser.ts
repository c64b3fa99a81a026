import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFeed } from '../../../src/feed/parse.ts';
import type { IncomingFeed, IncomingItem, IncomingPerson } from '../../../src/model/incoming.ts';
import { parseDate } from '../../../src/normalise/dates.ts';
import { isSameBody, isSameTitle } from './compare-texts.ts';
import { readCorpusJson, type Score } from './corpus.ts';

interface Check {
  on: string;
  field: string;
  feedparserField: string;
  value: unknown;
}

interface CheckedFile {
  file: string;
  headers: Record<string, string>;
  checks: Check[];
}

export const coreFolders = [
  'rss',
  'atom',
  'atom10',
  'rdf',
  'namespace',
  'itunes',
  'media-rss',
  'lang',
  'xml',
  'amp',
  'base',
  'entities',
];
const now = new Date('2026-11-01T00:00:00Z');

/** Scores what we read of feedparser's core cases, by folder, against its own expectations. */
export async function scoreFeedparser(corpus: string): Promise<Map<string, Score>> {
  const files = readCorpusJson<CheckedFile[]>(corpus, 'feedparser/checks.json');
  const scores = new Map<string, Score>(
    coreFolders.map((folder) => [folder, { right: 0, total: 0, misses: [] }]),
  );
  for (const { file, headers, checks } of files) {
    const score = scores.get(file.split('/').at(-2) ?? '');
    if (!score) continue;
    const result = await parseFeed(readFileSync(join(corpus, file)), {
      url: `http://127.0.0.1:8097/${file.split('/').at(-1)}`,
      contentType: headers['content-type'],
      contentLocation: headers['content-location'],
      contentLanguage: headers['content-language'],
    });
    for (const check of checks) {
      score.total++;
      if (result.ok && isRight(result.feed, check)) score.right++;
      else {
        const actual = result.ok ? describe(result.feed, check) : result.message;
        const key = `${file}#${check.on}.${check.feedparserField}`;
        score.misses.push({ key, expected: JSON.stringify(check.value), actual });
      }
    }
  }
  return scores;
}

function findTarget(feed: IncomingFeed, on: string): IncomingFeed | IncomingItem | undefined {
  return on === 'feed' ? feed : feed.items[Number(on.replace('item ', ''))];
}

function isRight(feed: IncomingFeed, { on, field, value }: Check): boolean {
  const target = findTarget(feed, on);
  if (!target) return false;
  const expected = String(value);
  if (field === 'title') return isSameTitle(target.title, expected);
  if (field === 'description') return isSameBody((target as IncomingFeed).description, expected);
  if (field === 'summary' || field === 'content') {
    // feedparser calls whichever of the two an item has by both names.
    const { summary, content } = target as IncomingItem;
    return field === 'summary'
      ? isSameBody(summary, expected) || (!summary && isSameBody(content, expected))
      : isSameBody(content, expected) || (!content && isSameBody(summary, expected));
  }
  if (field === 'date') return listDates(target).some((date) => isSameDate(date, value));
  return listValues(target, field).includes(expected);
}

function listDates(target: IncomingFeed | IncomingItem): string[] {
  const created = 'created' in target ? target.created : undefined;
  return [target.published, target.updated, created].filter((date) => date !== undefined);
}

function isSameDate(ours: string, expected: unknown): boolean {
  if (typeof expected === 'string') return ours === expected;
  const [year = 0, month = 1, day, hour, minute, second] = expected as number[];
  return parseDate(ours, now)?.getTime() === Date.UTC(year, month - 1, day, hour, minute, second);
}

function listValues(target: IncomingFeed | IncomingItem, field: string): (string | undefined)[] {
  const item = target as IncomingItem;
  const feed = target as IncomingFeed;
  const author = target.authors?.[0];
  switch (field) {
    case 'link':
      return [item.url, feed.siteUrl];
    case 'anylink':
      return [item.url, feed.siteUrl, ...(target.links ?? []).map((link) => link.url)];
    case 'id':
      return [target.id];
    case 'author':
      return author ? listNames(author) : [];
    case 'author_name':
      return [author?.name];
    case 'author_email':
      return [author?.email];
    case 'language':
      return [feed.language, feed.language?.replace('_', '-')];
    case 'image':
      return [feed.imageUrl];
    case 'ttl':
      return [String(feed.ttlMinutes)];
    case 'thumb0':
      return item.imageUrls ?? [];
    case 'encl0':
      return [item.enclosures?.[0]?.url];
    case 'source_title':
      return [item.source?.title];
    default:
      return field.startsWith('cat') ? [target.categories?.[Number(field.slice(3))]] : [];
  }
}

function listNames({ name, email }: IncomingPerson): (string | undefined)[] {
  return [name && email ? `${name} (${email})` : (name ?? email), name];
}

function describe(feed: IncomingFeed, { on, field }: Check): string {
  const target = findTarget(feed, on);
  if (!target) return 'no such item';
  if (field === 'date') return JSON.stringify(listDates(target));
  const text = (target as unknown as Record<string, unknown>)[field];
  return text === undefined ? JSON.stringify(listValues(target, field)) : JSON.stringify(text);
}

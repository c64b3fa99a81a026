import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFeed } from '../../../src/feed/parse.ts';
import type { IncomingItem } from '../../../src/model/incoming.ts';
import { parseDate } from '../../../src/normalise/dates.ts';
import { toPlainText } from '../../../src/normalise/text.ts';
import { isSameTitle } from './compare-texts.ts';
import { readCorpusJson, type Score } from './corpus.ts';

interface OracleItem {
  title: string | null;
  link: string | null;
  id: string | null;
  at: number | null;
}

interface OracleFeed {
  file: string;
  title: string | null;
  items: OracleItem[];
}

/** How the real feeds were read, by field; `parsed` counts documents that hold a feed. */
export type RealScores = Record<'parsed' | 'items' | 'title' | 'link' | 'date', Score>;

const now = new Date('2026-11-01T00:00:00Z');

/** Scores what we read of the real feeds against what feedparser read of them. */
export async function scoreReal(corpus: string): Promise<RealScores> {
  const scores: RealScores = {
    parsed: { right: 0, total: 0, misses: [] },
    items: { right: 0, total: 0, misses: [] },
    title: { right: 0, total: 0, misses: [] },
    link: { right: 0, total: 0, misses: [] },
    date: { right: 0, total: 0, misses: [] },
  };
  for (const oracle of readCorpusJson<OracleFeed[]>(corpus, 'expected-real.json')) {
    const result = await parseFeed(readFileSync(join(corpus, oracle.file)));
    const items = result.ok ? result.feed.items : [];
    count(scores.parsed, result.ok, oracle.file, 'a feed', result.ok ? '' : result.message);
    const expectedItems = oracle.items.filter(({ title, link, id, at }) =>
      [title, link, id, at].some((value) => value !== null),
    );
    count(
      scores.items,
      items.length === expectedItems.length,
      oracle.file,
      String(expectedItems.length),
      String(items.length),
    );
    for (const [index, expected] of expectedItems.entries())
      scoreItem(scores, `${oracle.file}#${index}`, expected, items[index]);
  }
  return scores;
}

function scoreItem(
  scores: RealScores,
  key: string,
  expected: OracleItem,
  item: IncomingItem | undefined,
): void {
  const title = isSameTitle(item?.title, expected.title ?? '');
  count(scores.title, title, `${key}.title`, expected.title ?? '', toPlainText(item?.title));
  const url = item?.url ?? '';
  count(scores.link, url === (expected.link ?? ''), `${key}.link`, expected.link ?? '', url);
  const dates = [item?.published, item?.updated, item?.created].filter((date) => date !== undefined);
  const at = parseDate(dates[0] ?? '', now)?.getTime() ?? null;
  const isSame =
    at === expected.at ||
    dates.some((date) => toSeconds(parseDate(date, now)?.getTime()) === toSeconds(expected.at));
  count(scores.date, isSame, `${key}.date`, toDateText(expected.at), `${dates[0]} ${toDateText(at)}`);
}

/** feedparser drops fractions of seconds. */
function toSeconds(at: number | null | undefined): number | undefined {
  return typeof at === 'number' ? Math.floor(at / 1000) : undefined;
}

function toDateText(at: number | null): string {
  return at === null ? 'none' : new Date(at).toISOString();
}

function count(score: Score, isRight: boolean, key: string, expected: string, actual: string): void {
  score.total++;
  if (isRight) score.right++;
  else score.misses.push({ key, expected: expected.slice(0, 200), actual: actual.slice(0, 200) });
}

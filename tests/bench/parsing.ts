import { findCorpus } from '../support/corpus.ts';
import { type Miss, percent, type Score } from './parsing/corpus.ts';
import { findKnownDifference } from './parsing/known-differences.ts';
import { scoreFeedparser } from './parsing/score-feedparser.ts';
import { scoreReal } from './parsing/score-real.ts';
import { measureThroughput } from './parsing/throughput.ts';
import { printTable } from './support/table.ts';

/**
 * How well and how fast we read: feedparser's core field checks, the real feeds of the corpus next to what feedparser
 * reads of them, every difference with its reason, and throughput next to the bare libraries.
 */
export async function run(): Promise<void> {
  const corpus = findCorpus();
  if (corpus) await printAccuracy(corpus);
  console.log('\nThroughput, generated RSS of 2 KB items, medians of 7 rounds');
  printTable(
    ['size', 'reader', 'MB/s', 'items/s', 'rss-parser = 1'],
    (await measureThroughput()).map((row) => [
      `${row.kilobytes} KB`,
      row.reader,
      row.megabytesPerSecond.toFixed(1),
      Math.round(row.itemsPerSecond),
      row.ratio.toFixed(2),
    ]),
  );
}

async function printAccuracy(corpus: string): Promise<void> {
  const folders = [...(await scoreFeedparser(corpus))];
  const all = folders.reduce(add, { right: 0, total: 0, misses: [] });
  console.log('Field checks of feedparser’s core cases');
  printTable(
    headings,
    [...folders, ['all', all] as const].map(([name, score]) => toRow(name, score)),
  );
  const real = Object.entries(await scoreReal(corpus));
  console.log('\nReal feeds, next to what feedparser reads of them');
  printTable(
    headings,
    real.map(([name, score]) => toRow(name, score)),
  );
  printMisses([...all.misses, ...real.flatMap(([, score]) => score.misses)]);
}

const headings = ['what', 'right', 'of', '%', '% with differences explained'];

function add(sum: Score, [, score]: readonly [string, Score]): Score {
  return {
    right: sum.right + score.right,
    total: sum.total + score.total,
    misses: [...sum.misses, ...score.misses],
  };
}

function toRow(name: string, score: Score): (string | number)[] {
  const explained = score.misses.filter(({ key }) => findKnownDifference(key)?.side === 'theirs').length;
  const withExplained = percent({ right: score.right + explained, total: score.total });
  return [name, score.right, score.total, percent(score).toFixed(2), withExplained.toFixed(2)];
}

/** Each reason once with how often it applies; what has no reason in full. */
function printMisses(misses: Miss[]): void {
  const counts = new Map<string, number>();
  for (const { key, expected, actual } of misses) {
    const known = findKnownDifference(key);
    if (known) {
      const line = `${known.key} (${known.side}): ${known.reason}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    } else console.log(`UNEXPLAINED ${key}\n  expected ${expected}\n  read     ${actual}`);
  }
  console.log('\nDifferences with a reason');
  for (const [line, count] of counts) console.log(`${String(count).padStart(4)} ${line}`);
}

import { parseFeed as parseWithFeedsmith } from 'feedsmith';
import RssParser from 'rss-parser';
import { parseFeed } from '../../../src/feed/parse.ts';
import { makeRss } from './make-documents.ts';

/** How fast one reader was at one size: medians over the rounds. */
export interface Throughput {
  reader: string;
  kilobytes: number;
  megabytesPerSecond: number;
  itemsPerSecond: number;
  /** Speed as a multiple of bare rss-parser in the same run. */
  ratio: number;
}

const rounds = 7;
const roundMs = 120;

/** Times ours from bytes to IncomingFeed, and the two libraries from text to their own objects, in turn, in the same run. */
export async function measureThroughput(): Promise<Throughput[]> {
  const bare = new RssParser();
  const results: Throughput[] = [];
  for (const kilobytes of [20, 100, 1000]) {
    const { xml, items } = makeRss(kilobytes * 1000);
    const bytes = new TextEncoder().encode(xml);
    const readers: [string, () => Promise<unknown>][] = [
      ['rss-parser, bare', () => bare.parseString(xml)],
      ['feedsmith, bare', async () => parseWithFeedsmith(xml)],
      ['Wireroom', () => parseFeed(bytes, { url: 'https://news.example/feed' })],
    ];
    const times = new Map<string, number[]>(readers.map(([name]) => [name, []]));
    for (let round = -1; round < rounds; round++) {
      for (const [name, read] of readers) {
        const milliseconds = await timeOnce(read);
        if (round >= 0) times.get(name)?.push(milliseconds); // the first round warms up
      }
    }
    const base = median(times.get('rss-parser, bare') ?? []);
    for (const [reader, list] of times) {
      const ms = median(list);
      results.push({
        reader,
        kilobytes,
        megabytesPerSecond: bytes.length / 1000 / ms,
        itemsPerSecond: (items * 1000) / ms,
        ratio: base / ms,
      });
    }
  }
  return results;
}

/** Milliseconds of one reading, the mean over as many as fit into a round. */
async function timeOnce(read: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let count = 0;
  do {
    await read();
    count++;
  } while (performance.now() - start < roundMs);
  return (performance.now() - start) / count;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

import { type ComparedEntry, toComparable } from '../../../src/dedupe/compare.ts';
import { measureLikeness, toCluster, weighLikeness } from '../../../src/dedupe/likeness.ts';
import type { CorpusEntry, NewsCorpus } from './corpus.ts';
import { countTold } from './count-told.ts';
import type { Score } from './score.ts';

/**
 * Prints the wrong and the missed pairs of the first order in words: in how many of all orders they are, the likeness of
 * the two alone, publisher and headline of both.
 */
export function listMistakes(
  corpus: NewsCorpus,
  read: ReadonlyMap<CorpusEntry, ComparedEntry>,
  orders: Score[],
): void {
  const [first] = orders;
  if (!first) return;
  const judged = new Map(corpus.entries.map((one) => [one.item ?? 0, one]));
  const toLikeness = createComparison(corpus, read);
  const list = (what: string, kind: 'wrong' | 'missed') => {
    const times = countTimes(orders.flatMap((score) => score[kind]));
    console.log(
      `\n${what} by date: ${first[kind].length} pairs; orders in which it is so, likeness of the two`,
    );
    for (const pair of first[kind]) {
      const [one, other] = pair.map((item) => judged.get(item));
      if (!one || !other) continue;
      const often = `${times.get(pair.join()) ?? 0}/${orders.length}`;
      console.log(`${often.padStart(6)} ${toLikeness(one, other).toFixed(1).padStart(6)}  ${toLine(one)}`);
      console.log(`${' '.repeat(15)}${toLine(other)}`);
    }
  };
  list('Merged wrongly', 'wrong');
  list('Missed', 'missed');
}

function toLine({ document, entry }: CorpusEntry): string {
  return `${document.file.replace(/\.xml$/, '')}: ${entry.title}`;
}

function countTimes(pairs: [number, number][]): Map<string, number> {
  const times = new Map<string, number>();
  for (const pair of pairs) times.set(pair.join(), (times.get(pair.join()) ?? 0) + 1);
  return times;
}

/** How alike two entries are with nothing else in their story, when all stories are known as they were judged. */
function createComparison(
  { entries, gold }: NewsCorpus,
  read: ReadonlyMap<CorpusEntry, ComparedEntry>,
): (one: CorpusEntry, other: CorpusEntry) => number {
  const itemOf = new Map(entries.map((one) => [read.get(one), one.item ?? 0]));
  const counts = countTold([...read.values()], (entry) => gold.eventOf(itemOf.get(entry) ?? 0));
  return (one, other) => {
    const [a, b] = [read.get(one), read.get(other)];
    if (!a || !b) return Number.NaN;
    return weighLikeness(measureLikeness(toComparable(a, counts), toCluster([toComparable(b, counts)])));
  };
}

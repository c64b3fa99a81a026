import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toComparable } from '../../../src/dedupe/compare.ts';
import { readTerms } from '../../../src/dedupe/entry-terms.ts';
import { joinFrom, measureLikeness, toCluster, weighLikeness } from '../../../src/dedupe/likeness.ts';
import { estimateContainment } from '../../../src/dedupe/shingles.ts';
import { TermCounts } from '../../../src/dedupe/term-counts.ts';
import { getVocabulary } from '../../../src/dedupe/vocabulary.ts';
import { toStoryKey } from '../../../src/newsroom/group-stored.ts';
import { loadLanguageDetector } from '../../../src/normalise/language.ts';
import { normaliseItem } from '../../../src/normalise/normalise-item.ts';
import { toPlainText } from '../../../src/normalise/text.ts';

interface WrittenText {
  title: string;
  summary: string;
  contentHtml: string;
  url: string;
  source: string;
}

/** Two texts that are, or are not, the same article. */
export interface DuplicateCase {
  name: string;
  one: WrittenText;
  other: WrittenText;
  same: boolean;
}

/** How the product finds two texts to be one article, and by what. */
export interface DuplicateVerdict {
  isFound: boolean;
  /** Whether they have one canonical address, and are of two sources: then nothing else is asked. */
  isSameAddress: boolean;
  /** The logarithm of the odds, from a cold start. */
  likeness: number;
  /** The share of the shorter text that stands in the longer one, 0 to 1, whatever their sources. */
  containment: number;
}

export function readDuplicateCases(): DuplicateCase[] {
  const file = path.resolve('tests', 'fixtures', 'near-duplicates.json');
  return JSON.parse(readFileSync(file, 'utf8')) as DuplicateCase[];
}

const readAt = new Date('2026-03-05T12:00:00Z');
/** As many characters of a body as the product reads: see src/newsroom/group-stored.ts. */
const textRead = 900;

/** Takes both texts the product's way, from the item of a feed to the likeness. */
export async function judgeDuplicates({ one, other }: DuplicateCase): Promise<DuplicateVerdict> {
  await loadLanguageDetector();
  const [a, b] = [readText(one), readText(other)];
  const counts = new TermCounts(getVocabulary(a.entry.language).shares);
  const likeness = weighLikeness(
    measureLikeness(toComparable(b.entry, counts), toCluster([toComparable(a.entry, counts)])),
  );
  const isSameAddress = a.key !== undefined && a.key === b.key && one.source !== other.source;
  const isComparable = a.entry.language === b.entry.language;
  return {
    isFound: isSameAddress || (isComparable && likeness >= joinFrom),
    isSameAddress,
    likeness,
    containment: estimateContainment(a.entry.shingles, b.entry.shingles),
  };
}

function readText({ title, summary, contentHtml, url, source }: WrittenText) {
  const entry = normaliseItem(
    {
      url,
      title: { value: title, kind: 'text' },
      ...(summary && { summary: { value: summary, kind: 'text' } }),
      ...(contentHtml && { content: { value: contentHtml, kind: 'html' } }),
    },
    { now: readAt },
  );
  const text = toPlainText({ kind: 'html', value: entry.contentHtml }, textRead);
  const terms = readTerms({ ...entry, text, datedAt: readAt });
  return {
    key: toStoryKey(entry),
    entry: { ...terms, entryId: url, sourceId: source, datedAt: readAt },
  };
}

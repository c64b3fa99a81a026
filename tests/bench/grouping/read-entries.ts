import type { ComparedEntry } from '../../../src/dedupe/compare.ts';
import {
  countHabits,
  listHashes,
  readTerms,
  readTokens,
  type SourceHabits,
} from '../../../src/dedupe/entry-terms.ts';
import { toPlainText } from '../../../src/normalise/text.ts';
import type { CorpusDocument, CorpusEntry } from './corpus.ts';

/** As many characters of a body as the product reads: see src/newsroom/group-stored.ts. */
const textRead = 900;

/** Reads what each entry of the corpus is compared by, as the product does when it is stored. */
export function readEntries(entries: readonly CorpusEntry[]): Map<CorpusEntry, ComparedEntry> {
  const habits = new Map<CorpusDocument, SourceHabits>();
  return new Map(
    entries.map((one, index) => {
      const { document, entry, datedAt } = one;
      const own =
        habits.get(document) ?? countHabits(document.entries.map((entry) => listHashes(readTokens(entry))));
      habits.set(document, own);
      const text = toPlainText({ kind: 'html', value: entry.contentHtml }, textRead);
      const terms = readTerms({ ...entry, text, datedAt }, own);
      return [one, { ...terms, entryId: String(index), sourceId: document.file, datedAt }];
    }),
  );
}

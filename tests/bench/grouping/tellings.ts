import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ComparedEntry } from '../../../src/dedupe/compare.ts';
import { readTerms } from '../../../src/dedupe/entry-terms.ts';
import { type Gold, toGold } from './gold.ts';
import { groupInMemory } from './in-memory.ts';
import { shuffle } from './orders.ts';
import { type Score, scoreClusters } from './score.ts';

/** `plain` ones are told as agencies do; in `hard` ones hardly a word is the same, and like events lie beside them. */
export type TellingKind = 'plain' | 'hard';

interface WrittenEvent {
  event: string;
  tellings: { source: string; title: string; summary: string; at: string }[];
}

/** Events of one language, told several times each. */
export interface Tellings {
  language: string;
  /** How many events there are. */
  events: number;
  /** By date; their ids are the numbers in the gold. */
  entries: ComparedEntry[];
  titles: string[];
  gold: Gold;
}

/** Reads the written events, one set a language; none where there is no folder for them. */
export function readTellings(kind: TellingKind): Tellings[] {
  const folder = path.resolve('tests', 'fixtures', 'tellings', kind);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => {
    const events = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as WrittenEvent[];
    return toTellings(path.parse(file).name, events);
  });
}

function toTellings(language: string, events: WrittenEvent[]): Tellings {
  const all = events.flatMap(({ event, tellings }) => tellings.map((telling) => ({ ...telling, event })));
  const sorted = all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const entries = sorted.map(({ source, title, summary, at }, item) => {
    const datedAt = new Date(at);
    const terms = readTerms({ title, summary, text: '', language, datedAt });
    return { ...terms, entryId: String(item), sourceId: source, datedAt };
  });
  return {
    language,
    events: events.length,
    entries,
    titles: sorted.map(({ title }) => title),
    gold: toGold(
      sorted.map((_, item) => item),
      new Map(sorted.map(({ event }, item) => [item, event])),
    ),
  };
}

/** Groups the tellings from a cold start, by date and in so many other orders: one score each. */
export function scoreTellings({ entries, gold }: Tellings, shuffles: number): Score[] {
  const shuffled = Array.from({ length: shuffles }, (_, n) => shuffle(entries, n + 1));
  return [entries, ...shuffled].map((order) => {
    const storyOf = groupInMemory(order);
    return scoreClusters(gold, (item) => storyOf.get(String(item)));
  });
}

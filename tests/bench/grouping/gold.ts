import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Which of the judged items tell the same event. */
export interface Gold {
  /** Numbers of the items. */
  items: number[];
  /** The label of the event that others tell too; undefined for an item that stands alone. */
  eventOf(item: number): string | undefined;
  tellsSame(one: number, other: number): boolean;
  /** Whether it is open whether two items tell one event: such a pair counts neither way. */
  isUnsure(one: number, other: number): boolean;
}

/** The judgement of the corpus, with where its items are found. */
export interface CorpusGold extends Gold {
  /** The number of the item at this address in this document; undefined when it isn't judged. */
  findItem(file: string, url: string | undefined): number | undefined;
}

interface GoldFile {
  items: { n: number; file: string; link: string }[];
  stories: { label: string; items: number[] }[];
  unsure: [number, number][];
}

export function readGold(folder: string): CorpusGold {
  const file = JSON.parse(readFileSync(path.join(folder, 'gold.json'), 'utf8')) as GoldFile;
  const events = file.stories.flatMap(({ label, items }) => items.map((item) => [item, label] as const));
  const itemAt = new Map(file.items.map(({ n, file: name, link }) => [`${name} ${link}`, n]));
  return {
    ...toGold(
      file.items.map(({ n }) => n),
      new Map(events),
      file.unsure,
    ),
    findItem: (name, url) => itemAt.get(`${name} ${url}`),
  };
}

export function toGold(
  items: number[],
  events: ReadonlyMap<number, string>,
  unsure: [number, number][] = [],
): Gold {
  const open = new Set(unsure.map(([one, other]) => toPair(one, other)));
  return {
    items,
    eventOf: (item) => events.get(item),
    tellsSame: (one, other) => events.has(one) && events.get(one) === events.get(other),
    isUnsure: (one, other) => open.has(toPair(one, other)),
  };
}

function toPair(one: number, other: number): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

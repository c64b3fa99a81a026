import { readTerms } from '../../../src/dedupe/entry-terms.ts';
import { listCommonWords } from '../../../src/text/common-words.ts';
import { createRandom } from '../support/random.ts';

/** A word with the term that grouping reads it as. */
export interface Word {
  text: string;
  hash: number;
  isName: boolean;
}

/** Something that happened: what its tellings have in common. */
export interface NewsEvent {
  storyId: number;
  /** Names that hardly any other event has, the place, and words of the affair that it is part of. */
  words: Word[];
  /** The sketch of a text that several sources print. */
  agencyText?: Int32Array;
}

/** One source's words for an event. */
export interface Telling {
  event: NewsEvent;
  /** Whether no one has told it before. */
  isFirst: boolean;
  at: Date;
  said: { word: Word; inTitle: boolean; inSummary: boolean }[];
  isCopy: boolean;
}

export interface NewsOptions {
  /** Entries of all sources together. */
  perDay: number;
  startAt: Date;
}

const dayMs = 86_400_000;
const noDate = new Date(0);
const nameCount = 60_000;
const placeCount = 200;
const liveAffairs = 120;
const affairWords = 4;
const ownNames = 3;
/** The share of events that several entries tell, three or four on average: one entry in four shares its story. */
const sharedEvents = 0.092;
const mostTellings = 12;

/**
 * News as it comes, in the order of time: events of which some are told by several sources within two days, many of them
 * parts of affairs that last five to fifteen days. Their names are made up; how often a name is used is spread as in news,
 * from a handful in a year to a tenth of all entries.
 */
export function createNews({ perDay, startAt }: NewsOptions) {
  const random = createRandom(1);
  const lexicon = createLexicon(random);
  const affairs = createAffairs(random, lexicon, perDay);
  const waiting = new Map<number, NewsEvent[]>();
  const recent: NewsEvent[] = [];
  let slot = 0;
  let events = 0;

  const open = (): NewsEvent => {
    const event = { storyId: ++events, words: chooseWords(random, lexicon, affairs.pick(slot)) };
    recent[events % Math.ceil(perDay / 2)] = event;
    return event;
  };
  const scheduleOthers = (event: NewsEvent) => {
    if (random() >= sharedEvents) return;
    for (let tellings = 1; tellings < mostTellings && (tellings === 1 || random() < 0.58); tellings++) {
      const delay = Math.ceil(-Math.log(1 - random() * 0.98) * 0.4 * perDay);
      waiting.set(slot + delay, [...(waiting.get(slot + delay) ?? []), event]);
    }
  };
  const toDate = (at: number) => new Date(startAt.getTime() + Math.floor((at / perDay) * dayMs));
  return {
    lexicon,
    random,
    get now(): Date {
      return toDate(slot);
    },
    /** The next entry of the archive. */
    next(): Telling {
      const due = waiting.get(slot) ?? [];
      waiting.delete(slot);
      const [known, ...later] = due;
      if (later.length > 0) waiting.set(slot + 1, [...(waiting.get(slot + 1) ?? []), ...later]);
      const event = known ?? open();
      if (!known) scheduleOthers(event);
      const telling = tell(random, event, toDate(slot), !known);
      slot++;
      return telling;
    },
    /** An entry dated up to `hours` before now, that tells one of the newest events or, four times in five, its own. */
    nextArrival(hours: number): Telling {
      const known = random() < 0.2 ? recent[Math.floor(random() * recent.length)] : undefined;
      const at = new Date(toDate(slot).getTime() - Math.floor(random() * hours * 3_600_000));
      return tell(random, known ?? open(), at, !known);
    },
    /** Later entries of the archive come after so many that were stored from elsewhere. */
    skip(entries: number): void {
      slot += entries;
    },
  };
}
export type News = ReturnType<typeof createNews>;

function createLexicon(random: () => number) {
  const toWord = (text: string, isName: boolean): Word[] => {
    const [term] = readTerms({ title: text, summary: '', text: '', language: 'en', datedAt: noDate }).terms;
    return term ? [{ text, hash: term.hash, isName }] : [];
  };
  const names = Array.from({ length: nameCount }, () => toWord(makeName(random), true)).flat();
  const common = listCommonWords('en');
  return {
    names,
    common: common.flatMap((text) => toWord(text, false)),
    /** A common word by Zipf's law. */
    pickCommon: () => common[Math.floor(common.length ** random())] ?? 'the',
  };
}
type Lexicon = ReturnType<typeof createLexicon>;

/** Affairs come and go; a few are in many of a day's events. */
function createAffairs(random: () => number, { names }: Lexicon, perDay: number) {
  const open = (slot: number, lifeDays: number) => ({
    endsAt: slot + lifeDays * perDay,
    words: Array.from({ length: affairWords }, () => pickFrom(random, names)),
  });
  const live = Array.from({ length: liveAffairs }, () => open(0, random() * 15));
  return {
    /** The words of an affair; half of the events are part of none. */
    pick(slot: number): Word[] {
      if (random() < 0.5) return [];
      const rank = Math.floor(liveAffairs ** random()) - 1;
      const affair = live[rank];
      if (affair && affair.endsAt > slot) return affair.words;
      const next = open(slot, 5 + random() * 10);
      live[rank] = next;
      return next.words;
    },
  };
}

function chooseWords(random: () => number, { names, common }: Lexicon, affair: Word[]): Word[] {
  const own = Array.from({ length: ownNames }, () => names[Math.floor(random() ** 2 * names.length)]);
  const place = names[Math.floor(placeCount ** random())];
  const deeds = Array.from({ length: 4 }, () => common[100 + Math.floor(random() * (common.length - 100))]);
  return [...own, place, ...affair, ...deeds].flatMap((word) => word ?? []);
}

function tell(random: () => number, event: NewsEvent, at: Date, isFirst: boolean): Telling {
  const said: Telling['said'] = [];
  event.words.forEach((word, index) => {
    const isOwn = index < ownNames;
    const inTitle = random() < (isOwn ? 0.7 : 0.25);
    const inSummary = random() < (isOwn ? 0.9 : 0.4);
    if (inTitle || inSummary) said.push({ word, inTitle, inSummary });
  });
  return { event, isFirst, at, said, isCopy: !isFirst && random() < 0.1 };
}

function pickFrom<T>(random: () => number, list: T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

function makeName(random: () => number): string {
  const letter = (letters: string) => letters[Math.floor(random() * letters.length)] ?? 'a';
  const syllables = Array.from(
    { length: 2 + Math.floor(random() * 3) },
    () => letter('bcdfghklmnprstvwz') + letter('aeiou'),
  );
  const name = syllables.join('') + letter('nrstkl');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

import { joinFrom, relatedFrom } from '../dedupe/likeness.ts';

/** What the verdict rests on: see Explanation. */
interface Judged {
  entries: [JudgedEntry, JudgedEntry];
  isOneStory: boolean;
  isOneAddress: boolean;
  hoursApart: number;
  groupHours: number;
  facts: { ofEntries?: 'together' | 'apart'; apartOfStories: number };
  likeness: { likeness: number; relation: number; rule?: 'copy' | 'series' };
}

interface JudgedEntry {
  language: string;
  source: { feedUrl: string };
}

/** What two entries are to each other by themselves, and what decides it. */
export interface Verdict {
  /** Whether they would be joined if there were no others. */
  isOneEvent: boolean;
  /** Whether their stories would be related. */
  isOneAffair: boolean;
  because: 'editor' | 'address' | 'language' | 'time' | 'series' | 'copy' | 'likeness';
  sentence: string;
}

/** The first reason that decides whether two entries are joined, in the order in which grouping asks. */
export function judgeLikeness(judged: Judged): Verdict {
  return judgeByEditors(judged) ?? judgeByFacts(judged) ?? judgeBySum(judged);
}

function judgeByEditors({ facts, isOneStory }: Judged): Verdict | undefined {
  const say = (isOneEvent: boolean, sentence: string): Verdict => ({
    isOneEvent,
    isOneAffair: isOneEvent,
    because: 'editor',
    sentence,
  });
  if (facts.ofEntries === 'together') return say(true, 'An editor said that they tell one story.');
  if (facts.ofEntries === 'apart') return say(false, 'An editor said that they do not tell one story.');
  if (facts.apartOfStories > 0 && !isOneStory) {
    return say(false, 'An editor keeps their stories apart, by other entries of them.');
  }
  return undefined;
}

function judgeByFacts({ entries, isOneAddress, hoursApart, groupHours }: Judged): Verdict | undefined {
  const [one, other] = entries;
  if (isOneAddress && one.source.feedUrl !== other.source.feedUrl) {
    const sentence = 'They are one article: their addresses are the same.';
    return { isOneEvent: true, isOneAffair: true, because: 'address', sentence };
  }
  if (one.language !== other.language) {
    const sentence = `They are not compared: their languages differ (${one.language}, ${other.language}).`;
    return { isOneEvent: false, isOneAffair: false, because: 'language', sentence };
  }
  if (hoursApart > groupHours) {
    const sentence = `They are ${Math.round(hoursApart)} hours apart: more than ${groupHours}, within which one event is told.`;
    return { isOneEvent: false, isOneAffair: false, because: 'time', sentence };
  }
  return undefined;
}

function judgeBySum({ likeness: { likeness, relation, rule } }: Judged): Verdict {
  const isOneEvent = likeness >= joinFrom;
  const isOneAffair = isOneEvent || relation >= relatedFrom;
  if (rule === 'series') {
    const sentence = 'They are two numbers of one series: their titles differ in their numbers only.';
    return { isOneEvent, isOneAffair, because: 'series', sentence };
  }
  if (rule === 'copy') {
    const sentence = 'They tell one event: most of the shorter text stands in the other.';
    return { isOneEvent, isOneAffair, because: 'copy', sentence };
  }
  return { isOneEvent, isOneAffair, because: 'likeness', sentence: toSentence(likeness, relation) };
}

function toSentence(likeness: number, relation: number): string {
  const sum = likeness.toFixed(2);
  if (likeness >= joinFrom) return `They tell one event: ${sum} is at least ${joinFrom}.`;
  const near = relation.toFixed(2);
  return relation >= relatedFrom
    ? `They tell two events, for ${sum} is below ${joinFrom}, of one affair: ${near} is at least ${relatedFrom}.`
    : `They tell two events, for ${sum} is below ${joinFrom}, of two affairs: ${near} is below ${relatedFrom}.`;
}

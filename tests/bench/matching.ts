import { performance } from 'node:perf_hooks';
import Table from 'cli-table3';

import { matchRule } from '../../src/match/match-rule.ts';
import { parseRule } from '../../src/match/parse-rule.ts';
import { createSubject } from '../../src/match/subject.ts';

const entryCount = 300;
const wordsPerText = 400;
const ruleCounts = [1, 50, 500];
const rounds = 5;

interface Article {
  title: string;
  text: string;
}

/** A rule in both forms: for us, and as native regular expressions that must or must not be found. */
interface BenchRule {
  text: string;
  naive(article: Article): boolean;
}

/** Prints how many entries of 400 words are matched in a second, next to one native RegExp a term. */
export async function run(): Promise<void> {
  const random = createRandom(1);
  const vocabulary = Array.from({ length: 8_000 }, () => makeWord(random));
  const pick = () => vocabulary[Math.floor(random() ** 3 * vocabulary.length)] ?? 'word';
  const articles = Array.from({ length: entryCount }, () => makeArticle(pick, random));
  const pickRare = () => vocabulary[Math.floor(random() ** 1.5 * vocabulary.length)] ?? 'word';
  const rules = Array.from({ length: Math.max(...ruleCounts) }, () => makeRule(pickRare, random));
  const share = checkAgreement(articles.slice(0, 50), rules.slice(0, 100));
  const plain = rules.map(({ text }) => parseRule(text));
  const rich = rules.map(({ text }, index) => parseRule(enrich(text, index)));

  const table = new Table({
    head: ['rules', 'ours, entries/s', 'with ~ and /re/', 'RegExp a term, entries/s', 'ours : RegExp'],
    colAligns: ['right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const count of ruleCounts) {
    const naiveArticles = articles.slice(0, Math.max(10, Math.floor(entryCount / count)));
    const ours = measure(articles, (article, index) => {
      const subject = createSubject(article);
      for (const rule of takeFrom(plain, index, count)) matchRule(rule, subject);
    });
    const richer = measure(articles, (article, index) => {
      const subject = createSubject(article);
      for (const rule of takeFrom(rich, index, count)) matchRule(rule, subject);
    });
    const naive = measure(naiveArticles, (article, index) => {
      for (const rule of takeFrom(rules, index, count)) rule.naive(article);
    });
    table.push([count, round(ours), round(richer), round(naive), `${(ours / naive).toFixed(1)}x`]);
  }
  console.log(
    `Matching: ${entryCount} entries of ${wordsPerText} words, medians of ${rounds} rounds; a rule matches ${(share * 100).toFixed(0)} % of them`,
  );
  console.log(table.toString());
}

/** Entries a second, the median of the rounds. */
function measure(articles: Article[], work: (article: Article, index: number) => void): number {
  const rates = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (const [index, article] of articles.entries()) work(article, index);
    return (articles.length / (performance.now() - start)) * 1_000;
  }).sort((a, b) => a - b);
  return rates[Math.floor(rounds / 2)] ?? 0;
}

/** Other rules for each entry, so that a single rule isn't one that happens to hit at once. */
function takeFrom<T>(rules: T[], index: number, count: number): T[] {
  const start = (index * 7) % (rules.length - count + 1);
  return rules.slice(start, start + count);
}

/** @returns the share of rules that match an entry */
function checkAgreement(articles: Article[], rules: BenchRule[]): number {
  const parsed = rules.map(({ text }) => parseRule(text));
  let matches = 0;
  for (const article of articles) {
    const subject = createSubject(article);
    for (const [index, rule] of rules.entries()) {
      const ours = matchRule(parsed[index]!, subject) !== undefined;
      if (ours !== rule.naive(article)) throw new Error(`the two disagree about ${rule.text}`);
      if (ours) matches += 1;
    }
  }
  if (matches === 0) throw new Error('no rule matched anything, so nothing was compared');
  return matches / (articles.length * rules.length);
}

/** Rules as desks write them: alternatives, a phrase, a prefix, a title field, an exclusion. */
function makeRule(pick: () => string, random: () => number): BenchRule {
  const [a, b, c, d, e] = [pick(), pick(), pick(), pick(), pick()];
  const prefix = d.slice(0, 4);
  const has = (pattern: string) => {
    const regex = new RegExp(`(?<![\\p{L}\\p{N}])${pattern}`, 'iu');
    return ({ title, text }: Article) => regex.test(title) || regex.test(text);
  };
  const whole = (words: string) => has(`${words}(?![\\p{L}\\p{N}])`);
  const titleOnly = (words: string) => {
    const test = whole(words);
    return ({ title }: Article) => test({ title, text: '' });
  };
  if (random() < 0.5) {
    const [hasA, hasBc, hasD, hasE] = [whole(a), whole(`${b}[^\\p{L}\\p{N}]+${c}`), has(prefix), whole(e)];
    return {
      text: `${a} OR "${b} ${c}" OR ${prefix}* -${e}`,
      naive: (article) => hasA(article) || hasBc(article) || (hasD(article) && !hasE(article)),
    };
  }
  const [hasA, hasB, hasC, hasD] = [titleOnly(a), titleOnly(b), whole(c), whole(d)];
  return {
    text: `title:(${a} OR ${b}) OR (${c} ${d})`,
    naive: (article) => hasA(article) || hasB(article) || (hasC(article) && hasD(article)),
  };
}

/** Puts a stem into every fifth rule and a regular expression into every fiftieth. */
function enrich(text: string, index: number): string {
  const word = /[a-z]{4,}/.exec(text)?.[0] ?? 'word';
  if (index % 50 === 0) return `${text} OR /${word}(ing|ed)? [a-z]+ly/`;
  return index % 5 === 0 ? `${text} OR ~${word}s` : text;
}

function makeArticle(pick: () => string, random: () => number): Article {
  const words = Array.from({ length: wordsPerText }, () => {
    const word = pick();
    const chance = random();
    if (chance < 0.06) return `${word}. ${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
    if (chance < 0.1) return `${word},`;
    if (chance < 0.12) return `“${word}”`;
    if (chance < 0.13) return `${word}’s`;
    return word;
  });
  return { title: words.slice(0, 9).join(' '), text: words.join(' ') };
}

function makeWord(random: () => number): string {
  const letter = (letters: string) => letters[Math.floor(random() * letters.length)] ?? 'a';
  const syllables = 2 + Math.floor(random() * 3);
  return (
    Array.from({ length: syllables }, () => letter('bcdfghklmnprstvw') + letter('aeiou')).join('') +
    letter('nrsty')
  );
}

/** A small repeatable generator (mulberry32), so that every run measures the same work. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function round(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}

import { describe, expect, it } from 'vitest';
import { isRevision, measureNovelty, newsFrom } from '../../src/dedupe/novelty.ts';
import { makeComparable, type Telling } from '../support/make-comparable.ts';

const measure = (entry: Telling, ...others: Telling[]) =>
  measureNovelty(makeComparable(entry), others.map(makeComparable));

const accord: Telling = {
  title: 'Ministers sign harbour accord in Geneva',
  summary:
    'The ministers of six coastal countries signed an accord on Tuesday that opens the northern harbour to grain ships.',
};

describe('measureNovelty', () => {
  it('all is new when nothing is known, nothing when it says the same', () => {
    expect(measure(accord)).toBeCloseTo(1, 5);
    expect(measure(accord, accord)).toBe(0);
    expect(measure({ title: '' })).toBeCloseTo(0);
    expect(measure({ title: '' }, accord)).toBe(0);
    expect(measure(accord, { title: '' })).toBeCloseTo(1, 5);
  });

  it('what is known is what any of the others says', () => {
    const { title, summary } = accord;
    expect(measure(accord, { title }, { title: summary ?? '' })).toBe(0);
  });

  it('falls with every other, and is a share', () => {
    const one = measure(accord, { title: 'Geneva' });
    const two = measure(accord, { title: 'Geneva' }, { title: 'grain' });
    expect(one).toBeLessThan(1);
    expect(two).toBeLessThan(one);
    expect(two).toBeGreaterThan(0);
  });

  it('what is left out is not new', () => {
    expect(measure({ title: accord.title }, accord)).toBe(0);
  });
});

describe('a changed entry', () => {
  const change = (from: string, to: string): Telling => ({
    title: accord.title.replace(from, to),
    summary: accord.summary?.replace(from, to),
  });

  it.each<[string, Telling, Telling]>([
    ['a typo in a name', change('Geneva', 'Genva'), accord],
    ['a typo in the summary', change('countries', 'contries'), accord],
    ['another word', change('northern', 'southern'), accord],
    ['signs and case', { ...accord, title: `${accord.title.toUpperCase()}!` }, accord],
    ['a number', { title: 'Quake kills 41 in Anderra' }, { title: 'Quake kills 47 in Anderra' }],
    [
      'a typo in a headline without a summary',
      { title: 'Mayor resigns after bridge colapse' },
      { title: 'Mayor resigns after bridge collapse' },
    ],
    [
      'a name in a headline without a summary',
      { title: 'Mayor Ostrovsky resigns after bridge collapse' },
      { title: 'Mayor Ostrowski resigns after bridge collapse' },
    ],
  ])('%s is a correction', (_name, before, after) => {
    expect(isRevision(makeComparable(after), makeComparable(before))).toBe(false);
  });

  it.each<[string, Telling]>([
    [
      'another text',
      { title: 'Quake toll rises to 300 in Anderra', summary: 'A dam above the valley burst in the night.' },
    ],
    [
      'a development',
      {
        title: 'Ministers sign harbour accord in Geneva; Torvik walks out and closes its border',
        summary:
          'Torvik’s envoy left the hall in protest, recalled its ambassadors and closed the border to lorries.',
      },
    ],
  ])('%s is news', (_name, after) => {
    expect(isRevision(makeComparable(after), makeComparable(accord))).toBe(true);
  });
});

describe('an entry that joins', () => {
  it('other words for what is known are no news', () => {
    const other = {
      title: 'Harbour accord signed in Geneva by six ministers',
      summary:
        'Six coastal countries agree to open the northern harbour to ships with grain, the ministers said.',
    };
    expect(measure(other, accord)).toBeLessThan(newsFrom);
  });
});

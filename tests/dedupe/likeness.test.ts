import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMember,
  copyFrom,
  joinFrom,
  measureLikeness,
  toCluster,
  weighLikeness,
  weighRelation,
} from '../../src/dedupe/likeness.ts';
import { makeComparable, type Telling } from '../support/make-comparable.ts';

const body = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `w${from + n}`).join(' ');
const measure = (one: Telling, ...others: Telling[]) =>
  measureLikeness(makeComparable(one), toCluster(others.map(makeComparable)));

const quake: Telling = {
  title: 'Strong quake shakes Anderra, dozens feared dead',
  summary: 'Rescuers search the rubble of two villages after a quake of magnitude 6.4 on Monday.',
};
const sameQuake: Telling = {
  title: 'Dozens feared dead as quake of magnitude 6.4 hits Anderra',
  summary: 'Villages in ruins, the governor of Anderra says; rescuers are on their way.',
};
const vote: Telling = {
  title: 'Parliament in Lisvane votes down the budget',
  summary: 'The prime minister loses his majority after a night of talks.',
};

describe('measureLikeness', () => {
  it('an entry is as like to its double as can be', () => {
    const parts = measure(quake, quake);
    expect(parts.text).toBeCloseTo(1, 4);
    expect(parts.title).toBeCloseTo(1, 4);
    expect(parts).toMatchObject({ distance: 0, day: 1, isSeries: false });
  });

  it('of two single entries it is the same either way', () => {
    const anyTelling = fc.constantFrom(quake, sameQuake, vote, { title: '' }, { title: 'Monday' });
    const anyDate = fc
      .integer({ min: 0, max: 300 })
      .map((hours) => new Date(1.7e12 + hours * 3.6e6).toISOString());
    fc.assert(
      fc.property(anyTelling, anyTelling, anyDate, anyDate, (one, other, at, otherAt) => {
        const [a, b] = [makeComparable({ ...one, at }), makeComparable({ ...other, at: otherAt })];
        const there = measureLikeness(a, toCluster([b]));
        const back = measureLikeness(b, toCluster([a]));
        expect(weighLikeness(there)).toBeCloseTo(weighLikeness(back), 6);
        expect(Object.values(there).every((part) => typeof part === 'boolean' || Number.isFinite(part))).toBe(
          true,
        );
      }),
    );
  });

  it('does not depend on the order of the members', () => {
    const entry = makeComparable(quake);
    const members = [sameQuake, vote, quake].map(makeComparable);
    const there = measureLikeness(entry, toCluster(members));
    const back = measureLikeness(entry, toCluster([...members].reverse()));
    expect(weighLikeness(there)).toBeCloseTo(weighLikeness(back), 5);
  });

  it('nothing in common is nothing', () => {
    expect(measure({ title: 'the of and' }, { title: 'the of and' })).toMatchObject({
      text: 0,
      title: 0,
      evidence: 0,
      copy: 0,
    });
    expect(measure(quake, vote).title).toBe(0);
  });

  it.each<[string, string, number]>([
    ['the same time', '2026-02-17T10:00:00Z', 0],
    ['a day', '2026-02-18T10:00:00Z', 0.5],
    ['a day before', '2026-02-16T10:00:00Z', 0.5],
    ['four days', '2026-02-21T10:00:00Z', 2],
    ['a year', '2027-02-17T10:00:00Z', 2],
    ['sixty years', '1966-02-17T10:00:00Z', 2],
  ])('distance: %s', (_name, at, distance) => {
    expect(measure(vote, { ...vote, at }).distance).toBeCloseTo(distance);
  });

  it('distance is the mean over the members', () => {
    const later = { ...vote, at: '2026-02-19T10:00:00Z' };
    expect(measure(vote, vote, later).distance).toBeCloseTo(0.5);
    expect(measure(vote, later, later, later).distance).toBeCloseTo(1);
  });

  it('days of members that name none do not count', () => {
    const monday = { title: 'Vote on Monday' };
    expect(measure(monday, monday, vote, vote).day).toBe(1);
    expect(measure(monday, monday, { title: 'Vote on Sunday' }).day).toBe(0);
    expect(measure(monday, vote).day).toBe(0);
  });
});

describe('copies', () => {
  const told = { title: 'Alpha', summary: '', text: body(0, 100), source: 'a' };

  it('are texts of another source under any headline', () => {
    const parts = measure(told, { ...told, title: 'Zebra', source: 'b', at: '2026-02-19T22:00:00Z' });
    expect(parts.copy).toBe(1);
    expect(weighLikeness(parts)).toBeGreaterThanOrEqual(10);
  });

  it('of one source are its template', () => {
    const parts = measure(told, { ...told, title: 'Zebra' });
    expect(parts.copy).toBe(0);
    const otherTitle = { ...told, title: 'Zebra', text: `${body(0, 90)} ${body(500, 510)}` };
    expect(measure(told, otherTitle).copy).toBe(0);
  });

  it('one member is enough', () => {
    expect(measure(told, vote, { ...told, source: 'b' }, quake).copy).toBe(1);
  });

  it('a half is none', () => {
    const half = { ...told, title: 'Zebra', text: `${body(0, 50)} ${body(300, 350)}`, source: 'b' };
    expect(measure(told, half).copy).toBeLessThan(copyFrom);
  });
});

describe('weighLikeness', () => {
  it.each<[string, Telling, Telling, boolean]>([
    ['two tellings', quake, sameQuake, true],
    ['two events', quake, vote, false],
    [
      'two numbers of a series',
      { title: 'Puzzle 211', source: 'a' },
      { title: 'Puzzle 212', source: 'a' },
      false,
    ],
    ['no words', { title: '😀' }, { title: '😀' }, false],
    ['common words only', { title: 'What is new' }, { title: 'What is new' }, false],
  ])('%s', (_name, one, other, joins) => {
    expect(weighLikeness(measure(one, other)) >= joinFrom).toBe(joins);
  });

  it('more in common is never less like', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const parts = fc.record({
      text: share,
      title: share,
      evidence: fc.double({ min: 0, max: 5, noNaN: true }),
      copy: share,
    });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const rest = { distance: 0.5, day: 0, isSeries: false, terms: 9 };
        const more = {
          text: Math.max(one.text, other.text),
          title: Math.max(one.title, other.title),
          evidence: Math.max(one.evidence, other.evidence),
          copy: Math.max(one.copy, other.copy),
        };
        expect(weighLikeness({ ...more, ...rest })).toBeGreaterThanOrEqual(
          weighLikeness({ ...one, ...rest }),
        );
        expect(weighRelation({ ...more, ...rest })).toBeGreaterThanOrEqual(
          weighRelation({ ...one, ...rest }),
        );
        expect(weighLikeness({ ...one, ...rest, distance: 1.5 })).toBeLessThanOrEqual(
          weighLikeness({ ...one, ...rest }),
        );
      }),
    );
  });

  // What is told under one headline day by day tells another thing each day.
  it.each<[string, string, string, string]>([
    [
      'a column',
      'Photo of the day',
      'A heron lands on the frozen lake.',
      'Dancers rehearse for the carnival.',
    ],
    [
      'a briefing',
      'Morning briefing: what to know today',
      'Ministers meet over the budget, and a storm nears the coast.',
      'Trains stand still, and the bank keeps its rate.',
    ],
    ['no headline', 'Untitled', 'A heron lands on the frozen lake.', 'Dancers rehearse for the carnival.'],
  ])(
    'the same headline over other texts of one source a day later: %s',
    (_name, title, summary, otherSummary) => {
      const one = { title, summary, source: 'a' };
      const other = { title, summary: otherSummary, source: 'a', at: '2026-02-18T10:00:00Z' };
      expect(weighLikeness(measure(one, other))).toBeLessThan(joinFrom);
    },
  );
});

describe('addMember', () => {
  it('keeps the squared lengths of the sums of all members', () => {
    const members = [quake, sameQuake, vote, quake].map(makeComparable);
    const cluster = toCluster([]);
    for (const member of members) addMember(cluster, member);
    const lengthOf = (pick: (entry: (typeof members)[number]) => Float32Array) => {
      const sums = new Map<number, number>();
      for (const member of members) {
        member.hashes.forEach((hash, place) => {
          sums.set(hash, (sums.get(hash) ?? 0) + (pick(member)[place] ?? 0));
        });
      }
      return [...sums.values()].reduce((sum, value) => sum + value * value, 0);
    };
    expect(cluster.innerAll).toBeCloseTo(
      lengthOf(({ all }) => all),
      4,
    );
    expect(cluster.innerTitle).toBeCloseTo(
      lengthOf(({ title }) => title),
      4,
    );
  });
});

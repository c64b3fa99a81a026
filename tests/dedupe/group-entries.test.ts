import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparable } from '../../src/dedupe/compare.ts';
import {
  compareStories,
  type GroupingOptions,
  groupEntries,
  type StoryCluster,
} from '../../src/dedupe/group-entries.ts';
import { makeComparable, makeStory, type Telling } from '../support/make-comparable.ts';

const hourMs = 3_600_000;
const usual: GroupingOptions = { windowMs: 72 * hourMs, isApart: () => false };
const apart = (...pairs: [string, string][]) => ({
  ...usual,
  isApart: (a: string, b: string) => pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a)),
});

/** Ids of entries by story, all sorted, given the stories as they were and what grouping merged. */
function toPartition(
  entries: { id: string; storyId: string }[],
  merged: { from: string; into: string }[],
): string[] {
  const next = new Map(merged.map(({ from, into }) => [from, into]));
  const follow = (id: string): string => (next.has(id) ? follow(next.get(id) ?? '') : id);
  const stories = new Map<string, string[]>();
  for (const { id, storyId } of entries) {
    const standing = follow(storyId);
    stories.set(standing, [...(stories.get(standing) ?? []), id]);
  }
  return [...stories.values()].map((ids) => ids.sort().join(' ')).sort();
}

/** The same of three stories of an entry each: a, b, c. */
const toStanding = (merged: { from: string; into: string }[]) =>
  toPartition(
    ['a', 'b', 'c'].map((id, at) => ({ id, storyId: String(at + 1) })),
    merged,
  );

/** Brings entries one by one; each may join any story that is there. */
function bringOneByOne(entries: Comparable[], options = usual): string[] {
  const stories: StoryCluster[] = [];
  function* arrive() {
    for (const [at, entry] of entries.entries()) {
      const own = makeStory(at + 1, entry);
      yield { entry, own, candidates: [...stories] };
      stories.push(own);
    }
  }
  const { merged } = groupEntries(arrive(), options);
  return toPartition(
    entries.map(({ entryId }, at) => ({ id: entryId, storyId: String(at + 1) })),
    merged,
  );
}

/** Brings entries as one document: all have a story of their own before the first is looked at. */
function bringAtOnce(entries: Comparable[], options = usual): string[] {
  const stories = entries.map((entry, at) => makeStory(at + 1, entry));
  const arrivals = stories.map((own, at) => ({
    entry: entries[at]!,
    own,
    candidates: stories.filter((s) => s !== own),
  }));
  const { merged } = groupEntries(arrivals, options);
  return toPartition(
    entries.map(({ entryId }, at) => ({ id: entryId, storyId: String(at + 1) })),
    merged,
  );
}

const clearCut: Telling[] = [
  {
    id: 'quake1',
    title: 'Strong quake shakes Anderra, dozens feared dead',
    summary: 'A quake of magnitude 6.4 destroys villages in Anderra; rescuers dig in the rubble.',
  },
  {
    id: 'quake2',
    title: 'Dozens feared dead as strong quake hits Anderra',
    summary: 'Rescuers dig in the rubble of villages in Anderra after a quake of magnitude 6.4.',
  },
  {
    id: 'quake3',
    title: 'Anderra quake: dozens feared dead in villages',
    summary: 'The magnitude 6.4 quake in Anderra left rubble where rescuers dig for survivors.',
  },
  {
    id: 'vote1',
    title: 'Parliament in Lisvane votes down the budget',
    summary: 'Prime minister Oberlin loses his majority over the budget in Lisvane.',
  },
  {
    id: 'vote2',
    title: 'Lisvane parliament rejects Oberlin’s budget',
    summary: 'The budget of prime minister Oberlin falls in parliament by three votes in Lisvane.',
  },
  {
    id: 'ferry1',
    title: 'Ferry Saltmere runs aground off Torvik',
    summary: 'All 212 passengers of the ferry Saltmere are safe after it ran aground near Torvik.',
  },
  {
    id: 'ferry2',
    title: 'Passengers safe after ferry Saltmere runs aground',
    summary: 'The ferry Saltmere with 212 passengers ran aground off the coast of Torvik.',
  },
  { id: 'panda', title: 'Zoo of Quillon shows its newborn panda', summary: 'Visitors queue for hours.' },
];
const clearPartition = ['ferry1 ferry2', 'panda', 'quake1 quake2 quake3', 'vote1 vote2'];
const anyOrder = fc.shuffledSubarray(clearCut, { minLength: clearCut.length });

describe('what tells one event comes together in any order', () => {
  it('one by one', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        expect(bringOneByOne(order.map(makeComparable))).toEqual(clearPartition);
      }),
      { numRuns: 200 },
    );
  });

  it('as one document', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        expect(bringAtOnce(order.map(makeComparable))).toEqual(clearPartition);
      }),
      { numRuns: 200 },
    );
  });
});

const [quake1, quake2, quake3, vote1] = clearCut.slice(0, 4).map(makeComparable) as [
  Comparable,
  Comparable,
  Comparable,
  Comparable,
];

/** Lets one entry, in a story of its own, look at these candidates. */
const look = (entry: Comparable, own: number, candidates: StoryCluster[], options = usual) =>
  groupEntries([{ entry, own: makeStory(own, entry), candidates }], options);

describe('joining', () => {
  it('the older story stays, whichever of them is looking', () => {
    const [old, young] = [makeStory(3, quake1), makeStory(9, quake2)];
    expect(groupEntries([{ entry: quake2, own: young, candidates: [old] }], usual).merged).toEqual([
      { from: '9', into: '3' },
    ]);
    expect(old.members).toHaveLength(2);
    expect([...old.entryIds].sort()).toEqual(['quake1', 'quake2']);
    expect(young.members).toEqual([]);
    const [older, younger] = [makeStory(3, quake2), makeStory(9, quake1)];
    expect(groupEntries([{ entry: quake2, own: older, candidates: [younger] }], usual).merged).toEqual([
      { from: '9', into: '3' },
    ]);
  });

  it('the likeliest story is joined, not the first', () => {
    const [far, near] = [makeStory(1, vote1), makeStory(2, quake1)];
    const { merged } = look(quake2, 3, [far, near]);
    expect(merged).toEqual([{ from: '3', into: '2' }]);
  });

  it('the likelier of two that are kept apart, whichever is older', () => {
    const near = makeComparable({ ...clearCut[1]!, id: 'near' });
    for (const [one, other] of [
      [quake3, near],
      [near, quake3],
    ] as const) {
      const { merged } = look(quake2, 3, [makeStory(1, one), makeStory(2, other)], apart(['near', 'quake3']));
      expect(merged).toEqual([{ from: '3', into: one === near ? '1' : '2' }]);
    }
  });

  it('an entry may show that two stories are one', () => {
    const [one, other] = [makeStory(1, quake1), makeStory(2, quake3)];
    const { merged } = look(quake2, 3, [one, other]);
    expect(toStanding(merged)).toEqual(['a b c']);
  });

  it('an entry whose story tells more than it stays where it is', () => {
    const own = makeStory(2, quake2, vote1);
    expect(groupEntries([{ entry: quake2, own, candidates: [makeStory(1, quake1)] }], usual).merged).toEqual(
      [],
    );
  });

  it('its own story, named as a candidate, is none', () => {
    const own = makeStory(1, quake1);
    expect(groupEntries([{ entry: quake1, own, candidates: [own, own] }], usual)).toEqual({
      merged: [],
      related: [],
    });
  });

  it('a candidate named twice is taken up once', () => {
    const story = makeStory(1, quake1);
    const own = makeStory(2, quake2);
    expect(groupEntries([{ entry: quake2, own, candidates: [story, story] }], usual).merged).toHaveLength(1);
  });

  it('nothing comes of nothing', () => {
    expect(groupEntries([], usual)).toEqual({ merged: [], related: [] });
    expect(
      bringAtOnce([makeComparable({ id: 'a', title: '' }), makeComparable({ id: 'b', title: '' })]),
    ).toEqual(['a', 'b']);
  });
});

describe('what the candidates of one arrival became through others', () => {
  it('a candidate that was taken up leads to the story that took it up', () => {
    const [older, middle, own] = [makeStory(1, quake1), makeStory(2, quake2), makeStory(3, quake3)];
    const arrivals = [
      { entry: quake2, own: middle, candidates: [older] },
      { entry: quake3, own, candidates: [middle] },
    ];
    const { merged } = groupEntries(arrivals, usual);
    expect(toStanding(merged)).toEqual(['a b c']);
  });

  it('an entry that another has joined meanwhile still finds its own candidates', () => {
    const [older, own, joining] = [makeStory(1, quake1), makeStory(2, quake2), makeStory(3, quake3)];
    const arrivals = [
      { entry: quake3, own: joining, candidates: [own] },
      { entry: quake2, own, candidates: [older, joining] },
    ];
    const { merged } = groupEntries(arrivals, usual);
    expect(toStanding(merged)).toEqual(['a b c']);
  });
});

describe('what an editor keeps apart', () => {
  it('stays apart, in any order, and the others join', () => {
    fc.assert(
      fc.property(anyOrder, fc.boolean(), (order, atOnce) => {
        const bring = atOnce ? bringAtOnce : bringOneByOne;
        const partition = bring(order.map(makeComparable), apart(['ferry1', 'ferry2'], ['vote1', 'vote2']));
        expect(partition).toEqual(['ferry1', 'ferry2', 'panda', 'quake1 quake2 quake3', 'vote1', 'vote2']);
      }),
    );
  });

  it('through the second look too: a third that is like to both joins one of them', () => {
    const options = apart(['quake1', 'quake3']);
    for (const order of [
      [quake1, quake3, quake2],
      [quake3, quake1, quake2],
      [quake1, quake2, quake3],
      [quake2, quake1, quake3],
    ]) {
      const partition = bringOneByOne(order, options);
      expect(partition).toHaveLength(2);
      expect(partition.some((ids) => ids.includes('quake1') && ids.includes('quake3'))).toBe(false);
    }
  });

  it('for entries of a story that are not compared any more', () => {
    const story = makeStory(1, quake1);
    story.entryIds.add('long ago');
    const own = makeStory(2, quake2);
    const { merged } = groupEntries(
      [{ entry: quake2, own, candidates: [story] }],
      apart(['long ago', 'quake2']),
    );
    expect(merged).toEqual([]);
  });

  it('and for those that joined since', () => {
    const [first, second, third] = [makeStory(1, quake1), makeStory(2, quake2), makeStory(3, quake3)];
    const arrivals = [
      { entry: quake2, own: second, candidates: [first] },
      { entry: quake3, own: third, candidates: [first] },
    ];
    expect(groupEntries(arrivals, apart(['quake2', 'quake3'])).merged).toEqual([{ from: '2', into: '1' }]);
  });

  it('is linked as related', () => {
    const { related } = look(quake2, 2, [makeStory(1, quake1)], apart(['quake1', 'quake2']));
    expect(related).toMatchObject([{ storyId: '2', otherId: '1' }]);
  });
});

describe('the window', () => {
  const at = (hours: number) => new Date(Date.parse('2026-02-17T10:00:00Z') + hours * hourMs).toISOString();
  const copy = (id: string, hours: number): Telling => ({
    ...clearCut[0]!,
    id,
    text: Array.from({ length: 60 }, (_, n) => `w${n}`).join(' '),
    at: at(hours),
  });
  const bring = (...hours: number[]) =>
    bringOneByOne(hours.map((hour) => makeComparable(copy(`h${hour}`, hour))));

  it.each([
    [72, 1],
    [72.02, 2],
    [-72, 1],
    [-100, 2],
  ])('a copy %d hours later', (hours, stories) => {
    expect(bring(0, hours)).toHaveLength(stories);
  });

  it('is from entry to entry of the story', () => {
    expect(bring(0, 60, 120)).toHaveLength(1);
    expect(bring(0, 120)).toHaveLength(2);
  });

  it('what lies outside of it is related', () => {
    const [one, other] = [makeComparable(copy('a', 0)), makeComparable(copy('b', 100))];
    const { merged, related } = look(other, 2, [makeStory(1, one)]);
    expect(merged).toEqual([]);
    expect(related).toMatchObject([{ storyId: '2', otherId: '1' }]);
    expect(related[0]?.likeness).toBeGreaterThan(0);
    expect(related[0]?.likeness).toBeLessThanOrEqual(1);
  });
});

describe('one source', () => {
  it('numbers of a series are stories of their own', () => {
    const puzzles = [211, 212, 213].map((n) =>
      makeComparable({ id: `p${n}`, title: `Puzzle ${n}`, source: 'a' }),
    );
    expect(bringOneByOne(puzzles)).toEqual(['p211', 'p212', 'p213']);
    expect(bringAtOnce(puzzles)).toEqual(['p211', 'p212', 'p213']);
  });

  it('texts by one template are no copies', () => {
    const template = Array.from({ length: 120 }, (_, n) => `word${n}`).join(' ');
    const make = (id: string, title: string, words: string, source: string) =>
      makeComparable({ id, title, summary: `${words} `.repeat(8), text: template, source });
    const one = make(
      'a',
      'Fire at a mill in Torvik',
      'The Torvik brigade came with ladders to the mill.',
      'x',
    );
    const other = make('b', 'Cyclist hurt in Lisvane', 'A van in Lisvane had passed him at a crossing.', 'x');
    expect(bringOneByOne([one, other])).toEqual(['a', 'b']);
    expect(bringOneByOne([one, { ...other, sourceId: 'y' }])).toEqual(['a b']);
  });
});

describe('related stories', () => {
  it('what was joined is not related to itself', () => {
    const [one, other] = [makeStory(1, quake1), makeStory(2, quake3)];
    const { related } = look(quake2, 3, [one, other]);
    expect(related).toEqual([]);
  });

  it('are five at most, the nearest', () => {
    const options: GroupingOptions = { ...usual, isApart: () => true };
    const stories = Array.from({ length: 9 }, (_, n) =>
      makeStory(n + 1, makeComparable({ ...clearCut[n % 3]!, id: `s${n}` })),
    );
    const { related } = look(quake2, 20, stories, options);
    expect(related).toHaveLength(5);
    expect(related.map(({ likeness }) => likeness)).toEqual(
      [...related.map(({ likeness }) => likeness)].sort((a, b) => b - a),
    );
  });

  it('other events are not', () => {
    expect(look(vote1, 2, [makeStory(1, quake1)])).toEqual({
      merged: [],
      related: [],
    });
  });
});

describe('compareStories', () => {
  it('is the same either way', () => {
    const [one, other] = [makeStory(1, quake1, quake2), makeStory(2, quake3, vote1)];
    expect(compareStories(one, other)).toBeCloseTo(compareStories(other, one), 6);
  });
});

// Takes longer than a test may when each is compared with all that came before it.
it('thousands of like entries in one document are grouped in one go', () => {
  const summary = Array.from({ length: 40 }, (_, n) => `word${n}`).join(' ');
  const entries = Array.from({ length: 4_000 }, (_, n) =>
    makeComparable({
      id: String(n),
      title: 'Alpha beta gamma delta',
      summary: `${summary} own${n}`,
      source: 'a',
    }),
  );
  const stories = entries.map((entry, at) => makeStory(at + 1, entry));
  const arrivals = entries.map((entry, at) => ({
    entry,
    own: stories[at] as StoryCluster,
    candidates: stories.slice(0, 2).concat(stories.slice(Math.max(2, at - 6), at)),
  }));
  expect(groupEntries(arrivals, usual).merged).toHaveLength(3_999);
});

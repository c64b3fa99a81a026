import { describe, expect, test } from 'vitest';
import { type ActContext, applyAct, isRefusal, type StandingAct } from '../../src/model/apply-act.ts';
import type { Standing } from '../../src/model/decision.ts';
import type { PlacementState } from '../../src/model/placement.ts';

const now = new Date('2026-02-16T09:00:00Z');
const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const iso = (hours: number) => at(hours).toISOString();
const own = { title: 'The publisher’s headline', summary: 'The publisher’s summary.' };
const other = { title: 'Another headline', summary: 'Another summary.' };
const context: ActContext = {
  mode: 'editor',
  storyLeadId: '1',
  entries: new Map([
    ['1', own],
    ['2', other],
  ]),
};
const states: PlacementState[] = ['candidate', 'published', 'held', 'spiked'];
const apply = (standing: Standing | undefined, act: StandingAct, more: Partial<ActContext> = {}) =>
  applyAct(standing, act, now, { ...context, ...more });
const refusal = (standing: Standing | undefined, act: StandingAct) => {
  const outcome = apply(standing, act);
  if (!isRefusal(outcome)) throw new Error(`not refused: ${JSON.stringify(outcome)}`);
  return outcome.refused;
};

/** Everything that a standing may have. */
const full: Standing = {
  state: 'published',
  headline: 'Ours',
  standfirst: 'Ours too.',
  editedFrom: own,
  leadEntryId: '2',
  pinnedAt: iso(-1),
  pinnedUntil: iso(2),
  expireAt: iso(5),
};
const words = { headline: 'Ours', standfirst: 'Ours too.', editedFrom: own, leadEntryId: '2' };

describe('states', () => {
  test.each(
    states.flatMap((from) =>
      (
        [
          ['publish', 'published'],
          ['hold', 'held'],
          ['spike', 'spiked'],
          ['release', 'candidate'],
        ] as const
      ).map(([act, to]) => [from, act, to] as const),
    ),
  )('%s, %s: %s', (from, act, to) => {
    expect(apply({ state: from }, { act })).toEqual({ state: to });
  });

  test.each(['hold', 'spike', 'release'] as const)('%s takes pin and hours, and leaves the words', (act) => {
    const outcome = apply({ ...full, publishAt: iso(1) }, { act });
    expect(outcome).toEqual({ state: expect.any(String), ...words });
  });

  test('publishing takes the hour of publication only', () => {
    expect(apply({ ...full, state: 'held', publishAt: iso(1) }, { act: 'publish' })).toEqual(full);
  });

  test('what is published is published as it is', () => {
    expect(apply(full, { act: 'publish' })).toEqual(full);
  });
});

describe('place', () => {
  test.each([
    ['automatic', 'published'],
    ['editor', 'candidate'],
    ['assisted', 'candidate'],
  ] as const)('in a topic that is %s: %s', (mode, state) => {
    expect(apply(undefined, { act: 'place' }, { mode })).toEqual({ state });
  });

  test('what has a place stays as it is', () => {
    expect(apply({ state: 'spiked' }, { act: 'place' })).toEqual({ state: 'spiked' });
  });

  test.each([
    { act: 'publish' },
    { act: 'hold' },
    { act: 'spike' },
    { act: 'release' },
    { act: 'pin' },
    { act: 'unpin' },
    { act: 'edit', headline: 'x' },
    { act: 'lead', entryId: '1' },
    { act: 'schedule', publishAt: at(1) },
  ] as StandingAct[])('without a place nothing else can be done: $act', (act) => {
    expect(refusal(undefined, act)).toContain('no place');
  });
});

describe('pin', () => {
  test.each(['candidate', 'held', 'spiked'] as const)('what is %s cannot be pinned', (state) => {
    expect(refusal({ state }, { act: 'pin' })).toContain('publish it first');
  });

  test('for good, until an hour, another hour, and not any more', () => {
    const pinned = apply({ state: 'published' }, { act: 'pin' });
    expect(pinned).toEqual({ state: 'published', pinnedAt: now.toISOString() });
    const until = apply({ state: 'published', pinnedAt: iso(-2) }, { act: 'pin', until: at(3) });
    expect(until).toEqual({ state: 'published', pinnedAt: iso(-2), pinnedUntil: iso(3) });
    expect(apply(until as Standing, { act: 'unpin' })).toEqual({ state: 'published' });
    expect(apply({ state: 'held' }, { act: 'unpin' })).toEqual({ state: 'held' });
  });

  test.each([
    [at(0), 'past'],
    [at(-1), 'past'],
    [at(24 * 367), 'year'],
    [new Date(Number.NaN), 'no time'],
  ])('until %s is refused', (until, why) => {
    expect(refusal({ state: 'published' }, { act: 'pin', until })).toContain(why);
  });
});

describe('edit', () => {
  test('words are one line of plain text, and tell from what they were written', () => {
    expect(
      apply({ state: 'candidate' }, { act: 'edit', headline: '  Two\n lines\u0000 ', standfirst: 'Short.' }),
    ).toEqual({ state: 'candidate', headline: 'Two lines', standfirst: 'Short.', editedFrom: own });
  });

  test('what is not given stays', () => {
    expect(apply(full, { act: 'edit', headline: 'Better' })).toMatchObject({
      headline: 'Better',
      standfirst: 'Ours too.',
      editedFrom: other,
    });
    expect(apply(full, { act: 'edit' })).toEqual(full);
  });

  test.each([null, '', '  \n ', own.title])('%j is the publisher’s own', (headline) => {
    const { leadEntryId: _lead, standfirst: _standfirst, ...mine } = full;
    const outcome = apply(mine, { act: 'edit', headline });
    expect(outcome).not.toHaveProperty('headline');
    expect(outcome).not.toHaveProperty('editedFrom');
  });

  test('lengths are bounded', () => {
    expect(apply({ state: 'held' }, { act: 'edit', headline: 'x'.repeat(500) })).toHaveProperty('headline');
    expect(refusal({ state: 'held' }, { act: 'edit', headline: 'x'.repeat(501) })).toContain('500');
    expect(refusal({ state: 'held' }, { act: 'edit', standfirst: 'x'.repeat(2_001) })).toContain('2000');
  });

  test('the same words again leave all as it is', () => {
    expect(apply(full, { act: 'edit', headline: 'Ours', standfirst: 'Ours too.' })).toEqual(full);
  });
});

describe('lead', () => {
  test('an entry of the story, another one, and its own again', () => {
    expect(apply({ state: 'held' }, { act: 'lead', entryId: '2' })).toEqual({
      state: 'held',
      leadEntryId: '2',
    });
    expect(apply(full, { act: 'lead', entryId: null })).not.toHaveProperty('leadEntryId');
    expect(refusal(full, { act: 'lead', entryId: '3' })).toContain('does not belong');
  });

  test('the editor’s words stay, and are compared with the new lead', () => {
    const { leadEntryId: _lead, ...mine } = full;
    expect(apply(mine, { act: 'lead', entryId: '2' })).toEqual({ ...full, editedFrom: other });
  });
});

describe('correct', () => {
  test('adds what is said, on one line, with its time; only to what is published', () => {
    const once = apply({ state: 'published' }, { act: 'correct', text: ' It was\n nine. ' });
    expect(once).toEqual({
      state: 'published',
      corrections: [{ at: now.toISOString(), text: 'It was nine.' }],
    });
    if (isRefusal(once)) throw new Error(once.refused);
    expect(apply(once, { act: 'correct', text: 'It was nine.' })).toEqual(once);
    expect(apply(once, { act: 'correct', text: 'At noon.' })).toMatchObject({
      corrections: [{ text: 'It was nine.' }, { text: 'At noon.' }],
    });
    for (const state of states.filter((one) => one !== 'published'))
      expect(refusal({ state }, { act: 'correct', text: 'x' })).toContain('Only a published story');
  });

  test('a correction has words, and not too many; a story has twenty at most; they stay when it leaves', () => {
    expect(refusal({ state: 'published' }, { act: 'correct', text: ' \n' })).toContain('needs words');
    expect(refusal({ state: 'published' }, { act: 'correct', text: 'x'.repeat(1_001) })).toContain('1000');
    const corrections = Array.from({ length: 20 }, (_, n) => ({ at: iso(-n), text: `${n}` }));
    expect(refusal({ state: 'published', corrections }, { act: 'correct', text: 'x' })).toContain('20');
    expect(apply({ state: 'published', corrections }, { act: 'spike' })).toEqual({
      state: 'spiked',
      corrections,
    });
  });
});

describe('schedule', () => {
  test('what is spiked has nothing to take out, and stays spiked', () => {
    expect(apply({ state: 'spiked' }, { act: 'schedule', expireAt: at(1) })).toHaveProperty('refused');
  });

  test.each(['candidate', 'held', 'spiked'] as const)('what is %s is held until its hour', (state) => {
    expect(apply({ state }, { act: 'schedule', publishAt: at(1) })).toEqual({
      state: 'held',
      publishAt: iso(1),
    });
  });

  test('an hour is taken back, and one that is not given stays', () => {
    const both = { state: 'held' as const, publishAt: iso(1), expireAt: iso(4) };
    expect(apply(both, { act: 'schedule', publishAt: null })).toEqual({ state: 'held', expireAt: iso(4) });
    expect(apply(both, { act: 'schedule', expireAt: null })).toEqual({ state: 'held', publishAt: iso(1) });
    expect(apply(both, { act: 'schedule' })).toEqual(both);
  });

  test('what is published may be taken out at an hour, not published at one', () => {
    expect(apply({ state: 'published' }, { act: 'schedule', expireAt: at(1) })).toEqual({
      state: 'published',
      expireAt: iso(1),
    });
    expect(refusal({ state: 'published' }, { act: 'schedule', publishAt: at(1) })).toContain('already');
  });

  test.each([
    [{ publishAt: at(0) }, 'past'],
    [{ expireAt: at(-1) }, 'past'],
    [{ publishAt: at(24 * 367) }, 'year'],
    [{ expireAt: at(24 * 400) }, 'year'],
    [{ publishAt: at(2), expireAt: at(1) }, 'before it is published'],
    [{ publishAt: at(2), expireAt: at(2) }, 'before it is published'],
    [{ publishAt: new Date(Number.NaN) }, 'no time'],
  ])('%j is refused', (hours, why) => {
    expect(refusal({ state: 'candidate' }, { act: 'schedule', ...hours })).toContain(why);
  });

  test('an hour to be taken out must come after the one that stands', () => {
    expect(refusal({ state: 'held', publishAt: iso(3) }, { act: 'schedule', expireAt: at(2) })).toContain(
      'before it is published',
    );
  });
});

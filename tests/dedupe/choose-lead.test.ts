import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLead } from '../../src/dedupe/choose-lead.ts';
import type { LeadCandidate } from '../../src/model/story.ts';

const t0 = Date.parse('2026-02-17T10:00:00Z');
const make = (entryId: string, change: Partial<LeadCandidate> & { hours?: number } = {}): LeadCandidate => {
  const { hours = 0, ...rest } = change;
  return {
    entryId,
    weight: 5,
    datedAt: new Date(t0 + hours * 3_600_000),
    hasUrl: true,
    hasImage: false,
    summaryLength: 100,
    bodyLength: 0,
    ...rest,
  };
};

describe('chooseLead', () => {
  it.each<[string, LeadCandidate[], string | undefined]>([
    ['none of none', [], undefined],
    ['the only one', [make('7')], '7'],
    ['the weightier source', [make('1'), make('2', { weight: 6 })], '2'],
    ['the earlier of equals', [make('1', { hours: 1 }), make('2')], '2'],
    ['the first stored of equals at once', [make('10'), make('9')], '9'],
    ['the one with an image', [make('1'), make('2', { hasImage: true })], '2'],
    ['the one with a summary', [make('1', { summaryLength: 79 }), make('2', { summaryLength: 80 })], '2'],
    ['the one with a body', [make('1', { bodyLength: 599 }), make('2', { bodyLength: 600 })], '2'],
    ['the one with an address', [make('1', { hasUrl: false }), make('2')], '2'],
    ['half a day costs a point', [make('1'), make('2', { hasImage: true, hours: 11 })], '2'],
    ['and more', [make('1'), make('2', { hasImage: true, hours: 13 })], '1'],
    ['three points at most', [make('1'), make('2', { weight: 9, hours: 1_000 })], '2'],
  ])('%s', (_name, candidates, lead) => {
    expect(chooseLead(candidates)).toBe(lead);
    expect(chooseLead([...candidates].reverse())).toBe(lead);
  });

  it.each<[string, Partial<LeadCandidate>, string]>([
    ['a point more is not clear', { weight: 6 }, '1'],
    ['two are', { weight: 7 }, '2'],
    ['one for the source and one for the image too', { weight: 6, hasImage: true }, '2'],
    ['fewer are not', { weight: 3 }, '1'],
  ])('the present lead stays unless clearly beaten: %s', (_name, change, lead) => {
    expect(chooseLead([make('1'), make('2', change)], '1')).toBe(lead);
  });

  it('a lead that is gone is replaced by the best', () => {
    expect(chooseLead([make('1'), make('2', { weight: 6 })], '99')).toBe('2');
  });

  it('whoever was chosen stays chosen, in any order', () => {
    const candidate = fc.record({
      weight: fc.integer({ min: 1, max: 10 }),
      hours: fc.integer({ min: 0, max: 60 }),
      hasUrl: fc.boolean(),
      hasImage: fc.boolean(),
      summaryLength: fc.constantFrom(0, 200),
      bodyLength: fc.constantFrom(0, 5_000),
    });
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 8 }), fc.nat(7), (list, at) => {
        const candidates = list.map((one, n) => make(String(n), one));
        const first = chooseLead(candidates);
        expect(chooseLead([...candidates].reverse())).toBe(first);
        expect(chooseLead(candidates, first)).toBe(first);
        const next = chooseLead(candidates, String(at % candidates.length));
        expect(chooseLead(candidates, next)).toBe(next);
      }),
    );
  });
});

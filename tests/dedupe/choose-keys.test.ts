import { describe, expect, it } from 'vitest';
import { chooseKeys } from '../../src/dedupe/choose-keys.ts';
import { makeComparable } from '../support/make-comparable.ts';

const keysOf = (telling: Parameters<typeof makeComparable>[0]) =>
  chooseKeys(makeComparable(telling), telling.language ?? 'en');
const shared = (one: { key: number }[], other: { key: number }[]) =>
  one.filter(({ key }) => other.some((o) => o.key === key)).length;
const body = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `w${from + n}`).join(' ');

describe('chooseKeys', () => {
  it('two tellings share keys, two events none', () => {
    const one = keysOf({ title: 'Strong quake shakes Anderra', summary: 'Dozens dead in the villages.' });
    const other = keysOf({ title: 'Anderra quake leaves dozens dead', summary: 'A minister flies in.' });
    const third = keysOf({ title: 'Parliament in Lisvane votes down the budget' });
    expect(shared(one, other)).toBeGreaterThanOrEqual(2);
    expect(shared(one, third)).toBe(0);
  });

  it('copies share a shingle, whatever their headlines', () => {
    const one = keysOf({ title: 'Alpha', text: body(0, 100) });
    const other = keysOf({ title: 'Zebra', text: `geneva ap ${body(0, 100)}` });
    const weightsOf = one.filter(({ key }) => other.some((o) => o.key === key)).map(({ weight }) => weight);
    expect(weightsOf).toContain(1);
  });

  it('rare words of the title come before others', () => {
    const [first, ...rest] = keysOf({ title: 'the Hormuz', summary: body(0, 50) });
    expect(shared([first!], keysOf({ title: 'Hormuz' }))).toBe(1);
    expect(rest.length).toBeGreaterThan(0);
  });

  it('other languages have other keys', () => {
    const telling = { title: 'Hormuz Ostrava', text: body(0, 100) };
    expect(shared(keysOf({ ...telling, language: 'en' }), keysOf({ ...telling, language: 'pl' }))).toBe(0);
  });

  it('are whole numbers of 32 bits with a sign; weights are shares', () => {
    for (const { key, weight } of keysOf({ title: body(0, 300), text: body(300, 600) })) {
      expect(key | 0).toBe(key);
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThanOrEqual(1.00001);
    }
  });

  it('are few, however much is said, and the same again', () => {
    const long = { title: body(0, 300), summary: body(300, 400), text: body(400, 900) };
    expect(keysOf(long).length).toBeLessThanOrEqual(12);
    expect(keysOf(long)).toEqual(keysOf(long));
  });

  it.each(['', 'the of and', '😀🎉', '\u0000\ud83d'])('%j has none', (title) => {
    expect(keysOf({ title })).toEqual([]);
  });
});

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { addToSketch, countSketch, createSketch, mergeSketches } from '../../src/newsroom/poller-sketch.ts';

function sketch(from: number, to: number): Uint8Array {
  const made = createSketch();
  for (let n = from; n < to; n++) addToSketch(made, createHash('sha256').update(`poller ${n}`).digest());
  return made;
}

test.each([0, 1, 2, 10, 100])('counts %i exactly, or one off', (count) => {
  expect(Math.abs(countSketch(sketch(0, count)) - count)).toBeLessThanOrEqual(count < 50 ? 0 : 3);
});

test.each([1_000, 5_000, 20_000, 100_000])('counts %i within 7 %%', (count) => {
  expect(Math.abs(countSketch(sketch(0, count)) / count - 1)).toBeLessThan(0.07);
});

test('counts what comes again once, and merges', () => {
  const both = mergeSketches(sketch(0, 600), sketch(400, 1_000));
  expect(both).toEqual(sketch(0, 1_000));
  expect(mergeSketches(undefined, both)).toEqual(both);
  expect(mergeSketches(both, both)).toEqual(both);
});

import { describe, expect, it } from 'vitest';
import css from '../../src/http/style/site.css';

/** The custom properties of a set of colours, by name. */
function readColours(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

const start = css.indexOf('prefers-color-scheme: dark');
const light = readColours(css.slice(0, start));
const dark = readColours(css.slice(start, css.indexOf('@media print')));

/** Relative luminance, WCAG 2.2. */
function toLuminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function toContrast(a: string, b: string): number {
  const [darker, lighter] = [toLuminance(a), toLuminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

it('computes what WCAG says of black and white', () => {
  expect(toContrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(toContrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_, colours) => {
  it.each(
    ['ink', 'ink-soft', 'accent', 'candidate', 'published', 'held', 'spiked'].flatMap((text) => [
      [text, 'paper'],
      [text, 'paper-shade'],
    ]),
  )('%s on %s has at least 4.5 : 1', (text, ground) => {
    expect(toContrast(colours[text]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  it('has at least 4.5 : 1 on the strong button', () => {
    expect(toContrast(colours['on-accent']!, colours.accent!)).toBeGreaterThanOrEqual(4.5);
  });
});

it('names the same colours in both sets', () => {
  expect(Object.keys(dark)).toEqual(Object.keys(light));
});

it('uses no colour but those', () => {
  const rest = css.slice(css.indexOf('color-scheme: light dark'), css.indexOf('@media print'));
  expect(rest.match(/#[0-9a-f]{3,8}\b|rgb|hsl/gi)).toBeNull();
});

import { describe, expect, it } from 'vitest';
import { shorten, toSaid } from '../../src/http/desk/client/act-words.ts';
import { createKeymap, type KeyPlace } from '../../src/http/desk/client/keymap.ts';
import { parseMoment } from '../../src/http/desk/client/parse-moment.ts';
import {
  clearRange,
  insertInto,
  listSelected,
  moveBy,
  moveTo,
  removeFrom,
  selectIn,
} from '../../src/http/desk/client/selection.ts';
import { createUndoStack } from '../../src/http/desk/client/undo-stack.ts';

describe('selection', () => {
  const five = selectIn(['a', 'b', 'c', 'd', 'e']);

  it('begins at the first row and stays inside', () => {
    expect(five.cursor).toBe('a');
    expect(moveBy(five, -1).cursor).toBe('a');
    expect(moveBy(five, 99).cursor).toBe('e');
    expect(moveBy(selectIn([]), 1).cursor).toBeUndefined();
  });

  it('extends a range in both directions, and gives it in the order of the list', () => {
    const at = moveTo(five, 'c');
    const up = moveBy(moveBy(at, -1, true), -1, true);
    expect(listSelected(up)).toEqual(['a', 'b', 'c']);
    expect(listSelected(moveBy(moveBy(moveBy(up, 1, true), 1, true), 1, true))).toEqual(['c', 'd']);
    expect(listSelected(clearRange(up))).toEqual(['a']);
    expect(listSelected(moveBy(up, 1))).toEqual(['b']);
  });

  it('goes to the next row when its own leaves, else to the one before', () => {
    expect(removeFrom(moveTo(five, 'b'), ['b']).cursor).toBe('c');
    expect(removeFrom(moveTo(five, 'c'), ['b', 'c', 'd']).cursor).toBe('e');
    expect(removeFrom(moveTo(five, 'e'), ['e']).cursor).toBe('d');
    expect(removeFrom(five, ['a', 'b', 'c', 'd', 'e']).cursor).toBeUndefined();
    expect(removeFrom(moveTo(five, 'b'), ['d']).cursor).toBe('b');
  });

  it('puts a row back without moving the cursor', () => {
    const without = removeFrom(moveTo(five, 'b'), ['b']);
    expect(insertInto(without, 'b', 'c')).toEqual({ ids: ['a', 'b', 'c', 'd', 'e'], cursor: 'c' });
    expect(insertInto(selectIn([]), 'a')).toEqual({ ids: ['a'], cursor: 'a' });
  });
});

describe('keymap', () => {
  const inList: KeyPlace = {
    isTyping: false,
    isDialogOpen: false,
    isComposing: false,
    isOnControl: false,
    isOutside: false,
    isQuiet: false,
  };

  it('knows the keys of the list', () => {
    const keymap = createKeymap();
    expect(['j', 'p', 'Shift+j', '/', 'u'].map((key) => keymap.press(key, inList, 0))).toEqual([
      'next',
      'publish',
      'extend-next',
      'search',
      'undo',
    ]);
  });

  it.each([['isTyping'], ['isDialogOpen'], ['isComposing']] as const)('does nothing while %s', (where) => {
    expect(createKeymap().press('p', { ...inList, [where]: true }, 0)).toBeUndefined();
  });

  it('takes what follows g for a place to go to, not for an act, until it has waited too long', () => {
    const keymap = createKeymap();
    expect(keymap.press('g', inList, 0)).toBeUndefined();
    expect(keymap.press('3', inList, 100)).toBe('topic-3');
    keymap.press('g', inList, 200);
    expect(keymap.press('p', inList, 300)).toBe('list-published');
    keymap.press('g', inList, 400);
    expect(keymap.press('z', inList, 500)).toBeUndefined();
    keymap.press('g', inList, 600);
    expect(keymap.press('p', inList, 9_000)).toBe('publish');
    expect(keymap.press('3', inList, 9_100)).toBeUndefined();
  });

  it('leaves Enter to buttons, arrows to panes that scroll, and letters when they are switched off', () => {
    const keymap = createKeymap();
    expect(keymap.press('Enter', { ...inList, isOnControl: true, isOutside: true }, 0)).toBeUndefined();
    expect(keymap.press('ArrowDown', { ...inList, isOutside: true }, 0)).toBeUndefined();
    expect(keymap.press('p', { ...inList, isOutside: true }, 0)).toBe('publish');
    expect(keymap.press('p', { ...inList, isOutside: true, isQuiet: true }, 0)).toBeUndefined();
    expect(keymap.press('p', { ...inList, isQuiet: true }, 0)).toBe('publish');
  });
});

describe('parseMoment', () => {
  // A Tuesday.
  const now = new Date(2026, 10, 24, 11, 30);
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);

  it.each([
    ['in 2 h', at(24, 13, 30)],
    ['45 min', at(24, 12, 15)],
    ['in 1,5 hours', at(24, 13)],
    ['2d', at(26, 11, 30)],
    ['18:00', at(24, 18)],
    ['7:00', at(25, 7)],
    ['at 6 pm', at(24, 18)],
    ['12 am', at(25, 0)],
    ['tomorrow 7:00', at(25, 7)],
    ['Tomorrow', at(25, 8)],
    ['today 18', at(24, 18)],
    ['fri 9', at(27, 9)],
    ['friday noon', at(27, 12)],
    ['tuesday 12:00', new Date(2026, 11, 1, 12)],
    ['tonight', at(24, 20)],
    ['2026-11-25 07:15', at(25, 7, 15)],
    ['2026-11-30', at(30, 8)],
  ])('%s', (words, expected) => {
    expect(parseMoment(words, now)).toEqual(expected);
  });

  it.each([
    [''],
    ['soon'],
    ['in h'],
    ['25:00'],
    ['18:75'],
    ['today 9:00'],
    ['2026-02-31'],
    ['2020-01-01'],
    ['in 0 min'],
    ['moon 9'],
  ])('does not understand “%s”', (words) => {
    expect(parseMoment(words, now)).toBeUndefined();
  });
});

describe('the undo stack', () => {
  const part = (n: number) => ({
    requestId: `r${n}`,
    topic: 'world',
    storyId: `${n}`,
    headline: `Story ${n}`,
  });

  it('gives the last act back first, over a reload too, with the decision once it is known', () => {
    let kept: string | null = null;
    const open = () =>
      createUndoStack(
        () => kept,
        (text) => (kept = text),
      );
    const stack = open();
    stack.push({ said: 'one', parts: [part(1)] });
    stack.push({ said: 'two', parts: [part(2), part(3)] });
    stack.settle('r2', 'd2');
    const again = open();
    expect(again.pop()?.parts.map(({ decisionId }) => decisionId)).toEqual(['d2', undefined]);
    expect(again.pop()?.said).toBe('one');
    expect(again.pop()).toBeUndefined();
  });

  it('forgets what was not done', () => {
    const stack = createUndoStack(
      () => 'no json',
      () => undefined,
    );
    stack.push({ said: 'one', parts: [part(1)] });
    stack.settle('r1', undefined);
    expect(stack.pop()).toBeUndefined();
  });
});

describe('words', () => {
  it('says what was done, to what', () => {
    expect(toSaid('publish', ['Ferry strike ends'])).toBe('Published “Ferry strike ends”');
    expect(toSaid('spike', ['a', 'b'])).toBe('Spiked 2 stories');
    expect([...shorten('😀'.repeat(80), 10)]).toHaveLength(10);
  });
});

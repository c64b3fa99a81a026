import { describe, expect, it } from 'vitest';
import { cutItems } from '../../src/feed/cut-items.ts';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import { makeOutgoingFeed, makeOutgoingItem, outgoingCases } from '../support/outgoing-cases.ts';
import { readBack } from '../support/read-back.ts';
import { validateFeed } from '../support/validate-feed.ts';

const writers = { rss: toRss, atom: toAtom };

describe.each(['rss', 'atom'] as const)('a document in %s', (format) => {
  const write = writers[format];

  it.each(outgoingCases)('is whole again when its pieces are put together: $name', ({ feed }) => {
    const document = write(feed);
    const pieces = cutItems(document, format);
    expect(pieces.map(({ text }) => text).join('')).toBe(document);
    const items = pieces.filter(({ itemHash }) => itemHash !== undefined);
    expect(items).toHaveLength(readBack(format, document).length);
  });

  it('is valid without some of its items, or all', () => {
    const feed = makeOutgoingFeed([1, 2, 3].map((n) => makeOutgoingItem({ title: `Item ${n}` }, n)));
    const pieces = cutItems(write(feed), format);
    const items = pieces.filter(({ itemHash }) => itemHash !== undefined);
    for (const left of [[1], [0, 2], []]) {
      const some = pieces
        .filter((piece) => !items.includes(piece) || left.includes(items.indexOf(piece)))
        .map(({ text }) => text)
        .join('');
      expect(validateFeed(format, some)).toEqual([]);
      expect(readBack(format, some).map(({ title }) => title)).toEqual(left.map((n) => `Item ${n + 1}`));
    }
  });

  it('knows an item by what it says, wherever it stands', () => {
    const items = [1, 2].map((n) => makeOutgoingItem({}, n));
    const hashes = (given: typeof items) =>
      cutItems(write(makeOutgoingFeed(given)), format).flatMap(({ itemHash }) => itemHash ?? []);
    const [one, two] = hashes(items);
    expect(hashes([...items].reverse())).toEqual([two, one]);
    const edited = hashes([{ ...items[0]!, title: 'Edited' }, items[1]!]);
    expect([edited[0] === one, edited[1]]).toEqual([false, two]);
  });

  it('does not take what HTML says for an element', () => {
    const contentHtml = '<pre>&lt;item&gt;&lt;/item&gt; <item></item> <entry>x</entry></pre>';
    const items = [makeOutgoingItem({ contentHtml }), makeOutgoingItem({}, 2)];
    const pieces = cutItems(write(makeOutgoingFeed(items)), format);
    expect(pieces.filter(({ itemHash }) => itemHash !== undefined)).toHaveLength(2);
  });
});

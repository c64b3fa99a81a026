import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import { toSendableFeed } from '../../src/feed/to-sendable-feed.ts';
import { makeOutgoingFeed, makeOutgoingItem } from '../support/outgoing-cases.ts';
import { readBack, toExpected } from '../support/read-back.ts';
import { parseXml } from '../support/xml-tree.ts';

/** UTF-16 units at random, lone surrogates and controls too, and the pieces that writers stumble over. */
const pieces = [
  '&',
  '&amp;',
  '&#',
  ';',
  '<',
  '>',
  '<b>',
  '</b>',
  ']]>',
  '<![CDATA[',
  '<!--',
  '"',
  "'",
  '&apos;',
  '\r\n',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 4 }), unit()), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

function unit(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
}

const feeds = fc.tuple(text, text, text, text, text).map(([title, summary, name, category, address]) =>
  makeOutgoingFeed(
    [
      makeOutgoingItem({
        title,
        summary,
        url: `https://publisher.example/${address}`,
        authors: [{ name }],
        categories: [category],
        source: { title: name, feedUrl: `https://publisher.example/?${address}` },
        coverage: [{ title, url: `https://other.example/#${address}`, source: name }],
      }),
    ],
    { title, description: summary },
  ),
);

describe('whatever the texts and addresses hold', () => {
  it('all formats are well-formed and say the same', () => {
    fc.assert(
      fc.property(feeds, (feed) => {
        const [item] = toSendableFeed(feed).items;
        const documents = { rss: toRss(feed), atom: toAtom(feed), json: toJsonFeed(feed) };
        parseXml(documents.rss);
        parseXml(documents.atom);
        for (const format of ['rss', 'atom', 'json'] as const) {
          expect(readBack(format, documents[format])).toEqual([toExpected(item!, format)]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

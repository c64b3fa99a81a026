import { createHash } from 'node:crypto';

/** The formats of which a part is a document too: items may go, the rest stays. */
export type CuttableFormat = 'rss' | 'atom';

/** A rendered document of ours in pieces that make it up again, in their order. */
export interface DocumentPiece {
  text: string;
  /** Of an item, eight bytes in hex of what it says; undefined for what stands around the items. */
  itemHash?: string;
}

/** CDATA sections are passed over whole, for what they hold only looks like elements. */
const marks: Record<CuttableFormat, RegExp> = {
  rss: /<!\[CDATA\[[\s\S]*?\]\]>|<item>|<\/item>/g,
  atom: /<!\[CDATA\[[\s\S]*?\]\]>|<entry(?=[\s>])|<\/entry>/g,
};

/** Cuts a document that toRss or toAtom wrote. */
export function cutItems(document: string, format: CuttableFormat): DocumentPiece[] {
  const pieces: DocumentPiece[] = [];
  let done = 0;
  let start: number | undefined;
  for (const { 0: mark, index } of document.matchAll(marks[format])) {
    if (mark.startsWith('<!')) continue;
    if (!mark.startsWith('</')) {
      start ??= index;
    } else if (start !== undefined) {
      const end = index + mark.length;
      const text = document.slice(start, end);
      pieces.push({ text: document.slice(done, start) }, { text, itemHash: toItemHash(text) });
      done = end;
      start = undefined;
    }
  }
  return [...pieces, { text: document.slice(done) }];
}

function toItemHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

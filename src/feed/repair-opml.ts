import { AppError } from '../errors.ts';
import { escapeAttribute } from './wire-text.ts';
import { createEntityDecoder, type EntityDecoder, parseDoctype, stripControls } from './xml-entities.ts';

const maxDepth = 64;
const maxOutlines = 20_000;
const kept = new Map(
  ['text', 'title', 'xmlUrl', 'htmlUrl', 'category'].map((name) => [name.toLowerCase(), name]),
);

const tagStart = /<(\/?)(?:[a-z]\w{0,30}:)?(opml|outline)(?=[\s/>])/gi;
const attributeStart = /\s{0,1000}([\w:.-]{1,64})\s{0,100}=\s{0,100}(["'])/y;
const tagEnd = /\s{0,1000}(\/?)>/y;
/** A quote ends a value only when another attribute or the end of the tag follows: people put bare quotes into values. */
const afterValue = /\s{0,1000}(?:[\w:.-]{1,64}\s{0,100}=\s{0,100}["']|\/?>)/y;

/**
 * An OPML list as well-formed XML that holds nothing but its outlines and those of their attributes that we read.
 * Survives bare `&`, quotes inside values, undeclared entities, names in any case. One linear pass.
 * Throws AppError `bad-opml` when it is no OPML, breaks off, or is beyond all measure.
 */
export function repairOpml(text: string): string {
  const clean = stripControls(text);
  const doctype = parseDoctype(clean);
  const source = clean.slice(0, doctype.start) + clean.slice(doctype.end);
  const entities = createEntityDecoder(doctype.entities);
  const out: string[] = [];
  let depth = 0;
  let isClosed = false;
  let isOpml = false;
  tagStart.lastIndex = 0;
  for (let match = tagStart.exec(source); match && !isClosed; match = tagStart.exec(source)) {
    const isEnd = match[1] === '/';
    if (match[2]?.toLowerCase() === 'opml') {
      isOpml = true;
      isClosed = isEnd;
    } else if (isEnd) {
      if (depth > 0) out.push('</outline>');
      depth = Math.max(0, depth - 1);
    } else if (isOpml) {
      const tag = readTag(source, tagStart.lastIndex, entities);
      tagStart.lastIndex = tag.end;
      out.push(`<outline${tag.attributes}${tag.isEmpty ? '/' : ''}>`);
      if (!tag.isEmpty) depth++;
      checkLimits(depth, out.length);
    }
  }
  if (!isOpml) fail('is no OPML: it has no <opml> element');
  if (!isClosed) fail('breaks off before its end');
  return `<opml version="2.0"><body>${out.join('')}${'</outline>'.repeat(depth)}</body></opml>`;
}

function checkLimits(depth: number, tags: number): void {
  if (depth > maxDepth) fail(`nests its folders more than ${maxDepth} deep`);
  if (tags > 2 * maxOutlines) fail(`has more than ${maxOutlines} entries`);
}

function fail(what: string): never {
  throw new AppError(
    'bad-opml',
    `This file ${what}; export your subscriptions as OPML again and import that.`,
  );
}

interface Tag {
  attributes: string;
  isEmpty: boolean;
  end: number;
}

function readTag(source: string, from: number, entities: EntityDecoder): Tag {
  const seen = new Set<string>();
  let attributes = '';
  let index = from;
  for (;;) {
    attributeStart.lastIndex = index;
    const start = attributeStart.exec(source);
    if (!start) break;
    const valueStart = attributeStart.lastIndex;
    const valueEnd = findValueEnd(source, valueStart, start[2] ?? '"');
    const name = kept.get((start[1] ?? '').toLowerCase());
    if (name && !seen.has(name)) {
      seen.add(name);
      const value = entities.decode(source.slice(valueStart, valueEnd)).replace(/\s+/g, ' ').trim();
      attributes += ` ${name}="${escapeAttribute(value)}"`;
    }
    index = valueEnd + 1;
  }
  tagEnd.lastIndex = index;
  const end = tagEnd.exec(source);
  if (end) return { attributes, isEmpty: end[1] === '/', end: tagEnd.lastIndex };
  const close = source.indexOf('>', index);
  if (close < 0) fail('breaks off in the middle of an entry');
  return { attributes, isEmpty: source[close - 1] === '/', end: close + 1 };
}

function findValueEnd(source: string, from: number, quote: string): number {
  for (let end = source.indexOf(quote, from); end >= 0; end = source.indexOf(quote, end + 1)) {
    afterValue.lastIndex = end + 1;
    if (afterValue.test(source)) return end;
  }
  return fail('breaks off in the middle of an entry');
}

import { decodeHTMLStrict } from 'entities';

/** All the text that the entities of one document may expand to, in characters: entity bombs end here. */
const expansionBudget = 100_000;
const maxEntities = 1_000;
const maxNesting = 8;

/** Turns the references of a document's text into characters. */
export interface EntityDecoder {
  /** Decodes XML, HTML and the document's own entities; what is no reference (a bare `&`) stays as it stands. */
  decode(raw: string): string;
}

const reference = /&(#x[0-9a-f]{1,8}|#[0-9]{1,8}|[a-z_][\w.-]{0,63});/gi;
const xmlEntities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** A decoder for a document with these internal entities (XML 1.0 §4.4; general text entities only, none are fetched). */
export function createEntityDecoder(own: ReadonlyMap<string, string>): EntityDecoder {
  let left = expansionBudget;
  function expand(name: string, nesting: number): string {
    const value = own.get(name);
    if (value === undefined) return decodeHTMLStrict(`&${name};`);
    if (nesting >= maxNesting || left < value.length) return '';
    left -= value.length;
    return value.includes('&') ? decode(value, nesting + 1) : value;
  }
  function decode(raw: string, nesting: number): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(reference, (whole, name: string) => {
      if (name.charCodeAt(0) === 0x23) return stripControls(decodeHTMLStrict(whole));
      return xmlEntities[name] ?? expand(name, nesting);
    });
  }
  return { decode: (raw) => decode(raw, 0) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFDD0-\uFDEF\uFFFE\uFFFF]/g;

/** What Windows-1252 has at 0x80 to 0x9F; those code points are controls that nobody means. */
const windows1252 = [...'€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ'];

/**
 * The text without what XML 1.0 §2.2 forbids or discourages: control characters (but for white space) and non-characters.
 * Controls from U+0080 on become the Windows-1252 characters that they were before somebody declared them Latin-1.
 */
export function stripControls(text: string): string {
  return text.replace(controls, (control) => windows1252[control.charCodeAt(0) - 0x80] ?? '');
}

/** The internal entities that a DOCTYPE declares, and where the text after it begins. */
export interface Doctype {
  entities: Map<string, string>;
  /** Index of the `<` of `<!DOCTYPE`, and of what follows its `>`; both 0 when there is none before the first element. */
  start: number;
  end: number;
}

/** Reads the DOCTYPE in front of a document's first element, if there is one. Linear in the length of the DOCTYPE. */
export function parseDoctype(text: string): Doctype {
  const entities = new Map<string, string>();
  const start = findDoctype(text);
  if (start < 0) return { entities, start: 0, end: 0 };
  const subset = indexOfAny(text, '[>', start);
  if (text[subset] !== '[') return { entities, start, end: Math.min(subset + 1, text.length) };
  const end = readSubset(text, subset + 1, entities);
  const close = text.indexOf('>', end);
  return { entities, start, end: close < 0 ? text.length : close + 1 };
}

/** Index of `<!DOCTYPE` in front of the first element, past comments and instructions; -1 when there is none. */
function findDoctype(text: string): number {
  for (let index = text.indexOf('<'); index >= 0; ) {
    if (text.startsWith('<!--', index)) index = skipPast(text, '-->', index);
    else if (text.startsWith('<?', index)) index = skipPast(text, '?>', index);
    else return /^<!doctype/i.test(text.slice(index, index + 9)) ? index : -1;
    index = index < 0 ? -1 : text.indexOf('<', index);
  }
  return -1;
}

function skipPast(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? -1 : found + mark.length;
}

/** Walks the internal subset declaration by declaration; returns the index of its `]`. */
function readSubset(text: string, from: number, entities: Map<string, string>): number {
  let index = from;
  while (index < text.length) {
    const next = indexOfAny(text, ']<', index);
    if (text[next] !== '<') return next;
    if (text.startsWith('<!--', next)) {
      const close = text.indexOf('-->', next);
      if (close < 0) return text.length;
      index = close + 3;
      continue;
    }
    const end = endOfDeclaration(text, next);
    readEntity(text.slice(next, Math.min(end, next + 20_000)), entities);
    index = end + 1;
  }
  return text.length;
}

/** Index of the `>` that ends a declaration, not counting those in quotes. */
function endOfDeclaration(text: string, from: number): number {
  let quote = '';
  for (let index = from; index < text.length; index++) {
    const char = text[index];
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return index;
  }
  return text.length;
}

function readEntity(declaration: string, entities: Map<string, string>): void {
  const match = /^<!ENTITY\s{1,20}([\w.-]{1,64})\s{1,20}(["'])/.exec(declaration);
  const [opening = '', name, quote] = match ?? [];
  if (!name || !quote || entities.size >= maxEntities || entities.has(name)) return;
  const close = declaration.indexOf(quote, opening.length);
  if (close > 0) entities.set(name, declaration.slice(opening.length, close));
}

/** Index of the first of some characters, or the text's length. */
function indexOfAny(text: string, chars: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (chars.includes(text[index] ?? '')) return index;
  }
  return text.length;
}

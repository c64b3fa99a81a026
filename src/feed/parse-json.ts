import { stripControls } from './xml-entities.ts';

/** A JSON document with its caps checked; `isCut` when it broke off and was closed after its last whole value. */
export type JsonResult =
  | { outcome: 'json'; value: Record<string, unknown>; isCut: boolean }
  | { outcome: 'not-json' | 'too-deep' };

/** Parses a JSON object. One linear look at the nesting comes first: no library sees anything deeper than `maxDepth`. */
export function parseJsonObject(text: string, maxDepth: number): JsonResult {
  const scan = scanNesting(text, maxDepth);
  if (scan === 'too-deep') return { outcome: 'too-deep' };
  const whole = tryParse(text);
  if (whole) return { outcome: 'json', value: whole, isCut: false };
  const cut = scan.lastWhole > 0 ? tryParse(text.slice(0, scan.lastWhole) + scan.closing) : undefined;
  return cut ? { outcome: 'json', value: cut, isCut: true } : { outcome: 'not-json' };
}

interface Scan {
  /** Index after the last object that was whole inside a list right below the top, and what closes the document there. */
  lastWhole: number;
  closing: string;
}

function scanNesting(text: string, maxDepth: number): Scan | 'too-deep' {
  const open: string[] = [];
  let lastWhole = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '"') index = endOfString(text, index);
    else if (char === '{' || char === '[') {
      if (open.push(char === '{' ? '}' : ']') > maxDepth) return 'too-deep';
    } else if (char === '}' || char === ']') {
      open.pop();
      if (char === '}' && open.length === 2 && open[1] === ']') lastWhole = index + 1;
    }
  }
  return { lastWhole, closing: ']}' };
}

/** Index of the quote that ends a string, or the text's length. */
function endOfString(text: string, from: number): number {
  for (let index = from + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index;
  }
  return text.length;
}

/** Escapes can write what no document may hold: control characters and halves of surrogate pairs. */
function cleanString(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? stripControls(value).replace(/\p{Surrogate}/gu, '\uFFFD') : value;
}

function tryParse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text, text.includes('\\u') ? cleanString : undefined);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

import { Parser } from 'htmlparser2';
import type { IncomingText } from '../../../src/model/incoming.ts';
import { sanitiseHtml } from '../../../src/normalise/html.ts';
import { toPlainText } from '../../../src/normalise/text.ts';

/** Tags with their attributes sorted, and the text between them with its white space folded: HTML as a reader would see it. */
export function toComparable(html: string): string {
  const parts: string[] = [];
  let text = '';
  const flush = (): void => {
    const folded = text.replace(/\s+/g, ' ').trim();
    if (folded) parts.push(folded);
    text = '';
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      flush();
      const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
      parts.push(`<${name}${sorted.map(([key, value]) => ` ${key}=${value}`).join('')}>`);
    },
    ontext(data) {
      text += data;
    },
    onclosetag(name) {
      flush();
      parts.push(`</${name}>`);
    },
  });
  parser.end(html);
  flush();
  return parts.join('');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function withoutDiv(html: string): string {
  const match = /^<div>([\s\S]*)<\/div>$/.exec(html.trim());
  return match?.[1] ?? html;
}

/** Whether a body as we read it says what the oracle says: the same characters, or the same HTML after sanitising. */
export function isSameBody(ours: IncomingText | undefined, expected: string): boolean {
  if (!ours) return expected.trim() === '';
  if (ours.value.trim() === expected.trim()) return true;
  const own = sanitiseHtml(ours.kind === 'html' ? ours.value : escapeHtml(ours.value), ours.baseUrl);
  const comparable = toComparable(withoutDiv(own));
  return (
    comparable === toComparable(withoutDiv(sanitiseHtml(expected))) ||
    (ours.kind === 'text' && comparable === toComparable(escapeHtml(expected)))
  );
}

/** Whether a title says what the oracle says, which is sometimes HTML and sometimes text. */
export function isSameTitle(ours: IncomingText | undefined, expected: string): boolean {
  const own = toPlainText(ours);
  const asHtml = toPlainText({ value: expected, kind: 'html' });
  const asText = toPlainText({ value: expected, kind: 'text' });
  return own === asHtml || own === asText || isSameBody(ours, expected);
}

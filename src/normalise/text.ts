import { decodeHTML, decodeHTMLStrict } from 'entities/decode';
import type { IncomingText } from '../model/incoming.ts';
import { dropBoilerplate } from './boilerplate.ts';
import { cutText, dropInlineData, sliceWhole, stripControls, toOneLine } from './clean-text.ts';
import { hasFormattingPair, stripTags } from './strip-tags.ts';

/** Longest title that is kept, in UTF-16 units; a longer one is cut at a word and ends in "…". */
export const titleLimit = 500;
/** Longest summary, in UTF-16 units. */
export const summaryLimit = 300;
/** What is looked at of a text of which a summary is made. */
const readLimit = 65_536;
/** What is looked at of other texts for each character that is wanted: markup and entities take room. */
const readShare = 8;

const entity = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i;
/** An ampersand that begins no entity: then the text isn't escaped. */
const bareAmpersand = /&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});)/i;
/** What software escapes once too often by mistake; others, as in "Replace &nbsp; with spaces", are spoken of. */
const entitiesButMistaken =
  /&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|amp|quot|apos|[lr][sd]quo|[mn]dash|hellip);)(?:[a-z][a-z\d]{1,31});/i;

/**
 * A text of the wire as one line of plain text, at most `max` UTF-16 units; '' when there is nothing in it.
 * HTML loses its tags and its entities, but for tags that the text speaks of ("The <title> element"): see stripTags.
 * What is plainly escaped twice is undone once more: when after decoding every `&` still begins an entity
 * ("&amp;amp;", "&amp;#8217;"), or a formatting element stands there in full. Plain text means what it says (RFC 4287
 * §3.1.1.1): there only ampersands, quotes, dashes and numbers are undone, and none when another entity stands beside them.
 */
export function toPlainText(text: IncomingText | undefined, max: number = titleLimit): string {
  if (text === undefined) return '';
  return cutText(toOneLine(toUnescapedText(text, max * readShare, 'markup')), max);
}

/**
 * About 300 characters of plain text, cut at a sentence or a word; '' when there is nothing. Block elements are set
 * apart by spaces, and "Continue reading…", "The post X appeared first on Y", "[…]" at the end are dropped.
 */
export function toSummary(text: IncomingText | undefined): string {
  if (text === undefined) return '';
  return cutText(dropBoilerplate(toOneLine(toUnescapedText(text, readLimit, 'all'))), summaryLimit);
}

function toUnescapedText(text: IncomingText, limit: number, tags: 'all' | 'markup'): string {
  if (text.kind === 'text') {
    const value = sliceWhole(text.value, limit);
    return entitiesButMistaken.test(value) ? value : undoDoubleEscape(value);
  }
  const value = sliceWhole(text.value.length > limit ? dropInlineData(text.value) : text.value, limit);
  const plain = undoDoubleEscape(decodeHTML(stripTags(value, tags)));
  return hasFormattingPair(plain) ? stripTags(plain, tags) : plain;
}

function undoDoubleEscape(text: string): string {
  return entity.test(text) && !bareAmpersand.test(text) ? decodeHTMLStrict(text) : text;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Plain text as HTML: escaped, paragraphs at empty lines, `<br />` at single line ends. '' for nothing. */
export function toHtmlParagraphs(text: string): string {
  const escaped = stripControls(text)
    .replace(/[&<>]/g, (character) => escapes[character] ?? '')
    .replace(/\r\n?/g, '\n');
  const paragraphs: string[] = [];
  let lines: string[] = [];
  for (const line of [...escaped.split('\n'), '']) {
    const trimmed = line.trim();
    if (trimmed !== '') lines.push(trimmed);
    else if (lines.length > 0) {
      paragraphs.push(`<p>${lines.join('<br />')}</p>`);
      lines = [];
    }
  }
  return paragraphs.join('');
}

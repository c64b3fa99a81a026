/** Tags that HTML knows or knew. Others ("Vec<T>", "<Enter>") are what somebody forgot to escape: they are text. */
const knownTags = new Set(
  `a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br
  button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em
  embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
  i iframe img input ins kbd label legend li link main map mark marquee math menu meta meter nav nobr noembed
  noframes noscript object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby
  s samp script search section select slot small source span strike strong style sub summary sup svg table tbody
  td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp`.split(/\s+/),
);

/** Tags that break a line, so that the words on both sides are apart. */
const blockTags = new Set(
  `address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption
  figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html iframe img legend li main menu nav ol option p pre
  section select summary table tbody td tfoot th thead title tr ul video`.split(/\s+/),
);

/** Tags whose contents are no prose. */
const silentTags = new Set(['script', 'style', 'textarea', 'template', 'svg', 'noembed', 'noframes', 'xmp']);

const tagName = /[a-z][a-z0-9]*(?:[-:][a-z0-9:_-]*)?/iy;

/** Tags that stand alone and are never spoken of in a title without being escaped. */
const voidTags = new Set(['br', 'hr', 'img', 'wbr']);

/** How long what a formatting element encloses may be for hasFormattingPair to see it. */
const longestPair = 2000;
const formattingTag = /<(b|i|u|p|em|strong|a|span|div|sub|sup|small|font|h[1-6])(?=[\s>])[^<>]{0,500}>/gi;

/** Whether a formatting element stands in a text in full, with its end tag. Linear in the length. */
export function hasFormattingPair(text: string): boolean {
  if (!text.includes('</')) return false;
  const closing = new ClosingSearch(text);
  for (const { 0: tag, 1: name = '', index } of text.matchAll(formattingTag)) {
    const from = index + tag.length;
    const end = closing.find(`</${name.toLowerCase()}>`, from);
    if (end >= 0 && end - from <= longestPair) return true;
  }
  return false;
}

/**
 * HTML to text: known tags, comments and the contents of scripts and styles are dropped, block elements leave a
 * space, entities stay as they are. A `<` that opens no tag ("a < b", "<3") is kept. Linear in the length.
 * With 'markup', a bare opening tag that nothing ends is kept: the text speaks of it ("The <title> element"), and whoever
 * wrote it forgot to escape it. One with attributes is markup, and so are line breaks, rules and pictures.
 */
export function stripTags(html: string, which: 'all' | 'markup' = 'all'): string {
  if (!html.includes('<')) return html;
  const closing = new ClosingSearch(html);
  let text = '';
  let position = 0;
  for (;;) {
    const open = html.indexOf('<', position);
    if (open < 0) return text + html.slice(position);
    text += html.slice(position, open);
    const step = readMarkup(html, open, closing, which === 'markup');
    text += step.text;
    position = step.end;
  }
}

interface Step {
  text: string;
  end: number;
}

function readMarkup(html: string, open: number, closing: ClosingSearch, keepsLone: boolean): Step {
  const next = html.charAt(open + 1);
  if (next === '!' || next === '?') return readDeclaration(html, open, closing);
  tagName.lastIndex = next === '/' ? open + 2 : open + 1;
  const name = tagName.exec(html)?.[0].toLowerCase();
  if (name === undefined || !(knownTags.has(name) || /[-:]/.test(name))) return { text: '<', end: open + 1 };
  const end = closing.tagEnd(tagName.lastIndex);
  // Cut off in the middle of a tag: the rest is markup, unless it's prose such as "x <b and c".
  if (end < 0) return /^[bisuq]$/.test(name) ? { text: '<', end: open + 1 } : { text: '', end: html.length };
  if (keepsLone && next !== '/' && !voidTags.has(name) && isLone(html, name, tagName.lastIndex, end, closing))
    return { text: '<', end: open + 1 };
  const space = blockTags.has(name) ? ' ' : '';
  if (next !== '/' && silentTags.has(name) && html.charAt(end - 2) !== '/') {
    const close = closing.find(`</${name}`, end);
    return { text: space, end: close < 0 ? html.length : close };
  }
  return { text: space, end };
}

/** Whether a tag whose name ends at `from` and which ends at `end` has neither attributes nor an end tag. */
function isLone(html: string, name: string, from: number, end: number, closing: ClosingSearch): boolean {
  const isBare = /^\s{0,20}\/?>$/.test(html.slice(from, Math.min(end, from + 23)));
  return isBare && closing.find(`</${name}>`, end) < 0 && closing.find(`</${name} `, end) < 0;
}

function readDeclaration(html: string, open: number, closing: ClosingSearch): Step {
  if (html.startsWith('<!--', open)) {
    const end = closing.find('-->', open + 2);
    return { text: '', end: end < 0 ? html.length : end + 3 };
  }
  if (html.startsWith('<![CDATA[', open)) {
    const end = closing.find(']]>', open);
    const stop = end < 0 ? html.length : end;
    return { text: html.slice(open + 9, stop), end: end < 0 ? stop : stop + 3 };
  }
  const after = html.charAt(open + 2);
  const end = /[a-z[]/i.test(after) ? closing.find('>', open) : -1;
  return end < 0 ? { text: '<', end: open + 1 } : { text: '', end: end + 1 };
}

/** Searches forwards and remembers what isn't there any more, so that a million unclosed tags stay linear. */
class ClosingSearch {
  readonly #html: string;
  #lower: string | undefined;
  /** Per needle: the last hit (valid for every start up to it), or -1 for "none from here on". */
  readonly #hits = new Map<string, number>();

  constructor(html: string) {
    this.#html = html;
  }

  /** First place of `needle` (lower case) at or after `from`, or -1. `from` never goes back. */
  find(needle: string, from: number): number {
    const known = this.#hits.get(needle);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    if (needle.startsWith('</'))
      this.#lower ??= this.#html.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const hit = (needle.startsWith('</') ? (this.#lower ?? '') : this.#html).indexOf(needle, from);
    this.#hits.set(needle, hit);
    return hit;
  }

  /** The place after the `>` that ends the tag whose name ends at `from`, quotes heeded; -1 when there is none. */
  tagEnd(from: number): number {
    let position = from;
    for (;;) {
      const end = this.find('>', position);
      if (end < 0) return -1;
      const double = this.#quoteAfterEquals('"', position, end);
      const single = this.#quoteAfterEquals("'", position, end);
      const quote = double < 0 ? single : single < 0 ? double : Math.min(double, single);
      if (quote < 0) return end + 1;
      const close = this.find(this.#html.charAt(quote), quote + 1);
      if (close < 0) return end + 1;
      position = close + 1;
    }
  }

  #quoteAfterEquals(quote: string, from: number, end: number): number {
    for (let at = this.find(quote, from); at >= 0 && at < end; at = this.find(quote, at + 1)) {
      if (/=\s*$/.test(this.#html.slice(Math.max(from, at - 8), at))) return at;
    }
    return -1;
  }
}

const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|\p{Cs}/gu;
const whiteSpace = /[\s\u0085]+/gu;

/**
 * Removes what no reader sees and no feed may hold: control characters but tab and line ends, bidi overrides
 * and isolates (they let a title rewrite the page around it), zero-width spaces, soft hyphens, byte order marks
 * and lone surrogates. Joiners stay (emoji and Persian need them), and so do the harmless LRM and RLM.
 */
export function stripControls(text: string): string {
  return text.replace(controls, '');
}

/** Letters of a file's address before it counts as one that nobody wants to read. */
const longestInlineData = 1000;
const inlineData = /data:[\r\n!#-&(-;=?-~]*/gi;

/**
 * HTML without the contents of large files inside it (`src="data:image/png;base64,…"`), so that a cut at a length keeps
 * the words behind them. Each run of an address's letters is read once, so the time is linear.
 */
export function dropInlineData(html: string): string {
  return html.replace(inlineData, (run) => (run.length < longestInlineData ? run : 'data:,'));
}

/** One line: controls stripped, every run of white space (no-break spaces too) folded to one space, ends trimmed. */
export function toOneLine(text: string): string {
  // \s counts the byte order mark as white space; it is nothing.
  return stripControls(text.replaceAll('\ufeff', '').replace(whiteSpace, ' '))
    .replace(whiteSpace, ' ')
    .trim();
}

const sentenceEnd = /[.!?…。！？](?:["'”’»)\]]?)(?=\s|$)|[。！？]/gu;

/**
 * Cuts one line of text to at most `max` UTF-16 units, never inside a surrogate pair: after the last sentence when
 * that keeps at least six tenths, else at a word with "…", else (scripts without spaces, endless words) hard with "…".
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = dropHalfPair(text.slice(0, max));
  let end = 0;
  for (const match of head.matchAll(sentenceEnd)) {
    const after = match.index + match[0].length;
    // The cut itself looks like the end of the text: "3." of "3.5" must not count as a sentence.
    if (after < head.length || /\s/.test(text.charAt(after))) end = after;
  }
  if (end >= max * 0.6) return head.slice(0, end);
  const short = dropHalfPair(text.slice(0, max - 1));
  const space = text.charAt(short.length) === ' ' ? short.length : short.lastIndexOf(' ');
  const kept = space >= max * 0.6 ? short.slice(0, space) : short;
  return `${kept.replace(/[\s,;:.\-–—]$/u, '')}…`;
}

/** Cuts `text` to at most `max` UTF-16 units without leaving half of a surrogate pair. */
export function sliceWhole(text: string, max: number): string {
  return text.length <= max ? text : dropHalfPair(text.slice(0, max));
}

function dropHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

import sanitizeHtml from 'sanitize-html';
import { dropInlineData, stripControls } from './clean-text.ts';
import { articleOptions, inHand, unwrapTags } from './html-rules.ts';

/** Most HTML that is taken in and given out, in UTF-16 units; the rest is cut off before a tag. */
export const htmlLimit = 1024 * 1024;
/** Most opening tags of one body: the parser's time grows with its square when they are nested. */
const tagLimit = 3_000;

/**
 * HTML of the wire as HTML that may stand in our pages and documents: an allow-list of the elements of an article,
 * no styles, classes, ids, scripts, forms or frames; links and pictures absolute (relative ones without a base go),
 * http and https only, and `mailto:` in links; late-loaded pictures in place, tracking pixels gone; known video
 * frames as links. Links get `rel="nofollow noopener"`: we vouch for no link in another's text; the referrer stays,
 * as publishers may know whom their readers come from. Always the last step: nothing edits its markup afterwards.
 * Idempotent. '' for nothing.
 */
export function sanitiseHtml(html: string, baseUrl?: string): string {
  if (!/[<&]/.test(html)) return stripControls(html.slice(0, htmlLimit)).replaceAll('>', '&gt;').trim();
  let input = cutHtml(html, htmlLimit);
  // Resolved links can make the text many times longer: then less of it is taken.
  for (;;) {
    const output = clean(input, baseUrl);
    if (output.length <= htmlLimit) return output;
    input = cutHtml(input, Math.floor(input.length / 2));
  }
}

function clean(html: string, baseUrl: string | undefined): string {
  let output = html;
  // A dropped tag may have kept two elements apart of which the second now ends the first ("<td><x><td>"): what was
  // nested once is parsed again, so that whoever parses the result sees what we saw.
  for (let round = 0; round < 4; round++) {
    Object.assign(inHand, { baseUrl, lastImage: undefined, depth: 0, vanishing: 0, misnested: false });
    // Both only take whole tags or single invisible characters out: that can't make markup of what was escaped.
    output = stripControls(sanitizeHtml(output, articleOptions).replace(unwrapTags, '')).trim();
    if (!inHand.misnested) break;
  }
  return output;
}

/** The first `limit` characters, and the first `tagLimit` tags, without a tag that was cut in two. Files inside the text don't count. */
function cutHtml(html: string, limit: number): string {
  let cut = html.length > limit ? dropInlineData(html) : html;
  if (cut.length > limit) {
    cut = cut.slice(0, limit);
    const open = cut.lastIndexOf('<');
    if (open > cut.lastIndexOf('>')) cut = cut.slice(0, open);
  }
  if (cut.length < tagLimit * 3) return cut;
  let tags = 0;
  for (let at = cut.indexOf('<'); at >= 0; at = cut.indexOf('<', at + 1)) {
    if (cut.charAt(at + 1) !== '/' && ++tags > tagLimit) return cut.slice(0, at);
  }
  return cut;
}

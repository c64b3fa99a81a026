import { resolveUrl } from './resolve-url.ts';
import type { WireAttribute } from './wire-scope.ts';

/** Elements of HTML that have no content and no end tag. */
const voidElements = new Set(
  'area base br col embed frame hr img input link meta param source track wbr'.split(' '),
);
const urlAttributes = new Set('href src cite longdesc poster action background data'.split(' '));
const attributeName = /^[a-z_][\w.-]*$/i;

/**
 * Collects what stands inside one element of text: characters, and child elements, which are written out as HTML.
 * Without child elements it is the characters alone; with some, the characters are escaped to stand among them.
 */
export class WireText {
  private readonly parts: string[] = [];
  /** Indexes of the parts that are tags. */
  private readonly tags = new Set<number>();
  private depth = 0;
  /** Child elements and other content at the top, to find out whether a `div` wraps everything. */
  private topLevel = 0;
  private wrappedInDiv = false;

  get hasMarkup(): boolean {
    return this.tags.size > 0;
  }

  /** Takes characters; those of a CDATA section may be HTML as they are. */
  addCharacters(text: string, isHtml = false): void {
    if (this.depth === 0 && text.trim() !== '') this.topLevel++;
    if (isHtml && text.includes('<')) this.addTag(text, false);
    else this.parts.push(text);
  }

  /** Takes a start tag; its links are resolved here when it has a base of its own. Returns whether an end tag is due. */
  open(local: string, attributes: readonly WireAttribute[], base: string | undefined): boolean {
    if (this.depth === 0) {
      this.wrappedInDiv = local === 'div' && this.topLevel === 0;
      this.topLevel++;
    }
    const written = attributes.map((attribute) => toHtmlAttribute(attribute, base)).join('');
    this.addTag(`<${local}${written}>`, true);
    if (voidElements.has(local)) return false;
    this.depth++;
    return true;
  }

  close(local: string): void {
    this.depth--;
    this.addTag(`</${local}>`, true);
  }

  /** The text, without the one `div` that wraps it (RFC 4287 §3.1.1.3). */
  toString(): string {
    if (!this.hasMarkup) return this.parts.join('').trim();
    const html = this.parts.map((part, index) => (this.tags.has(index) ? part : escapeText(part)));
    const joined = html.join('').trim();
    if (!this.wrappedInDiv || this.topLevel !== 1 || !joined.endsWith('</div>')) return joined;
    return joined.slice(joined.indexOf('>') + 1, -'</div>'.length).trim();
  }

  private addTag(html: string, isTag: boolean): void {
    if (isTag || this.hasMarkup) this.tags.add(this.parts.length);
    this.parts.push(html);
  }
}

function toHtmlAttribute({ prefix, local, value }: WireAttribute, base: string | undefined): string {
  if (prefix !== '' || !attributeName.test(local)) return '';
  const resolved = base && urlAttributes.has(local) ? (resolveUrl(value, base) ?? value) : value;
  return ` ${local}="${escapeAttribute(resolved)}"`;
}

/** Text as it stands between tags. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text as it stands in a quoted attribute; white space kept. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

import type { ResolveUrl } from './resolve-url.ts';
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
  private characters = '';
  /** Undefined until the first child element. */
  private html: string | undefined;
  private depth = 0;
  /** Child elements and other content at the top, to find out whether a `div` wraps everything. */
  private topLevel = 0;
  private wrappedInDiv = false;

  constructor(private readonly resolve: ResolveUrl) {}

  get hasMarkup(): boolean {
    return this.html !== undefined;
  }

  /** Takes characters; those of a CDATA section may be HTML as they are. */
  addCharacters(text: string, isHtml = false): void {
    if (this.depth === 0 && text.trim() !== '') this.topLevel++;
    if (this.html === undefined) this.characters += text;
    else this.html += isHtml && text.includes('<') ? text : escapeText(text);
  }

  /** Takes a start tag; its links are resolved here when it has a base of its own. Returns whether an end tag is due. */
  open(local: string, attributes: readonly WireAttribute[], base: string | undefined): boolean {
    if (this.depth === 0) {
      this.wrappedInDiv = local === 'div' && this.topLevel === 0;
      this.topLevel++;
    }
    const written = attributes.map((attribute) => toHtmlAttribute(attribute, base, this.resolve)).join('');
    this.html = `${this.html ?? escapeText(this.characters)}<${local}${written}>`;
    if (voidElements.has(local)) return false;
    this.depth++;
    return true;
  }

  close(local: string): void {
    this.depth--;
    this.html = `${this.html ?? ''}</${local}>`;
  }

  /** The text, without the one `div` that wraps it (RFC 4287 §3.1.1.3). */
  toString(): string {
    if (this.html === undefined) return this.characters.trim();
    const html = this.html.trim();
    if (!this.wrappedInDiv || this.topLevel !== 1 || !html.endsWith('</div>')) return html;
    return html.slice(html.indexOf('>') + 1, -'</div>'.length).trim();
  }
}

function toHtmlAttribute(
  { prefix, local, value }: WireAttribute,
  base: string | undefined,
  resolve: ResolveUrl,
): string {
  if (prefix !== '' || !attributeName.test(local)) return '';
  const resolved = base && urlAttributes.has(local) ? (resolve(value, base) ?? value) : value;
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

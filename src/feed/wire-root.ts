import type { FeedFormat } from '../model/incoming.ts';
import type { RawTag } from './read-tags.ts';
import { splitName, type WireScope } from './wire-scope.ts';

/** The format that a root element begins; undefined when it is no feed's. */
export function findRootFormat(local: string, prefix: string | undefined): FeedFormat | undefined {
  if (local === 'rdf' && (prefix === 'rdf' || prefix === undefined)) return 'rdf';
  if (local === 'rss' || local === 'channel') return 'rss';
  if ((local === 'feed' || local === 'entry') && prefix !== 'xhtml') return 'atom';
  return undefined;
}

/** Whether a name is one that only whole documents have. */
export function isDocumentTag(local: string): boolean {
  return local === 'rss' || local === 'rdf' || local === 'feed';
}

/** Looks for a feed's root among the first tags of a document, also inside foreign markup such as a web page. */
export class RootFinder {
  /** A web page began: what comes may still be a feed that somebody wrapped. */
  isInPage = false;
  /** An element of a page whose tags are no markup. */
  private script: string | undefined;

  /** The format that a start tag begins, with its local name; undefined when it is no root. */
  find(
    tag: RawTag,
    scope: WireScope,
    isSelfClosing: boolean,
  ): { format: FeedFormat; local: string } | undefined {
    if (this.script !== undefined) return undefined;
    const { prefix, local } = splitName(tag.name, scope);
    if (local === 'html') this.isInPage = true;
    if (this.isInPage && (local === 'script' || local === 'style') && !isSelfClosing) this.script = tag.name;
    if (this.isInPage && !isDocumentTag(local)) return undefined;
    const format = findRootFormat(local, prefix);
    return format && { format, local };
  }

  close(raw: string): void {
    if (raw === this.script) this.script = undefined;
  }
}

/** The version that a root element declares: by its attribute, else by its namespace. */
export function findVersion(format: FeedFormat, tag: RawTag): string | undefined {
  const version = tag.attributes
    .find(([name]) => name === 'version')?.[1]
    .trim()
    .slice(0, 20);
  if (format === 'rss') return version || undefined;
  const declared = tag.attributes
    .filter(([name]) => name.startsWith('xmlns'))
    .map(([, value]) => value.toLowerCase());
  if (format === 'atom') {
    const isEarly = declared.some((uri) => /purl\.org\/(atom|echo|pie)|\/necho/.test(uri));
    return version || (isEarly ? '0.3' : '1.0');
  }
  return declared.some((uri) => uri.includes('netscape.com')) ? '0.90' : '1.0';
}

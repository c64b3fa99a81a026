import type { FeedFormat } from '../model/incoming.ts';
import type { RawTag } from './read-tags.ts';

/** The format that a root element begins; undefined when it is no feed's. */
export function findRootFormat(local: string, prefix: string | undefined): FeedFormat | undefined {
  if (local === 'rdf' && (prefix === 'rdf' || prefix === undefined)) return 'rdf';
  if (local === 'rss' || local === 'channel') return 'rss';
  if ((local === 'feed' || local === 'entry') && prefix !== 'xhtml') return 'atom';
  return undefined;
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
    return version || (declared.some((uri) => uri.includes('purl.org/')) ? '0.3' : '1.0');
  }
  return declared.some((uri) => uri.includes('netscape.com')) ? '0.90' : '1.0';
}

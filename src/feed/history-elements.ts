import type { OutgoingFeed, PublicationFormat } from '../model/outgoing.ts';
import { toUnescaped } from './outgoing-text.ts';

const historyNamespace = 'http://purl.org/syndication/history/1.0';
const tombstoneNamespace = 'http://purl.org/atompub/tombstones/1.0';

/** Links between the document that people subscribe to and its archives (RFC 5005 §4), in one order. */
export function listHistoryLinks(
  { history }: OutgoingFeed,
  format: PublicationFormat,
): { rel: string; url: string }[] {
  const links = [
    { rel: 'prev-archive', url: history?.previousUrls?.[format] },
    { rel: 'next-archive', url: history?.nextUrls?.[format] },
    { rel: 'current', url: history?.currentUrls?.[format] },
  ];
  return links.flatMap(({ rel, url }) => (url === undefined ? [] : [{ rel, url }]));
}

/** The element that says that a document is an archive; empty when it is none. */
export function toArchiveMark({ history }: OutgoingFeed): string {
  return history?.isArchive ? `\n  <fh:archive xmlns:fh="${historyNamespace}"/>` : '';
}

/**
 * Entries that were taken back (RFC 6721 §3): readers that know of it remove them. The topic speaks, not the editor, whose
 * name is nobody else's business.
 */
export function toDeletedEntries({ retractions = [], title }: OutgoingFeed): string {
  return retractions
    .map(({ id, at, comment }) => {
      const ref = toUnescaped(id).replaceAll('"', '&quot;');
      const by = `<at:by><name>${toUnescaped(title)}</name></at:by>`;
      const why = comment === '' ? '' : `\n    <at:comment type="text">${toUnescaped(comment)}</at:comment>`;
      return `\n  <at:deleted-entry xmlns:at="${tombstoneNamespace}" ref="${ref}" when="${at.toISOString()}">\n    ${by}${why}\n  </at:deleted-entry>`;
    })
    .join('');
}

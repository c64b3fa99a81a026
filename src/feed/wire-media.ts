import type { IncomingEnclosure } from '../model/incoming.ts';
import {
  compact,
  parseCount,
  parseDuration,
  type WireFields,
  type WireNode,
  type WireReader,
} from './wire-node.ts';

/** media:content elements of an item, also those in a media:group. */
function listMediaContents(reader: WireReader, item: WireFields): WireNode[] {
  const grouped = reader.list(item, 'media:group').flatMap((group) => reader.list(group, 'media:content'));
  return [...reader.list(item, 'media:content'), ...grouped];
}

function isImage(reader: WireReader, node: WireNode): boolean {
  const kind = reader.attribute(node, 'medium') ?? reader.attribute(node, 'type') ?? '';
  if (kind !== '') return kind.startsWith('image');
  return /\.(jpe?g|png|gif|webp|avif)$/i.test((reader.attribute(node, 'url') ?? '').split('?', 1)[0] ?? '');
}

/** Lead image candidates of an item: media:content images widest first, thumbnails, itunes:image, RSS image; best first. */
export function listImageUrls(reader: WireReader, item: WireFields): string[] {
  const contents = listMediaContents(reader, item);
  const images = contents.filter((node) => isImage(reader, node));
  const width = (node: WireNode): number => parseCount(reader.attribute(node, 'width')) ?? 0;
  images.sort((a, b) => width(b) - width(a));
  const holders: (WireFields | WireNode)[] = [item, ...reader.list(item, 'media:group'), ...contents];
  const thumbnails = holders.flatMap((holder) => reader.list(holder, 'media:thumbnail'));
  thumbnails.sort((a, b) => width(b) - width(a));
  const urls = [
    ...[...images, ...thumbnails].map((node) => reader.attributeUrl(node, 'url')),
    ...reader.list(item, 'itunes:image').map((node) => reader.attributeUrl(node, 'href') ?? reader.url(node)),
    ...reader.list(item, 'image').map((node) => reader.url(reader.list(node, 'url')[0]) ?? reader.url(node)),
  ];
  return [...new Set(urls.filter((url) => url !== undefined))];
}

/** Files of an item by media:content, those that aren't images. */
export function listMediaEnclosures(reader: WireReader, item: WireFields): IncomingEnclosure[] {
  return listMediaContents(reader, item).flatMap((node) => {
    const url = reader.attributeUrl(node, 'url');
    if (!url || isImage(reader, node)) return [];
    return [
      compact<IncomingEnclosure>({
        url,
        type: reader.attribute(node, 'type'),
        length: parseCount(reader.attribute(node, 'filesize')),
        title: reader.first(node, 'media:title'),
        durationSeconds: parseDuration(reader.attribute(node, 'duration')),
      }),
    ];
  });
}

/** The enclosures without those that name an address again. */
export function uniqueEnclosures(list: IncomingEnclosure[]): IncomingEnclosure[] {
  const seen = new Set<string>();
  return list.filter(({ url }) => !seen.has(url) && seen.add(url));
}
